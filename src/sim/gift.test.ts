import { expect, test } from "vitest";
import { utf8Decode } from "../base/bytes.ts";
import { Dice } from "./dice.ts";
import { drawGift, giftContent, giftFields, NO_GIFT } from "./gift.ts";

test("drawGift gives in the head, in the content, in both and in neither; content only where there is any", () => {
  const gifts = Array.from({ length: 200 }, (_, owner) => drawGift(new Dice("5", owner), owner % 2 === 0));
  expect(gifts.every(({ content }, owner) => content === null || owner % 2 === 0)).toBe(true);
  const kinds = new Set(gifts.map(({ head, content }) => `${head !== null} ${content !== null}`));
  expect([...kinds].sort()).toEqual(["false false", "false true", "true false", "true true"]);
  for (const { head } of gifts) expect(head ?? "").toBe((head ?? "").trim());
  expect(gifts.some(({ content }) => content?.includes('"'))).toBe(true);
});

test("giftContent is JSON that has the value, and giftFields have it as they are", () => {
  const plain = new Uint8Array(10);
  const gift = { head: "a b", content: 'say "c"\\' };
  expect(JSON.parse(utf8Decode(giftContent(gift, plain)))).toEqual({
    gift: 'say "c"\\',
    status: "ok",
    filler: "f".repeat(10),
  });
  expect(giftFields(gift)).toEqual([
    ["gift", "a b"],
    ["Set-Cookie", "gift=a b; Path=/"],
  ]);
  expect(giftContent(NO_GIFT, plain)).toBe(plain);
  expect(giftFields(NO_GIFT)).toEqual([]);
});
