import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { data, frame } from "../../../test/support/http2-frames.ts";
import { concatBytes, latin1Encode } from "../../base/bytes.ts";
import { FRAME_DATA, FRAME_HEADERS, FRAME_PING, FRAME_SETTINGS } from "./frame.ts";
import { FrameReader, type FrameVisitor } from "./frame-reader.ts";

const FRAME_BYTES_MAX = 300;

/** Notes every visit; the parts of a DATA frame as one text, however many they are. */
class Notes implements FrameVisitor {
  readonly visits: string[] = [];
  /** Lengths of the parts of DATA frames. */
  readonly parts: number[] = [];
  readonly reader = new FrameReader(this, FRAME_BYTES_MAX);
  /** The frame (by number of visits) that makes the visitor stop the reader. */
  stopAt = -1;
  #content: string | null = null;

  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    this.#visit(`frame ${type} ${flags} ${stream} ${hex(bytes, start, end)}`);
  }

  dataBegins(flags: number, stream: number, payloadBytes: number): void {
    expect(this.#content).toBeNull();
    this.#content = `data ${flags} ${stream} ${payloadBytes} `;
  }

  dataPart(bytes: Uint8Array, start: number, end: number): void {
    expect(end).toBeGreaterThan(start);
    this.parts.push(end - start);
    this.#content += hex(bytes, start, end);
  }

  dataEnds(): void {
    this.#visit(this.#content!);
    this.#content = null;
  }

  oversized(type: number, stream: number): void {
    this.#visit(`oversized ${type} ${stream}`);
  }

  #visit(visit: string): void {
    this.visits.push(visit);
    if (this.visits.length - 1 === this.stopAt) this.reader.stop();
  }
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString("hex");
}

/** The visits of `bytes` that come in reads of `sizes`, used in rotation. */
function read(bytes: Uint8Array, sizes: readonly number[] = [bytes.length], stopAt = -1): string[] {
  const notes = new Notes();
  notes.stopAt = stopAt;
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const part = bytes.subarray(at, at + sizes[turn % sizes.length]!);
    // Each read in a buffer of its own with foreign bytes around it, of which nothing is left afterwards.
    const buffer = new Uint8Array(part.length + 4).fill(0x01);
    buffer.set(part, 2);
    notes.reader.feed(buffer, 2, 2 + part.length);
    buffer.fill(0xee);
    at += part.length;
  }
  return notes.visits;
}

describe("FrameReader", () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.integer({ min: 0, max: FRAME_BYTES_MAX }).map((length) => new Uint8Array(length).fill(length)),
  );
  const anyFrame = fc.record({
    type: fc.oneof(fc.constant(FRAME_DATA), fc.integer({ min: 0, max: 255 })),
    flags: fc.integer({ min: 0, max: 255 }),
    stream: fc.integer({ min: 0, max: 0xffff_ffff }),
    payload,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

  test("visits every frame as it was written, however the bytes are split", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 12 }), sizes, (frames, reads) => {
        const bytes = concatBytes(frames.map((each) => frame(each.type, each.flags, each.stream, each.payload)));
        const expected = frames.map(({ type, flags, stream, payload }) => {
          const content = hex(payload, 0, payload.length);
          // The reserved bit is no part of a stream's number (RFC 9113, 4.1).
          const number = stream & 0x7fff_ffff;
          return type === FRAME_DATA
            ? `data ${flags} ${number} ${payload.length} ${content}`
            : `frame ${type} ${flags} ${number} ${content}`;
        });
        expect(read(bytes)).toEqual(expected);
        expect(read(bytes, reads)).toEqual(expected);
        expect(read(bytes, [1])).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test("visits the same of any bytes, however they are split", () => {
    const anyBytes = fc.array(fc.oneof(fc.constantFrom(0, 0, 1, 9), fc.integer({ min: 0, max: 255 })), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(anyBytes, sizes, (values, reads) => {
        const bytes = Uint8Array.from(values);
        const whole = read(bytes);
        expect(read(bytes, reads)).toEqual(whole);
        expect(read(bytes, [1])).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  test("reads nothing behind the frame whose visitor stopped it", () => {
    const frames = [frame(FRAME_PING, 0, 0, [1]), data(1, 4, false), data(1, 0, true), frame(FRAME_PING, 0, 0, [2])];
    const bytes = concatBytes(frames);
    const all = read(bytes);
    expect(all).toHaveLength(4);
    for (let stopAt = 0; stopAt < 4; stopAt++) {
      expect(read(bytes, [bytes.length], stopAt)).toEqual(all.slice(0, stopAt + 1));
      expect(read(bytes, [1], stopAt)).toEqual(all.slice(0, stopAt + 1));
      expect(read(bytes, [7], stopAt)).toEqual(all.slice(0, stopAt + 1));
    }
  });

  test("takes the largest frame that was agreed", () => {
    for (const type of [FRAME_DATA, FRAME_HEADERS]) {
      const bytes = frame(type, 0, 5, new Uint8Array(FRAME_BYTES_MAX));
      for (const step of [bytes.length, 1, 100]) expect(read(bytes, [step])[0]).toMatch(/^(data|frame 1) 0 5 /);
    }
  });

  test.each([
    ["by one byte", FRAME_BYTES_MAX + 1],
    ["by 16 MiB", 0xff_ffff],
  ])("refuses a frame that is larger %s, at its header", (_name, length) => {
    for (const type of [FRAME_DATA, FRAME_HEADERS, 77]) {
      const bytes = concatBytes([frame(type, 0, 5, [], length), frame(FRAME_PING, 0, 0, [1])]);
      for (const step of [bytes.length, 1, 8, 9, 10]) expect(read(bytes, [step])).toEqual([`oversized ${type} 5`]);
    }
  });

  test("takes the beginning of an HTTP/1.1 answer for an oversized frame", () => {
    expect(read(latin1Encode("HTTP/1.1 400 Bad Request\r\n\r\n"))).toEqual([
      `oversized ${"P".charCodeAt(0)} ${0x312e3120}`,
    ]);
  });

  test("visits the parts of DATA as they come, and no part of an empty frame", () => {
    const notes = new Notes();
    const bytes = concatBytes([data(3, 10, false), data(3, 0, true)]);
    for (const [start, end] of [
      [0, 4],
      [4, 12],
      [12, 13],
      [13, bytes.length],
    ] as const) {
      notes.reader.feed(bytes, start, end);
    }
    expect(notes.parts).toEqual([3, 1, 6]);
    expect(notes.visits).toEqual([`data 0 3 10 ${"2e".repeat(10)}`, "data 1 3 0 "]);
  });

  test("visits a frame that lies whole in the bytes where it lies, without a copy", () => {
    const places: string[] = [];
    const visitor: FrameVisitor = {
      frame: (_type, _flags, _stream, at, start, end) => places.push(`${at === bytes} ${start} ${end}`),
      dataBegins: () => {},
      dataPart: (at, start, end) => places.push(`${at === bytes} ${start} ${end}`),
      dataEnds: () => {},
      oversized: () => {},
    };
    const bytes = concatBytes([
      frame(FRAME_SETTINGS, 0, 0, new Uint8Array(6)),
      data(1, 5, true),
      frame(FRAME_PING, 0, 0),
    ]);
    new FrameReader(visitor, FRAME_BYTES_MAX).feed(bytes, 0, bytes.length);
    expect(places).toEqual(["true 9 15", "true 24 29", "true 38 38"]);
  });
});
