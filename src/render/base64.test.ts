import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Decode } from "../base/bytes.ts";
import { base64Length, writeBase64 } from "./base64.ts";

test("writes base64 as Node does, and no more bytes than were given", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 3 }), (bytes, behind) => {
      const expected = Buffer.from(bytes).toString("base64");
      const out = new Uint8Array(80);
      const end = writeBase64(out, 2, Uint8Array.from([...bytes, ...behind]), bytes.length);
      expect(latin1Decode(out, 2, end)).toBe(expected);
      expect(base64Length(bytes.length)).toBe(expected.length);
    }),
  );
});
