import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Encode } from "../base/bytes.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { BLOCK_BYTES, BLOCK_HEADER_BYTES, CELL_BYTES, TEXT_BYTES_MAX } from "../base/limits.ts";
import { type Entry, KIND, KIND_NAMES } from "../model/entry.ts";
import { BlockWriter } from "./block-writer.ts";
import { Cells, isPlainKind, isTextKind, textCells, U48_MAX } from "./cell.ts";
import { Chain } from "./chain.ts";
import { blockBytes, FRAME_SHARD, writeHeader } from "./header.ts";
import { type LedgerEnd, LedgerReader } from "./reader.ts";

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

interface Seen {
  readonly shard: number;
  readonly entry: Entry;
  readonly text: Uint8Array | null;
}

interface Reading {
  readonly end: LedgerEnd;
  readonly seen: readonly Seen[];
  readonly offsets: readonly number[];
}

/** Reads a file in pieces of `pieceBytes`, from memory that is overwritten after each push. */
function read(file: Uint8Array, pieceBytes = file.length, hash: typeof sha256 | null = sha256): Reading {
  const seen: Seen[] = [];
  const offsets: number[] = [];
  const reader = new LedgerReader(
    hash,
    (entry, shard, text) => seen.push({ shard, entry: { ...entry }, text }),
    (_header, _block, offset) => offsets.push(offset),
  );
  for (let at = 0; at < file.length; at += pieceBytes) {
    const piece = file.slice(at, at + pieceBytes);
    reader.push(piece);
    piece.fill(0x55);
  }
  return { end: reader.finish(), seen, offsets };
}

/** Blocks in the order of the file, sealed and joined. */
function fileOf(blocks: readonly Uint8Array[]): Uint8Array {
  const chain = new Chain(sha256);
  const file = new Uint8Array(blocks.reduce((bytes, block) => bytes + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    const sealed = block.slice();
    chain.seal(sealed);
    file.set(sealed, at);
    at += sealed.length;
  }
  return file;
}

/** A block made by hand: what no block writer would make is possible here. */
function rawBlock(
  shard: number,
  sequence: number,
  count: number,
  times: [number, number],
  fill: (cells: Cells) => void,
) {
  const block = new Uint8Array(new ArrayBuffer(blockBytes(count)));
  writeHeader(block, { shard, sequence, count, firstNs: times[0], lastNs: times[1] });
  fill(new Cells(block.buffer, BLOCK_HEADER_BYTES, count));
  return block;
}

function heartbeats(shard: number, sequence: number, ...timesNs: readonly number[]): Uint8Array {
  return rawBlock(shard, sequence, timesNs.length, [timesNs[0]!, timesNs.at(-1)!], (cells) => {
    for (const [cell, timeNs] of timesNs.entries()) cells.write(cell, timeNs, KIND.heartbeat, 0, 0, 0, 0, 0, 0);
  });
}

const TEXT = utf8Encode("a text of thirty-one bytes: äö!");

/** Three blocks: manifest; shard 0; criterion and end. */
const SMALL = [
  rawBlock(FRAME_SHARD, 0, 3, [0, 0], (cells) => {
    cells.write(0, 0, KIND.run_started, 0, 0, 0, TEXT.length, 0, 0);
    cells.writeText(1, 0, TEXT, 0, 28);
    cells.writeText(2, 1, TEXT, 28, TEXT.length);
  }),
  rawBlock(0, 0, 3, [10, 30], (cells) => {
    cells.write(0, 10, KIND.user_spawned, 0, 0, 0, 0, 0, 0);
    cells.write(1, 10, KIND.request_issued, 0, 1, 2, 3, 4, 5);
    cells.write(2, 30, KIND.response_received, 0, 1, 200, 3, 4, 5);
  }),
  rawBlock(FRAME_SHARD, 1, 3, [40, 41], (cells) => {
    cells.write(0, 40, KIND.criterion_judged, 0, 1, 0, 28, 0, 0);
    cells.writeText(1, 0, TEXT, 0, 28);
    cells.write(2, 41, KIND.run_ended, 0, 0, 1, 0, 0, 0);
  }),
];
const SMALL_FILE = fileOf(SMALL);
const SMALL_BLOCK_BYTES = blockBytes(3);

const uint = (max: number): fc.Arbitrary<number> => fc.maxSafeNat().map((value) => value % (max + 1));
const u48 = fc.oneof(fc.constantFrom(0, 1, 2 ** 16, 2 ** 32 - 1, 2 ** 32, U48_MAX), uint(U48_MAX));
const u32 = fc.oneof(fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1), uint(2 ** 32 - 1));

