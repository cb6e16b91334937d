import fc from "fast-check";
import { expect, test } from "vitest";
import { DataFrame } from "./data-frame.ts";
import { FLAG_END_STREAM, FLAG_PADDED } from "./frame.ts";

/** The content of a payload that comes in parts of `sizes`, used in rotation; null when its padding is too long. */
function contentOf(flags: number, payload: Uint8Array, sizes: readonly number[]): number[] | null {
  const frame = new DataFrame();
  if (!frame.begin(flags, payload.length)) return null;
  const content: number[] = [];
  for (let at = 0, turn = 0; at < payload.length; turn++) {
    const part = payload.subarray(at, at + sizes[turn % sizes.length]!);
    const buffer = Uint8Array.of(0xee, 0xee, ...part, 0xee);
    if (!frame.take(2, 2 + part.length, buffer)) return null;
    content.push(...buffer.subarray(frame.start, frame.end));
    at += part.length;
  }
  return content;
}

test("DataFrame tells content from padding, however the payload is split", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  const content = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 });
  fc.assert(
    fc.property(content, fc.nat(255), sizes, fc.boolean(), (bytes, padding, reads, isPadded) => {
      const payload = isPadded ? [padding, ...bytes, ...new Uint8Array(padding)] : bytes;
      const flags = isPadded ? FLAG_PADDED : 0;
      expect(contentOf(flags, Uint8Array.from(payload), reads)).toEqual(bytes);
      expect(contentOf(flags, Uint8Array.from(payload), [payload.length + 1])).toEqual(bytes);
    }),
  );
});

test.each([
  ["no room for its length", []],
  ["as long as the frame", [1]],
  ["as long as the frame with other bytes in it", [3, 0, 0]],
  ["longer than the frame", [255, 0, 0]],
])("DataFrame refuses padding with %s", (_name, payload) => {
  expect(contentOf(FLAG_PADDED, Uint8Array.from(payload), [1])).toBeNull();
});

test("DataFrame begins afresh with each frame", () => {
  const frame = new DataFrame();
  frame.begin(FLAG_PADDED | FLAG_END_STREAM, 9);
  expect(frame.ends).toBe(true);
  frame.take(0, 1, Uint8Array.of(2));
  frame.begin(0, 4);
  expect(frame.ends).toBe(false);
  expect(frame.take(0, 4, new Uint8Array(4))).toBe(true);
  expect([frame.start, frame.end]).toEqual([0, 4]);
});
