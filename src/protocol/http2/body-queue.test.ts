import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { framesOf, inWords } from "../../../test/support/http2-frames.ts";
import { concatBytes } from "../../base/bytes.ts";
import { BodyQueue } from "./body-queue.ts";
import { FLAG_END_STREAM, WINDOW_BYTES_MAX } from "./frame.ts";
import { FrameWriter } from "./frame-writer.ts";
import { Streams } from "./streams.ts";

const PLENTY = 1_000_000;

/** A queue whose frames are read back. */
class Bench {
  readonly streams: Streams;
  readonly queue: BodyQueue;
  readonly out = new FrameWriter();
  /** What has arrived of each stream's body. */
  readonly arrived = new Map<number, Uint8Array[]>();

  constructor(capacity = 8) {
    this.streams = new Streams(capacity);
    this.queue = new BodyQueue(this.streams);
  }

  open(bodyBytes: number, sendWindow = PLENTY): number {
    const body = Uint8Array.from({ length: bodyBytes }, (_, i) => i * 31 + bodyBytes);
    const slot = this.streams.open(0, false, body, 0, sendWindow);
    this.queue.push(slot);
    return slot;
  }

  /** The frames of one call, as "stream: bytes", with a full stop behind the last of a body. */
  pump(window = PLENTY, frameBytesMax = PLENTY, outBytesMax = PLENTY): string[] {
    const sent = this.queue.pump(this.out, window, frameBytesMax, outBytesMax);
    const frames = framesOf(this.out.bytes.slice(0, this.out.length));
    this.out.clear();
    expect(frames.reduce((sum, { payload }) => sum + payload.length, 0)).toBe(sent);
    return frames.map((frame) => {
      const { stream, payload, flags } = frame;
      expect(inWords(frame)).toMatch(/^DATA/);
      const parts = this.arrived.get(stream) ?? [];
      this.arrived.set(stream, [...parts, payload]);
      return `${stream}: ${payload.length}${(flags & FLAG_END_STREAM) !== 0 ? "." : ""}`;
    });
  }
}