const step = fc.record({
  shard: fc.constantFrom(0, 1, 700, FRAME_SHARD),
  afterNs: fc.oneof(fc.constant(0), uint(2 ** 33)),
  flush: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
  kind: fc.constantFrom(...KIND_NAMES.slice(1).map((name) => KIND[name])),
  identity: u32,
  flags: uint(255),
  code: uint(65_535),
  a: u32,
  b: u48,
  c: u48,
  text: fc.oneof(
    { weight: 9, arbitrary: fc.uint8Array({ maxLength: 90 }) },
    { weight: 1, arbitrary: uint(2 * BLOCK_BYTES).map((length) => new Uint8Array(length).fill(length)) },
  ),
});

/** Writes the steps, each shard with a clock of its own; says what a reader should see of each shard. */
function written(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
  const blocks: Uint8Array[] = [];
  const shards = new Map<number, { writer: BlockWriter; timeNs: number; seen: Seen[] }>();
  for (const { shard, afterNs, flush, kind, identity, flags, code, a, b, c, text } of steps) {
    let state = shards.get(shard);
    if (state === undefined) {
      const submit = (block: ArrayBuffer, bytes: number): void => {
        blocks.push(new Uint8Array(block.slice(0, bytes)));
      };
      state = { writer: new BlockWriter(shard, () => new ArrayBuffer(BLOCK_BYTES), submit), timeNs: 0, seen: [] };
      shards.set(shard, state);
    }
    state.timeNs += afterNs;
    const timeNs = state.timeNs;
    if (isTextKind(kind)) {
      // As the shards and as the frame write it.
      if (shard !== FRAME_SHARD) {
        const ring = new EntryRing(16);
        ring.pushText(kind, identity, flags, code, text);
        state.writer.write(timeNs, ring, ring.take());
      } else {
        state.writer.writeText(timeNs, kind, flags, text, identity, code);
      }
      const entry = { timeNs, kind, identity, flags, code, a: text.length, b: 0, c: 0 };
      state.seen.push({ shard, entry, text });
    } else {
      state.writer.writeEntry(timeNs, kind, identity, flags, code, a, b, c);
      state.seen.push({ shard, entry: { timeNs, kind, identity, flags, code, a, b, c }, text: null });
    }
    if (flush) state.writer.flush();
  }
  for (const { writer } of shards.values()) writer.flush();
  return { file: fileOf(blocks), blocks: blocks.length, shards };
}

