import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "./decode-utf8.ts";
import { decompress } from "./decompress.ts";

const CODERS = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
] as const;

describe.each(CODERS)("%s", (coding, compress) => {
  test("gives back what was compressed, up to the bound", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (bytes) => {
        expect([...decompress(coding, compress(bytes), bytes.length)!]).toEqual([...bytes]);
        if (bytes.length > 1) expect(decompress(coding, compress(bytes), bytes.length - 1)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test("refuses what is cut off, and never throws on other bytes", () => {
    const whole = compress("a text that is long enough to be cut");
    expect(decompress(coding, whole.subarray(0, whole.length - 10), 1_000)).toBeNull();
    expect(decompress(coding, new Uint8Array(0), 1_000)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const out = decompress(coding, bytes, 1_000);
        expect(out === null || out.length <= 1_000).toBe(true);
      }),
    );
  });
});

test("a bomb is not unpacked", () => {
  const bomb = brotliCompressSync(new Uint8Array(64 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(1_000);
  expect(decompress("br", bomb, 1024 * 1024)).toBeNull();
});

test.each(["zstd", "compress", "identity", "", "GZIP"])("knows no coding %j", (coding) => {
  expect(decompress(coding, gzipSync("a"), 10)).toBeNull();
});

test("decodeUtf8 leaves out a byte order mark and replaces what is no UTF-8", () => {
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x80, 0xc3, 0xa9))).toBe("a\ufffdé");
  // One text does not go on in the next.
  expect(decodeUtf8(Uint8Array.of(0xc3))).toBe("\ufffd");
  expect(decodeUtf8(Uint8Array.of(0xa9))).toBe("\ufffd");
});
