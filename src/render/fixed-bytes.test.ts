import fc from "fast-check";
import { expect, test } from "vitest";
import { fnv1a } from "../base/bytes.ts";
import { HASH_TABLE_BYTES_MAX } from "../base/limits.ts";
import { FixedBytes } from "./fixed-bytes.ts";

test("hashes as FNV-1a does, byte by byte, from any state", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer(), fc.boolean(), (bytes, state, oft) => {
      expect(new FixedBytes(bytes, oft).hashBehind(state) >>> 0).toBe(fnv1a(bytes, 0, bytes.length, state));
    }),
  );
});

test.each([HASH_TABLE_BYTES_MAX, HASH_TABLE_BYTES_MAX + 1])("hashes %i bytes", (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
  expect(new FixedBytes(bytes, true).hashBehind(-5) >>> 0).toBe(fnv1a(bytes, 0, length, -5));
});