describe("a ledger read back", () => {
  test("is what was written, whatever it is and however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 200_000 }),
        (steps, piece) => {
          const { file, blocks, shards } = written(steps);
          const { end, seen } = read(file, piece);
          expect(end).toMatchObject({ blocks, entries: steps.length, bytes: file.length });
          expect(["finished", "unfinished"]).toContain(end.state);
          for (const [shard, state] of shards) {
            expect(seen.filter((one) => one.shard === shard)).toEqual(state.seen);
          }
          expect(read(file, piece, null)).toEqual({ ...read(file), end });
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is the same in pieces of every size", () => {
    const whole = read(SMALL_FILE);
    expect(whole.end).toEqual({
      state: "finished",
      blocks: 3,
      entries: 6,
      bytes: SMALL_FILE.length,
      fingerprint: Buffer.from(SMALL_FILE.subarray(SMALL_BLOCK_BYTES * 2 + 32, SMALL_BLOCK_BYTES * 2 + 64)).toString(
        "hex",
      ),
    });
    expect(whole.offsets).toEqual([0, SMALL_BLOCK_BYTES, SMALL_BLOCK_BYTES * 2]);
    expect(whole.seen[0]).toMatchObject({ shard: FRAME_SHARD, text: TEXT });
    for (let piece = 1; piece < SMALL_FILE.length; piece++) expect(read(SMALL_FILE, piece)).toEqual(whole);
  });

  test("joins a text whose cells lie in blocks with those of other shards in between", () => {
    const parts = [0, 28, 31].slice(0, 2).map((start, number) =>
      rawBlock(FRAME_SHARD, number + 1, 1, [0, 0], (cells) => {
        cells.writeText(0, number, TEXT, start, Math.min(start + 28, TEXT.length));
      }),
    );
    const head = rawBlock(FRAME_SHARD, 0, 1, [0, 0], (cells) => {
      cells.write(0, 0, KIND.run_started, 0, 0, 0, TEXT.length, 0, 0);
    });
    const { end, seen } = read(fileOf([head, heartbeats(0, 0, 5), parts[0]!, heartbeats(1, 0, 5), parts[1]!]));
    expect(end).toMatchObject({ state: "unfinished", blocks: 5, entries: 3 });
    expect(seen.map(({ shard, text }) => [shard, text])).toEqual([
      [0, null],
      [1, null],
      [FRAME_SHARD, TEXT],
    ]);
  });

  test("is unfinished while a text is open, or when another shard claims the run's end", () => {
    const open = rawBlock(5, 0, 1, [0, 0], (cells) => cells.write(0, 0, KIND.criterion_judged, 0, 0, 0, 1, 0, 0));
    expect(read(fileOf([open, ...SMALL])).end).toMatchObject({ state: "unfinished", entries: 6 });
    const claim = rawBlock(0, 0, 1, [0, 0], (cells) => cells.write(0, 0, KIND.run_ended, 0, 0, 1, 0, 0, 0));
    expect(read(fileOf([claim])).end.state).toBe("unfinished");
  });
});

