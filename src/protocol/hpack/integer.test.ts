import { expect, test } from "vitest";
import { HPACK_INTEGER_MAX } from "../../base/limits.ts";
import { BlockCursor } from "./cursor.ts";
import { INTEGER_BYTES_MAX, readInteger, writeInteger } from "./integer.ts";

/** The integer at the beginning of `bytes`, and how many of them it took. */
function read(bytes: readonly number[], prefixBits: number, end = bytes.length): { value: number; taken: number } {
  const cursor = new BlockCursor();
  cursor.bytes = Uint8Array.from(bytes);
  cursor.end = end;
  return { value: readInteger(cursor, prefixBits), taken: cursor.at };
}

function written(pattern: number, prefixBits: number, value: number): number[] {
  const out = new Uint8Array(INTEGER_BYTES_MAX);
  return [...out.subarray(0, writeInteger(out, 0, pattern, prefixBits, value))];
}

// RFC 7541 C.1.
test.each([
  [5, 10, [0x0a]],
  [5, 1337, [0x1f, 0x9a, 0x0a]],
  [8, 42, [0x2a]],
])("an integer with a prefix of %i bits, %i, is read and written as in the RFC", (prefixBits, value, bytes) => {
  expect(read(bytes, prefixBits)).toEqual({ value, taken: bytes.length });
  expect(written(0, prefixBits, value)).toEqual(bytes);
});

test("what is written is read again, whatever the bits above the prefix", () => {
  for (const prefixBits of [4, 5, 6, 7, 8]) {
    const prefixMax = 2 ** prefixBits - 1;
    const pattern = 0xff & ~prefixMax;
    const values = [0, 1, prefixMax - 1, prefixMax, prefixMax + 1, prefixMax + 127, prefixMax + 128, 2 ** 28];
    for (const value of [...values, HPACK_INTEGER_MAX - 1, HPACK_INTEGER_MAX]) {
      const bytes = written(pattern, prefixBits, value);
      expect(read([...bytes, 0xff], prefixBits)).toEqual({ value, taken: bytes.length });
      expect(bytes[0]! & pattern).toBe(pattern);
    }
  }
});

test("an integer above the bound is refused", () => {
  // Prefix 31; the groups hold the rest, the lowest first.
  expect(read([0x1f, 0xe0, 0xff, 0xff, 0xff, 0x07], 5).value).toBe(HPACK_INTEGER_MAX);
  expect(read([0x1f, 0xe1, 0xff, 0xff, 0xff, 0x07], 5).value).toBe(-1);
  expect(read([0x1f, 0xff, 0xff, 0xff, 0xff, 0x7f], 5).value).toBe(-1);
});

test("an integer with more than five groups is refused, even if they add nothing", () => {
  expect(read([0x1f, 0x80, 0x80, 0x80, 0x80, 0x00], 5)).toEqual({ value: 31, taken: 6 });
  expect(read([0x1f, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 5).value).toBe(-1);
});

test("an integer that is cut off is refused, whatever lies behind the end", () => {
  for (let end = 0; end < 3; end++) expect(read([0x1f, 0x9a, 0x0a], 5, end).value).toBe(-1);
  expect(read([0x0a], 5, 0).value).toBe(-1);
});

test("an integer that no reader would take is never written", () => {
  expect(() => written(0, 5, HPACK_INTEGER_MAX + 1)).toThrow("an integer that no reader takes");
});
