/**
 * What an answer gives to a client that looks into answers: a value in its head, as a field and as a cookie, and another
 * one in its content, which is JSON then. A judge knows both without having to look.
 */
import { utf8Encode } from "../base/bytes.ts";
import type { Header } from "../model/scenario.ts";
import type { Dice } from "./dice.ts";

export interface Gift {
  /** Null where there is none. */
  readonly head: string | null;
  readonly content: string | null;
}

export const NO_GIFT: Gift = { head: null, content: null };

/** Name of the field, of the cookie and of the member. */
export const GIFT = "gift";

/** What has to be escaped somewhere: in JSON, in a path, or in neither. A cookie ends at a semicolon, so there is none. */
const CHARACTERS = [..."abcXYZ0189-._~", ...'"\\/ %&+,:?#=<>{}[]|@$^`'];
const EDGE = "g";

/** A gift without any of it being sure. @param hasContent the answer may have some. */
export function drawGift(dice: Dice, hasContent: boolean): Gift {
  const head = dice.chance(800) ? drawValue(dice) : null;
  return { head, content: hasContent && dice.chance(800) ? drawValue(dice) : null };
}

/** Fields around white space lose it, so a value has none at its ends. */
function drawValue(dice: Dice): string {
  const length = dice.pick([0, dice.below(8), dice.below(40)]);
  return `${EDGE}${Array.from({ length }, () => dice.pick(CHARACTERS)).join("")}${dice.below(1000)}`;
}

/** The fields of the head; none where it gives nothing. */
export function giftFields({ head }: Gift): Header[] {
  if (head === null) return [];
  return [
    [GIFT, head],
    ["Set-Cookie", `${GIFT}=${head}; Path=/`],
  ];
}

/** The content, or `plain` where it gives nothing. As long as `plain`, and what JSON needs. */
export function giftContent({ content }: Gift, plain: Uint8Array): Uint8Array {
  if (content === null) return plain;
  return utf8Encode(JSON.stringify({ [GIFT]: content, status: "ok", filler: "f".repeat(plain.length) }));
}