describe("a ledger cut short", () => {
  test("is torn at every length but between blocks, and counts what is whole", () => {
    const whole = read(SMALL_FILE);
    const entriesOf = [0, 1, 4, 6];
    for (let bytes = 1; bytes < SMALL_FILE.length; bytes++) {
      const { end, seen } = read(SMALL_FILE.slice(0, bytes), 50);
      const blocks = Math.floor(bytes / SMALL_BLOCK_BYTES);
      const entries = entriesOf[blocks]!;
      expect(seen).toEqual(whole.seen.slice(0, entries));
      if (bytes % SMALL_BLOCK_BYTES === 0) {
        expect(end).toMatchObject({ state: "unfinished", blocks, entries, bytes });
      } else {
        const wholeBytes = blocks * SMALL_BLOCK_BYTES;
        const lostBytes = bytes - wholeBytes;
        expect(end).toMatchObject({ state: "torn", wholeBlocks: blocks, entries, wholeBytes, lostBytes });
      }
    }
  });

  test("within a text has all that came before it, and nothing of the text", () => {
    const text = new Uint8Array(BLOCK_BYTES + 77).fill(0x61);
    const blocks: Uint8Array[] = [];
    const writers = [0, 1].map(
      (shard) =>
        new BlockWriter(
          shard,
          () => new ArrayBuffer(BLOCK_BYTES),
          (block, bytes) => blocks.push(new Uint8Array(block.slice(0, bytes))),
        ),
    );
    const ring = new EntryRing(16);
    // Shard 0's text takes three blocks; shard 1, whose text is whole, writes between the first and the rest.
    writers[0]!.writeEntry(3, KIND.request_issued, 4);
    ring.pushText(KIND.value_captured, 4, 0, 7, text);
    ring.pushText(KIND.value_captured, 1, 1, 9, TEXT);
    const first = ring.take();
    writers[0]!.write(5, ring, first);
    ring.takeText(first);
    const second = ring.take();
    writers[1]!.write(5, ring, second);
    ring.takeText(second);
    expect(ring.textBytes).toBe(0);
    for (const writer of writers) writer.flush();
    expect(blocks).toHaveLength(3);
    const [begun, rest, other] = blocks as [Uint8Array, Uint8Array, Uint8Array];
    const file = fileOf([begun, other, rest]);
    const captured = {
      flags: 1,
      code: 9,
      kind: KIND.value_captured,
      identity: 1,
      timeNs: 5,
      a: TEXT.length,
      b: 0,
      c: 0,
    };
    const whole = read(file);
    expect(whole.seen).toEqual([
      { shard: 0, entry: expect.objectContaining({ kind: KIND.request_issued }), text: null },
      { shard: 1, entry: captured, text: TEXT },
      { shard: 0, entry: { ...captured, flags: 0, code: 7, identity: 4, a: text.length }, text },
    ]);
    const wholeBytes = begun.length + other.length;
    expect(read(file.slice(0, wholeBytes)).end).toMatchObject({ state: "unfinished", entries: 2 });
    for (const bytes of [wholeBytes + 1, wholeBytes + 64, wholeBytes + 100, file.length - 1]) {
      const { end, seen } = read(file.slice(0, bytes), 5_000);
      expect(end).toMatchObject({ state: "torn", wholeBlocks: 2, entries: 2, wholeBytes });
      expect(seen).toEqual(whole.seen.slice(0, 2));
    }
    const { end, seen } = read(file.slice(0, begun.length + 40));
    expect(end).toMatchObject({ state: "torn", wholeBlocks: 1, entries: 1 });
    expect(seen).toEqual(whole.seen.slice(0, 1));
  });

  test("is whole again after keeping wholeBytes, with the same fingerprint", () => {
    const { end } = read(SMALL_FILE.slice(0, -1));
    if (end.state !== "torn") expect.fail(end.state);
    expect(end.reason).toBe("the file ends inside a block: expected 160 bytes, actual 159");
    expect(read(SMALL_FILE.slice(0, end.wholeBytes)).end).toMatchObject({
      state: "unfinished",
      entries: end.entries,
      fingerprint: end.fingerprint,
    });
  });

  test("is torn when a file system left zeros, damaged when anything else follows", () => {
    // Every place within a header: found by the swarm, where a header cut short made a torn tail look like damage.
    const inHeader = Array.from({ length: BLOCK_HEADER_BYTES }, (_, byte) => SMALL_BLOCK_BYTES + byte);
    for (const cut of [...inHeader, SMALL_BLOCK_BYTES + 100, SMALL_BLOCK_BYTES * 2 - 20]) {
      const zeros = new Uint8Array(70_000);
      zeros.set(SMALL_FILE.subarray(0, cut));
      const state = { state: "torn", wholeBlocks: 1, wholeBytes: SMALL_BLOCK_BYTES, lostBytes: 70_000 - 160 };
      expect(read(zeros, 64).end).toMatchObject(state);
      expect(read(zeros).end).toMatchObject(state);
      zeros[69_999] = 1;
      const damage = { state: "damaged", block: 1, offset: SMALL_BLOCK_BYTES };
      expect(read(zeros, 64).end).toMatchObject(damage);
      expect(read(zeros).end).toEqual(read(zeros, 64).end);
    }
  });
});

describe("a ledger changed", () => {
  test("in any single byte is never whole", () => {
    for (let at = 0; at < SMALL_FILE.length; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = SMALL_FILE.slice();
        changed[at]! ^= mask;
        const { end } = read(changed);
        expect(["torn", "damaged", "not_a_ledger"], `byte ${at} ^ ${mask}: ${end.state}`).toContain(end.state);
        expect(read(changed, 7).end).toEqual(end);
      }
    }
  });

  test("in the middle names the block, at the end is torn", () => {
    const middle = SMALL_FILE.slice();
    middle[SMALL_BLOCK_BYTES + 100]! ^= 1;
    expect(read(middle).end).toMatchObject({ state: "damaged", block: 1, offset: SMALL_BLOCK_BYTES });
    const last = SMALL_FILE.slice();
    last[SMALL_BLOCK_BYTES * 2 + 100]! ^= 1;
    const { end } = read(last);
    expect(end).toMatchObject({ state: "torn", wholeBlocks: 2, lostBytes: SMALL_BLOCK_BYTES });
    if (end.state === "torn") expect(end.reason).toMatch(/^hash: expected [0-9a-f]{64}, actual [0-9a-f]{64}$/);
  });

  test("in the order of its blocks is damaged", () => {
    const blocks = [0, 1, 2].map((i) => SMALL_FILE.slice(i * SMALL_BLOCK_BYTES, (i + 1) * SMALL_BLOCK_BYTES));
    const swapped = Buffer.concat([blocks[1]!, blocks[0]!, blocks[2]!]);
    expect(read(swapped).end).toMatchObject({ state: "damaged", block: 0, offset: 0 });
    const dropped = Buffer.concat([blocks[0]!, blocks[2]!, blocks[2]!]);
    expect(read(dropped).end).toMatchObject({ state: "damaged", block: 1 });
  });
});

