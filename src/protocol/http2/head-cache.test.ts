import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Encode } from "../../base/bytes.ts";
import { HeadCache } from "./head-cache.ts";

const HEAD = { status: 200, contentLength: 12 };

function find(cache: HeadCache, block: Uint8Array, version: number): typeof HEAD | null {
  const buffer = new Uint8Array(block.length + 4).fill(7);
  buffer.set(block, 2);
  if (!cache.find(buffer, 2, 2 + block.length, version)) return null;
  return { status: cache.status, contentLength: cache.contentLength };
}

function remember(cache: HeadCache, block: Uint8Array, version: number, head = HEAD): void {
  const buffer = new Uint8Array(block.length + 6).fill(9);
  buffer.set(block, 3);
  cache.remember(buffer, 3, 3 + block.length, version, head);
  buffer.fill(0);
}

describe("HeadCache", () => {
  test("finds the bytes that it was given, under the same version of the table", () => {
    const cache = new HeadCache();
    const block = latin1Encode("abc");
    expect(find(cache, block, 4)).toBeNull();
    remember(cache, block, 4);
    expect(find(cache, block, 4)).toEqual(HEAD);
    expect(find(cache, block, 5)).toBeNull();
    expect(find(cache, block, 3)).toBeNull();
  });

  test("tells blocks apart by each of their bytes, and by their length", () => {
    const cache = new HeadCache();
    const block = latin1Encode("abcdefgh");
    remember(cache, block, 0);
    for (let i = 0; i < block.length; i++) {
      // All that share its place: a byte that changes the place alone would prove nothing.
      for (let byte = 0; byte < 256; byte++) {
        const other = block.slice();
        other[i] = byte;
        expect(find(cache, other, 0)).toEqual(byte === block[i] ? HEAD : null);
      }
    }
    for (let length = 0; length < block.length; length++) expect(find(cache, block.subarray(0, length), 0)).toBeNull();
    expect(find(cache, latin1Encode("abcdefgh\0"), 0)).toBeNull();
  });

  test("does not keep long blocks", () => {
    const cache = new HeadCache();
    remember(cache, new Uint8Array(256), 0);
    expect(find(cache, new Uint8Array(256), 0)).toEqual(HEAD);
    remember(cache, new Uint8Array(257), 0);
    expect(find(cache, new Uint8Array(257), 0)).toBeNull();
  });

  test("finds what was last remembered of the same bytes, or nothing, whatever else it was given", () => {
    const block = fc.uint8Array({ maxLength: 6, max: 3 });
    const step = fc.tuple(block, fc.nat(3), fc.constantFrom(200, 204, 404));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = new HeadCache();
        const last = new Map<string, number>();
        for (const [bytes, version, status] of steps) {
          const key = `${version} ${bytes}`;
          const found = find(cache, bytes, version);
          if (found !== null) expect(found.status).toBe(last.get(key));
          remember(cache, bytes, version, { status, contentLength: -1 });
          last.set(key, status);
          expect(find(cache, bytes, version)?.status).toBe(status);
        }
      }),
    );
  });
});
