import fc from "fast-check";
import { expect, test } from "vitest";
import { INSPECTED_BODY_BYTES_MAX, INSPECTED_IDLE_BYTES_MAX, INSPECTED_IN_USE_BYTES_MAX } from "../../base/limits.ts";
import { WantedFields } from "../../protocol/response-tap.ts";
import { ContentPool } from "./content-pool.ts";
import { Tap } from "./tap.ts";

test("buffers are large enough, no two that are out are the same, and those given back come again", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 70_000 }), fc.constant(0)), { maxLength: 40 }), (steps) => {
      const pool = new ContentPool();
      const out: Uint8Array[] = [];
      for (const bytes of steps) {
        if (bytes === 0) {
          const buffer = out.shift();
          if (buffer !== undefined) pool.give(buffer);
        } else {
          const idle = pool.idleBytes;
          const buffer = pool.take(bytes)!;
          expect(buffer.length).toBeGreaterThanOrEqual(bytes);
          expect(buffer.length).toBeLessThan(Math.max(8_192, 2 * bytes));
          expect(out).not.toContain(buffer);
          expect([idle, idle - buffer.length]).toContain(pool.idleBytes);
          out.push(buffer);
        }
      }
    }),
    { numRuns: 50 },
  );
  const pool = new ContentPool();
  const buffer = pool.take(5_000)!;
  pool.give(buffer);
  expect(pool.take(8_192)).toBe(buffer);
  expect(pool.take(8_192)).not.toBe(buffer);
});

test("what lies idle is bounded", () => {
  const pool = new ContentPool();
  const buffers = Array.from({ length: 4 }, () => pool.take(INSPECTED_BODY_BYTES_MAX)!);
  for (const buffer of buffers) pool.give(buffer);
  expect(pool.idleBytes).toBe(INSPECTED_IDLE_BYTES_MAX);
});

test("what is in use is bounded, and a tap for which nothing is left counts on without its content", () => {
  const pool = new ContentPool();
  const tapOf = (): Tap => new Tap(pool, { wanted: new WantedFields([]), keepsContent: true });
  const early = tapOf();
  early.content(new Uint8Array(5_000), 0, 5_000);
  const buffers: Uint8Array[] = [];
  for (let size = INSPECTED_BODY_BYTES_MAX; size >= 4_096; ) {
    const buffer = pool.take(size);
    if (buffer === null) size /= 2;
    else buffers.push(buffer);
  }
  expect(buffers.reduce((sum, { length }) => sum + length, 8_192)).toBe(INSPECTED_IN_USE_BYTES_MAX);
  const late = tapOf();
  late.content(new Uint8Array(10), 0, 10);
  expect(late.kept).toBeNull();
  // The early one fills what it has, and then has nothing.
  early.content(new Uint8Array(3_192), 0, 3_192);
  expect(early.kept).toHaveLength(8_192);
  early.content(new Uint8Array(1), 0, 1);
  expect(early.kept).toBeNull();
  // There is room again, but the beginning of both is lost.
  for (const tap of [early, late]) tap.content(new Uint8Array(10), 0, 10);
  expect([early.kept, early.contentBytes, late.kept, late.contentBytes]).toEqual([null, 8_203, null, 20]);
  for (const tap of [early, late]) tap.release();
  for (const buffer of buffers) pool.give(buffer);
  early.content(new Uint8Array(10), 0, 10);
  expect(early.kept).toHaveLength(10);
});

test("a tap keeps content in the order in which it comes, and gives its memory back", () => {
  const pool = new ContentPool();
  const tap = new Tap(pool, { wanted: new WantedFields([]), keepsContent: true });
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { maxLength: 20 }), (parts) => {
      for (const part of parts) {
        const copy = Uint8Array.of(1, ...part, 2);
        tap.content(copy, 1, copy.length - 1);
        copy.fill(0xff);
      }
      const all = parts.flatMap((part) => [...part]);
      expect([...tap.kept!]).toEqual(all);
      expect(tap.contentBytes).toBe(all.length);
      const idle = pool.idleBytes;
      tap.release();
      expect(pool.idleBytes > idle).toBe(all.length > 0);
      expect(tap.contentBytes).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("a tap that keeps no content counts it, and takes no memory", () => {
  const pool = new ContentPool();
  const tap = new Tap(pool, { wanted: new WantedFields([]), keepsContent: false });
  tap.content(new Uint8Array(10_000), 0, 10_000);
  expect(tap.contentBytes).toBe(10_000);
  expect(tap.kept).toBeNull();
  tap.release();
  expect(pool.idleBytes).toBe(0);
});
