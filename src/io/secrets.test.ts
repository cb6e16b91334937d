import { expect, test } from "vitest";
import { utf8Encode } from "../base/bytes.ts";
import { hex } from "../ledger/chain.ts";
import { drawSecretKey, hideUnder } from "./secrets.ts";

test("hideUnder is HMAC-SHA-256 (RFC 4231, test case 2)", () => {
  const hide = hideUnder(utf8Encode("Jefe"));
  expect(hex(hide(utf8Encode("what do ya want for nothing?")))).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("equal secrets are hidden alike under one key, and not under another", () => {
  const secret = utf8Encode("sesame");
  const [one, other] = [hideUnder(drawSecretKey()), hideUnder(drawSecretKey())];
  expect(one(secret)).toEqual(one(secret));
  expect(one(secret)).not.toEqual(one(utf8Encode("sesamE")));
  expect(one(secret)).not.toEqual(other(secret));
});