describe("what is no ledger", () => {
  test.each([
    ["an empty file", "", "the file is empty"],
    ["a short text", "hi", 'magic: expected 5a364c42 ("Z6LB"), actual 6869'],
    ["a long text", "x".repeat(1000), 'magic: expected 5a364c42 ("Z6LB"), actual 78787878'],
    ["zeros", "\0".repeat(100), 'magic: expected 5a364c42 ("Z6LB"), actual 00000000'],
  ])("%s", (_name, text, reason) => {
    expect(read(utf8Encode(text), 10).end).toEqual({ state: "not_a_ledger", reason });
  });

  test("another version", () => {
    const file = SMALL_FILE.slice();
    file[4] = 2;
    expect(read(file).end).toEqual({ state: "not_a_ledger", reason: "format version: expected 1, actual 2" });
  });

  test("ends the reading: push says so", () => {
    const reader = new LedgerReader(sha256, () => expect.fail("no entry"));
    expect(reader.push(new Uint8Array(63))).toBe(true);
    expect(reader.push(new Uint8Array(1))).toBe(false);
    expect(reader.push(SMALL_FILE)).toBe(false);
    expect(reader.finish().state).toBe("not_a_ledger");
  });

  test("any bytes at all end in an outcome", () => {
    const magic = utf8Encode("Z6LB");
    const bytes = fc.uint8Array({ maxLength: 600 });
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.integer({ min: 1, max: 9 }), (junk, plausible, count) => {
        const file = junk.slice();
        if (plausible) {
          file.set(magic.subarray(0, file.length));
          if (file.length > 16) file.set([1, 0, 0, 0, 0, 0, 0, 0, count, 0, 0, 0], 4);
        }
        for (const hash of [sha256, null]) expect(read(file, 64, hash).end.state).toMatch(/^(torn|damaged|not_a)/);
      }),
    );
  });
});

