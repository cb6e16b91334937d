import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Decode } from "../base/bytes.ts";
import { RandomStreams } from "../base/prng.ts";
import { digitsOf, INTEGER_BYTES_MAX, UUID_BYTES, writeInteger, writeString, writeUuid } from "./drawn.ts";

function written(write: (out: Uint8Array, at: number) => number): string {
  const out = new Uint8Array(2_000).fill(0xee);
  const end = write(out, 3);
  expect([...out.subarray(0, 3), out[end]]).toEqual([0xee, 0xee, 0xee, 0xee]);
  return latin1Decode(out, 3, end);
}

describe("integers", () => {
  const edges = [0, 9, 10, 99, 100, 999_999_999, 1e9, 1e9 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 1e15];
  test.each([...edges, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -1, -1e9])("%i is in decimal", (value) => {
    expect(written((out, at) => writeInteger(out, at, value))).toBe(String(value));
  });

  test("all safe ones", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const text = written((out, at) => writeInteger(out, at, value));
        expect(text).toBe(String(value));
        expect(text.length).toBeLessThanOrEqual(INTEGER_BYTES_MAX);
        expect(digitsOf(Math.abs(value))).toBe(String(Math.abs(value)).length);
      }),
    );
  });
});

test("a UUID is one of version 4 (RFC 9562, 5.4), with every other bit drawn", () => {
  const streams = new RandomStreams("7", 1);
  const bits = new Float64Array(128);
  for (let i = 0; i < 2_000; i++) {
    const uuid = written((out, at) => writeUuid(out, at, streams, 0));
    expect(uuid).toHaveLength(UUID_BYTES);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const digits = uuid.replaceAll("-", "");
    for (let bit = 0; bit < 128; bit++) bits[bit]! += (Number.parseInt(digits[bit >> 2]!, 16) >> (3 - (bit & 3))) & 1;
  }
  const isGiven = (bit: number): boolean => (bit >= 48 && bit < 52) || bit === 64 || bit === 65;
  for (let bit = 0; bit < 128; bit++) {
    if (!isGiven(bit)) expect(Math.abs(bits[bit]! - 1_000)).toBeLessThan(110); // 4.9 standard deviations
  }
});

test("a string has its length, and every letter and digit", () => {
  const streams = new RandomStreams("7", 1);
  expect(written((out, at) => writeString(out, at, 12, streams, 0))).toMatch(/^[A-Za-z0-9]{12}$/);
  const long = written((out, at) => writeString(out, at, 1_500, streams, 0));
  expect(new Set(long).size).toBe(62);
});
