import fc from "fast-check";
import { expect, test } from "vitest";
import { SendQueue } from "./send-queue.ts";

test("SendQueue gives back what was appended, in order, whatever is removed in between", () => {
  // Sizes around the capacity at start, so that it grows, moves its bytes to the front and becomes empty.
  const step = fc.record({ add: fc.nat(100_000), offset: fc.nat(100), share: fc.integer({ min: 0, max: 100 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const queue = new SendQueue();
      let appended = 0;
      let removed = 0;
      for (const { add, offset, share } of steps) {
        const bytes = new Uint8Array(offset + add + 5).fill(0xee);
        for (let i = 0; i < add; i++) bytes[offset + i] = (appended + i) % 251;
        queue.append(bytes, offset, offset + add);
        bytes.fill(0xee);
        appended += add;
        expect(queue.length).toBe(appended - removed);
        const front = queue.front();
        expect(front.length).toBe(queue.length);
        expect(front.every((byte, at) => byte === (removed + at) % 251)).toBe(true);
        const count = Math.floor((queue.length * share) / 100);
        queue.remove(count);
        removed += count;
      }
      expect(queue.length).toBe(appended - removed);
    }),
    { numRuns: 50 },
  );
});

test("SendQueue keeps its memory within a small multiple of what is queued", () => {
  const queue = new SendQueue();
  const piece = new Uint8Array(1_000);
  for (let i = 0; i < 50; i++) queue.append(piece, 0, piece.length);
  for (let i = 0; i < 100_000; i++) {
    queue.append(piece, 0, piece.length);
    queue.remove(piece.length);
  }
  expect(queue.length).toBe(50_000);
  expect(queue.front().buffer.byteLength).toBeLessThanOrEqual(4 * queue.length);
});

test("SendQueue lets go of its memory when it is empty", () => {
  const queue = new SendQueue();
  queue.append(new Uint8Array(1_000_000), 0, 1_000_000);
  queue.remove(1_000_000);
  expect(queue.length).toBe(0);
  expect(queue.front().buffer.byteLength).toBe(0);
});