/** Blocks that a faulty writer might have sealed: the hashes fit, the contents do not. */
describe("a block with the right hash but the wrong contents is damaged", () => {
  const cell = (fill: (cells: Cells) => void, count = 1): Uint8Array[] => [rawBlock(0, 0, count, [0, 0], fill)];
  const patched = (block: Uint8Array, at: number, ...bytes: readonly number[]): Uint8Array => {
    const copy = block.slice();
    copy.set(bytes, at);
    return copy;
  };
  const heartbeat = heartbeats(0, 0, 0);
  const textBlock = SMALL[0]!;
  const second = BLOCK_HEADER_BYTES + CELL_BYTES;

  test.each<[string, Uint8Array[], object]>([
    [
      "a gap in the sequence",
      [heartbeats(0, 0, 1), heartbeats(0, 2, 2)],
      { block: 1, offset: 96, reason: "sequence of shard 0: expected 1, actual 2" },
    ],
    [
      "a sequence that does not begin at 0",
      [heartbeats(FRAME_SHARD, 1, 1)],
      { block: 0, reason: "sequence of the frame: expected 0, actual 1" },
    ],
    [
      "an unknown kind",
      [patched(heartbeats(0, 0, 0, 0), second, 23)],
      { block: 0, offset: second, entry: 1, reason: "cell 1: kind: expected 0 to 22, actual 23" },
    ],
    [
      "time that runs backwards",
      [
        rawBlock(0, 0, 2, [5, 5], (cells) => {
          cells.write(0, 5, KIND.heartbeat, 0, 0, 0, 0, 0, 0);
          cells.write(1, 4, KIND.heartbeat, 0, 0, 0, 0, 0, 0);
        }),
      ],
      { entry: 1, reason: "cell 1: time: expected 5 to 9007199254740991, actual 4" },
    ],
    [
      "time that runs backwards from block to block",
      [heartbeats(0, 0, 5), heartbeats(0, 1, 4)],
      { block: 1, entry: 1, reason: "cell 0: time: expected 5 to 9007199254740991, actual 4" },
    ],
    [
      "time beyond 2^53",
      [patched(patched(heartbeat, 16, 0, 0, 0, 0, 0, 0, 0x20), BLOCK_HEADER_BYTES + 8, 0, 0, 0, 0, 0, 0, 0x20)],
      { entry: 0, reason: "cell 0: time: expected 0 to 9007199254740991, actual 9007199254740992" },
    ],
    ["a wrong first time", [patched(heartbeats(0, 0, 3, 3), 16, 2)], { reason: "first time: expected 3, actual 2" }],
    ["a wrong last time", [patched(heartbeats(0, 0, 3, 3), 24, 4)], { reason: "last time: expected 3, actual 4" }],
    [
      "text that belongs to no entry",
      cell((cells) => cells.writeText(0, 0, TEXT, 0, 1)),
      { entry: 0, reason: "cell 0: kind: expected 1 to 22, actual text (0) that belongs to no entry" },
    ],
    [
      "an entry in the middle of a text",
      cell((cells) => {
        cells.write(0, 0, KIND.run_started, 0, 0, 0, 1, 0, 0);
        cells.write(1, 0, KIND.heartbeat, 0, 0, 0, 0, 0, 0);
      }, 2),
      { entry: 0, reason: "cell 1: kind: expected text (0) of an entry not whole yet, actual heartbeat (16)" },
    ],
    [
      "a text cell that is too short",
      [patched(textBlock, second + 1, 27)],
      { offset: second, reason: "cell 1: bytes in the text cell: expected 28, actual 27" },
    ],
    [
      "a text cell out of order",
      [patched(textBlock, second + 2, 1)],
      { reason: "cell 1: number of the text cell: expected 0, actual 1" },
    ],
    [
      "padding that is not zero",
      [patched(textBlock, second + CELL_BYTES + 31, 9)],
      { reason: "cell 2: padding of the text cell: expected 0, actual 9" },
    ],
    [
      "a text without end",
      cell((cells) => cells.write(0, 0, KIND.run_started, 0, 0, 0, TEXT_BYTES_MAX + 1, 0, 0)),
      { reason: `cell 0: bytes of text: expected at most ${TEXT_BYTES_MAX}, actual ${TEXT_BYTES_MAX + 1}` },
    ],
  ])("%s", (_name, blocks, fault) => {
    const file = fileOf(blocks);
    expect(read(file).end).toMatchObject({ state: "damaged", ...fault });
    expect(read(file, 33).end).toEqual(read(file).end);
  });

  test("a count that no block has", () => {
    const file = SMALL_FILE.slice();
    file.set([0xff, 0x07], 12);
    const reason = "count of cells: expected 1 to 2046, actual 2047";
    expect(read(file).end).toEqual({ state: "damaged", block: 0, offset: 0, reason });
  });
});

test("a text that claims much takes memory only for what came", () => {
  const blocks = Array.from({ length: 8_192 }, (_, shard) =>
    rawBlock(shard, 0, 1, [0, 0], (cells) => {
      cells.write(0, 0, KIND.run_started, 0, 0, 0, TEXT_BYTES_MAX / 8_192, 0, 0);
    }),
  );
  const before = process.memoryUsage().arrayBuffers;
  expect(read(fileOf(blocks)).end).toMatchObject({ state: "unfinished", blocks: 8_192, entries: 0 });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
});

test("kinds are plain, or have text, or are text", () => {
  const forms = KIND_NAMES.map((name) => [isPlainKind(KIND[name]), isTextKind(KIND[name])]);
  expect(forms.filter(([plain, text]) => plain === text)).toEqual([[false, false]]);
  expect([isPlainKind(23), isTextKind(23), textCells(0), textCells(28), textCells(29)]).toEqual([
    false,
    false,
    0,
    1,
    2,
  ]);
});