describe("BodyQueue", () => {
  test("sends a body in one frame when everything allows it", () => {
    const bench = new Bench();
    const slot = bench.open(500);
    expect(bench.queue.isEmpty).toBe(false);
    expect(bench.pump()).toEqual(["1: 500."]);
    expect(bench.queue.isEmpty).toBe(true);
    expect(bench.streams.sendWindow[slot]).toBe(PLENTY - 500);
    expect(bench.streams.hasBodyLeft(slot)).toBe(false);
    expect(bench.pump()).toEqual([]);
    expect(bench.arrived.get(1)).toEqual([bench.streams.body(slot)]);
  });

  test("lets the streams take turns, a frame each", () => {
    const bench = new Bench();
    bench.open(250);
    bench.open(100);
    bench.open(300);
    expect(bench.pump(PLENTY, 100)).toEqual(
      [
        ["1: 100", "3: 100.", "5: 100"],
        ["1: 100", "5: 100"],
        ["1: 50.", "5: 100."],
      ].flat(),
    );
  });

  test("goes on with the stream whose turn it is", () => {
    const bench = new Bench();
    bench.open(300);
    bench.open(300);
    expect(bench.pump(100, 100)).toEqual(["1: 100"]);
    expect(bench.pump(250, 100)).toEqual(["3: 100", "1: 100", "3: 50"]);
    expect(bench.pump(PLENTY, 1_000)).toEqual(["1: 100.", "3: 150."]);
  });

  test("keeps within the connection's window, and says how much of it is used", () => {
    const bench = new Bench();
    bench.open(100);
    bench.open(100);
    expect(bench.pump(0)).toEqual([]);
    expect(bench.pump(150)).toEqual(["1: 100.", "3: 50"]);
    expect(bench.queue.isEmpty).toBe(false);
    expect(bench.pump(1)).toEqual(["3: 1"]);
  });

  test("keeps within what `out` may hold, frame headers counted", () => {
    const bench = new Bench();
    bench.open(100);
    bench.open(100);
    expect(bench.pump(PLENTY, PLENTY, 9)).toEqual([]);
    expect(bench.pump(PLENTY, PLENTY, 10)).toEqual(["1: 1"]);
    // 109 bytes for the whole of stream 3, 10 more for the next byte of stream 1.
    expect(bench.pump(PLENTY, PLENTY, 118)).toEqual(["3: 100."]);
    bench.out.settingsAck();
    expect(bench.queue.pump(bench.out, PLENTY, PLENTY, 9)).toBe(0);
    expect(bench.queue.pump(bench.out, PLENTY, PLENTY, 28)).toBe(10);
  });

  test("leaves out a stream without a window until it has one", () => {
    const bench = new Bench();
    const slot = bench.open(100, 30);
    bench.open(10);
    expect(bench.pump()).toEqual(["1: 30", "3: 10."]);
    expect(bench.queue.isEmpty).toBe(true);
    expect(bench.queue.widen(slot, 20)).toBe(true);
    expect(bench.pump()).toEqual(["1: 20"]);
    expect(bench.queue.widen(slot, PLENTY)).toBe(true);
    expect(bench.pump()).toEqual(["1: 50."]);
  });

  test("leaves out a stream that begins without a window", () => {
    const bench = new Bench();
    const slot = bench.open(5, 0);
    expect(bench.queue.isEmpty).toBe(true);
    bench.queue.widen(slot, 5);
    expect(bench.pump()).toEqual(["1: 5."]);
  });

  test("does not send twice for a window that grows twice", () => {
    const bench = new Bench();
    const slot = bench.open(10, 1);
    bench.queue.widen(slot, 1);
    bench.queue.widen(slot, 1);
    expect(bench.pump()).toEqual(["1: 3"]);
  });

  test("queues no stream whose body was sent, however its window grows", () => {
    const bench = new Bench();
    const slot = bench.open(10);
    bench.pump();
    bench.queue.widen(slot, 10);
    expect(bench.queue.isEmpty).toBe(true);
  });

  test("moves all windows when the initial one changes, also below zero (RFC 9113, 6.9.2)", () => {
    const bench = new Bench();
    const first = bench.open(1_000, 100);
    const second = bench.open(1_000, 100);
    bench.pump(40);
    expect(bench.streams.sendWindow[first]).toBe(60);
    expect(bench.queue.widenAll(-80)).toBe(true);
    expect([bench.streams.sendWindow[first], bench.streams.sendWindow[second]]).toEqual([-20, 20]);
    expect(bench.pump()).toEqual(["3: 20"]);
    expect(bench.queue.widen(first, 20)).toBe(true);
    expect(bench.pump()).toEqual([]);
    expect(bench.queue.widen(first, 1)).toBe(true);
    expect(bench.pump()).toEqual(["1: 1"]);
    expect(bench.queue.widenAll(80)).toBe(true);
    expect(bench.pump()).toEqual(["1: 80", "3: 80"]);
    const closed = bench.open(1);
    bench.pump();
    bench.streams.close(closed);
    bench.queue.widenAll(-5);
    expect(bench.streams.sendWindow[bench.open(1, 7)]).toBe(7);
  });

  test("says when a window grows beyond what one can be", () => {
    const bench = new Bench();
    const slot = bench.open(10, WINDOW_BYTES_MAX - 1);
    expect(bench.queue.widen(slot, 1)).toBe(true);
    expect(bench.queue.widen(slot, 1)).toBe(false);
    const other = new Bench();
    other.open(10, 5);
    other.open(10, WINDOW_BYTES_MAX);
    expect(other.queue.widenAll(1)).toBe(false);
  });

  test("forgets a stream that is removed, though its slot is used again at once", () => {
    const bench = new Bench(2);
    const gone = bench.open(100);
    bench.open(100);
    bench.pump(10, 10);
    // Stream 3 is first now, stream 1 waits behind it.
    bench.queue.remove(gone);
    bench.streams.close(gone);
    expect(bench.open(50)).toBe(gone);
    expect(bench.pump()).toEqual(["3: 100.", "5: 50."]);
    bench.queue.remove(gone);
    expect(bench.queue.isEmpty).toBe(true);
  });

  test("has room however often slots are removed and used again between two pumps", () => {
    const bench = new Bench(2);
    const kept = bench.open(10);
    for (let i = 0; i < 100; i++) {
      const slot = bench.open(10);
      bench.queue.remove(slot);
      bench.streams.close(slot);
    }
    const last = bench.open(20);
    expect(bench.pump()).toEqual([`${bench.streams.id[kept]}: 10.`, `${bench.streams.id[last]}: 20.`]);
  });

  test("sends every body whole and in order, whatever windows and removals do", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("open" as const), bytes: fc.integer({ min: 1, max: 300 }), window: fc.nat(200) }),
      fc.record({ kind: fc.constant("pump" as const), window: fc.nat(150), frame: fc.integer({ min: 1, max: 90 }) }),
      fc.record({ kind: fc.constant("widen" as const), which: fc.nat(20), by: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ kind: fc.constant("all" as const), by: fc.integer({ min: -100, max: 100 }) }),
      fc.record({ kind: fc.constant("remove" as const), which: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const bench = new Bench(4);
        /** By stream: its slot, body, and the windows that it was ever given. */
        const open = new Map<number, { slot: number; body: Uint8Array; granted: number }>();
        const pick = (which: number) => [...open.entries()][which % open.size];
        for (const step of steps) {
          if (step.kind === "open" && open.size < 4) {
            const slot = bench.open(step.bytes, step.window);
            open.set(bench.streams.id[slot]!, { slot, body: bench.streams.body(slot)!, granted: step.window });
          } else if (step.kind === "pump") {
            for (const words of bench.pump(step.window, step.frame))
              expect(Number(/: (\d+)/.exec(words)![1])).toBeLessThanOrEqual(step.frame);
          } else if (step.kind === "widen" && open.size > 0) {
            const [, stream] = pick(step.which)!;
            bench.queue.widen(stream.slot, step.by);
            stream.granted += step.by;
          } else if (step.kind === "all") {
            bench.queue.widenAll(step.by);
            for (const stream of open.values()) stream.granted += step.by;
          } else if (step.kind === "remove" && open.size > 0) {
            const [id, stream] = pick(step.which)!;
            bench.queue.remove(stream.slot);
            bench.streams.close(stream.slot);
            open.delete(id);
          }
        }
        bench.pump();
        for (const [id, { slot, body, granted }] of open) {
          const arrived = concatBytes(bench.arrived.get(id) ?? []);
          expect(arrived).toEqual(body.subarray(0, arrived.length));
          expect(bench.streams.sendWindow[slot]).toBe(granted - arrived.length);
          // With nothing else in the way each has sent what its window allowed.
          expect(arrived.length === body.length || granted <= arrived.length).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
