import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BugError } from "../../base/assert.ts";
import { STREAM_ID_MAX } from "./frame.ts";
import { HEAD_AWAITED, HEAD_READ, NO_SLOT, Streams } from "./streams.ts";

function open(streams: Streams, tag = 0): number {
  return streams.open(tag, false, null, 1_000, 2_000);
}

describe("Streams", () => {
  test("gives odd ids in order, and slots that are free", () => {
    const streams = new Streams(3);
    const slots = [open(streams), open(streams), open(streams)];
    expect(slots.map((slot) => streams.id[slot])).toEqual([1, 3, 5]);
    expect(new Set(slots).size).toBe(3);
    expect(streams).toMatchObject({ count: 3, lastId: 5 });
    streams.close(slots[1]!);
    expect(streams).toMatchObject({ count: 2, lastId: 5 });
    const again = open(streams);
    expect(again).toBe(slots[1]);
    expect(streams.id[again]).toBe(7);
  });

  test("begins each stream afresh, whatever its slot held", () => {
    const streams = new Streams(1);
    const body = Uint8Array.of(1, 2, 3);
    const slot = streams.open(7, true, body, 1_000, 2_000);
    expect(streams.body(slot)).toBe(body);
    expect(streams.hasBodyLeft(slot)).toBe(true);
    expect(streams.toHead[slot]).toBe(1);
    streams.bodySent[slot] = 3;
    expect(streams.hasBodyLeft(slot)).toBe(false);
    streams.phase[slot] = HEAD_READ;
    streams.begun[slot] = 2;
    streams.status[slot] = 200;
    streams.interims[slot] = 9;
    streams.contentLength[slot] = 10;
    streams.contentBytes[slot] = 11;
    streams.bytesIn[slot] = 12;
    streams.close(slot);
    expect(streams.id[slot]).toBe(0);
    expect(streams.open(8, false, null, 3_000, 4_000)).toBe(slot);
    const of = (column: ArrayLike<number>): number => column[slot]!;
    expect([of(streams.tag), of(streams.phase), of(streams.begun), of(streams.toHead)]).toEqual([
      8,
      HEAD_AWAITED,
      0,
      0,
    ]);
    expect([of(streams.status), of(streams.interims), of(streams.contentLength)]).toEqual([0, 0, -1]);
    expect([of(streams.contentBytes), of(streams.bytesIn), of(streams.bodySent)]).toEqual([0, 0, 0]);
    expect([of(streams.receiveWindow), of(streams.sendWindow)]).toEqual([3_000, 4_000]);
    expect(streams.body(slot)).toBeNull();
    expect(streams.hasBodyLeft(slot)).toBe(false);
  });

  test("passes over ids whose place is taken by a stream that lives long", () => {
    const streams = new Streams(2);
    const old = open(streams);
    const ids: number[] = [];
    for (let i = 0; i < 20; i++) {
      const slot = open(streams);
      ids.push(streams.id[slot]!);
      expect(streams.find(1)).toBe(old);
      expect(streams.find(streams.id[slot]!)).toBe(slot);
      streams.close(slot);
    }
    // Of a table with 8 places stream 1 has one: 17, 33 and 49 would need it.
    expect(ids).toEqual([3, 5, 7, 9, 11, 13, 15, 19, 21, 23, 25, 27, 29, 31, 35, 37, 39, 41, 43, 45]);
  });

  test("finds what is open, and nothing else, whatever is opened and closed", () => {
    const steps = fc.array(fc.oneof(fc.constant("open" as const), fc.nat({ max: 20 })), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (todo, capacity) => {
        const streams = new Streams(capacity);
        const slots = new Map<number, number>();
        let lastId = 0;
        for (const step of todo) {
          if (step === "open" && slots.size < capacity) {
            const slot = open(streams);
            const id = streams.id[slot]!;
            expect(id).toBeGreaterThan(lastId);
            expect(id % 2).toBe(1);
            expect([...slots.values()]).not.toContain(slot);
            slots.set(id, slot);
            lastId = id;
          } else if (step !== "open" && slots.size > 0) {
            const [id, slot] = [...slots][step % slots.size]!;
            streams.close(slot);
            slots.delete(id);
          }
          expect(streams).toMatchObject({ count: slots.size, lastId });
          for (let id = 0; id <= lastId + 20; id++) expect(streams.find(id)).toBe(slots.get(id) ?? NO_SLOT);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("finds no stream whose number is even, or that only shares its place", () => {
    const streams = new Streams(1);
    const slot = open(streams);
    expect(streams.find(1)).toBe(slot);
    for (const id of [0, 2, 9, 8, STREAM_ID_MAX]) expect(streams.find(id)).toBe(NO_SLOT);
  });

  test("is exhausted before the last id, with room for all that must be passed over", () => {
    const capacity = 4;
    const streams = new Streams(capacity, STREAM_ID_MAX - 100);
    // Streams that stay open take places that the others must pass over.
    for (let i = 1; i < capacity; i++) open(streams);
    let opened = 0;
    while (!streams.exhausted) {
      const slot = open(streams);
      expect(streams.id[slot]).toBeLessThanOrEqual(STREAM_ID_MAX);
      expect(streams.find(streams.id[slot]!)).toBe(slot);
      streams.close(slot);
      opened++;
    }
    expect(opened).toBeGreaterThan(20);
    expect(opened).toBeLessThan(50);
    expect(() => open(streams)).toThrow(BugError);
  });

  test("asserts against one stream more than it has room for, and against closing one twice", () => {
    const streams = new Streams(1);
    const slot = open(streams);
    expect(() => open(streams)).toThrow(BugError);
    streams.close(slot);
    expect(() => streams.close(slot)).toThrow(BugError);
  });
});
