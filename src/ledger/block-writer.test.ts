import { describe, expect, test } from "vitest";
import { EntryRing } from "../base/entry-ring.ts";
import { BLOCK_BYTES, BLOCK_CELLS_MAX, BLOCK_HEADER_BYTES } from "../base/limits.ts";
import { NEVER } from "../base/units.ts";
import { KIND } from "../model/entry.ts";
import { BlockDecoder } from "./block-decoder.ts";
import { BlockWriter } from "./block-writer.ts";
import { FRAME_SHARD, headerFault, readHeader } from "./header.ts";

/** A writer whose blocks are dirty, as recycled ones are, and what it submitted. */
function writerOf(shard: number): { writer: BlockWriter; blocks: Uint8Array[] } {
  const blocks: Uint8Array[] = [];
  const acquire = (): ArrayBuffer => new Uint8Array(BLOCK_BYTES).fill(0xaa).buffer;
  const submit = (block: ArrayBuffer, bytes: number): void => {
    blocks.push(new Uint8Array(block, 0, bytes));
  };
  return { writer: new BlockWriter(shard, acquire, submit), blocks };
}

describe("BlockWriter", () => {
  test("fills a header but for the hash", () => {
    const { writer, blocks } = writerOf(3);
    writer.writeEntry(5, KIND.user_spawned, 3);
    writer.writeEntry(9, KIND.user_retired, 3, 0, 1, 2);
    writer.flush();
    writer.writeEntry(9, KIND.heartbeat);
    writer.flush();
    expect(blocks.map((block) => block.length)).toEqual([64 + 64, 64 + 32]);
    expect(blocks.map(headerFault)).toEqual([null, null]);
    expect(blocks.map(readHeader)).toEqual([
      { shard: 3, sequence: 0, count: 2, firstNs: 5, lastNs: 9 },
      { shard: 3, sequence: 1, count: 1, firstNs: 9, lastNs: 9 },
    ]);
    expect(blocks[0]!.subarray(32, 64)).toEqual(new Uint8Array(32));
  });

  test("lays out a cell byte for byte", () => {
    const { writer, blocks } = writerOf(0);
    writer.writeEntry(
      0x1f_6655_4433_2211,
      KIND.request_issued,
      0x04030201,
      0x0a,
      0x0c0b,
      0x14131211,
      0x262524232221,
      0x363534333231,
    );
    writer.flush();
    const cell = Buffer.from(blocks[0]!.subarray(BLOCK_HEADER_BYTES)).toString("hex");
    expect(cell).toBe("050a0b0c" + "01020304" + "1122334455661f00" + "11121314" + "212223242526" + "313233343536");
  });

  test("writes the ring's entry as it would the plain one", () => {
    const ring = new EntryRing(16);
    ring.push(KIND.response_received, 17, 1, 503, 0xffffffff, 2 ** 48 - 1, 2 ** 33 + 5);
    const fromRing = writerOf(1);
    fromRing.writer.write(77, ring, ring.take());
    fromRing.writer.flush();
    const plain = writerOf(1);
    plain.writer.writeEntry(77, KIND.response_received, 17, 1, 503, 0xffffffff, 2 ** 48 - 1, 2 ** 33 + 5);
    plain.writer.flush();
    expect(fromRing.blocks).toEqual(plain.blocks);
  });

  test("writes the ring's text behind its entry, and leaves it in the ring", () => {
    const text = new TextEncoder().encode("a captured value of 30 bytes..");
    const ring = new EntryRing(16);
    ring.pushText(KIND.value_captured, 17, 1, 503, text);
    const at = ring.take();
    const fromRing = writerOf(1);
    fromRing.writer.write(77, ring, at);
    fromRing.writer.flush();
    const plain = writerOf(1);
    plain.writer.writeText(77, KIND.value_captured, 1, text, 17, 503);
    plain.writer.flush();
    expect(fromRing.blocks).toEqual(plain.blocks);
    expect(ring.takeText(at)).toBe(text);
    expect(() => fromRing.writer.write(78, ring, at)).toThrow("the text that it says");
  });

  test("hands over a full block at once and acquires none before it is needed", () => {
    let acquired = 0;
    const sizes: number[] = [];
    const writer = new BlockWriter(
      0,
      () => {
        acquired++;
        return new ArrayBuffer(BLOCK_BYTES);
      },
      (_block, bytes) => sizes.push(bytes),
    );
    writer.flush();
    expect([acquired, sizes.length]).toEqual([0, 0]);
    for (let i = 0; i < BLOCK_CELLS_MAX; i++) writer.writeEntry(i, KIND.heartbeat);
    expect([acquired, sizes]).toEqual([1, [BLOCK_BYTES]]);
    writer.flush();
    expect([acquired, sizes.length]).toEqual([1, 1]);
  });

  test("oldestNs is the time of what waits to be flushed", () => {
    const { writer } = writerOf(0);
    expect(writer.oldestNs).toBe(NEVER);
    writer.writeEntry(4, KIND.heartbeat);
    writer.writeEntry(6, KIND.heartbeat);
    expect(writer.oldestNs).toBe(4);
    writer.flush();
    expect(writer.oldestNs).toBe(NEVER);
  });

  test("gives text cells, and a block of nothing else, the time of their entry", () => {
    const { writer, blocks } = writerOf(FRAME_SHARD);
    const text = new Uint8Array(28 * (BLOCK_CELLS_MAX * 2)).fill(0x61);
    writer.writeText(12, KIND.run_started, 0, text);
    expect(writer.oldestNs).toBe(12);
    writer.writeEntry(20, KIND.run_ended, 0, 0, 1);
    writer.flush();
    expect(blocks.map(readHeader).map(({ count, firstNs, lastNs }) => [count, firstNs, lastNs])).toEqual([
      [BLOCK_CELLS_MAX, 12, 12],
      [BLOCK_CELLS_MAX, 12, 12],
      [2, 12, 20],
    ]);
    const decoder = new BlockDecoder();
    const texts: (Uint8Array | null)[] = [];
    for (const block of blocks) expect(decoder.decode(block, (_entry, _shard, text) => texts.push(text))).toBe(null);
    expect(texts.length).toBe(2);
    expect(Buffer.compare(texts[0]!, text)).toBe(0);
    expect(decoder.endedRun).toBe(true);
  });

  test("asserts what no field can hold", () => {
    const { writer } = writerOf(0);
    const heartbeat = KIND.heartbeat;
    expect(() => writer.writeEntry(-1, heartbeat)).toThrow("time");
    expect(() => writer.writeEntry(0.5, heartbeat)).toThrow("u53");
    expect(() => writer.writeEntry(2 ** 53, heartbeat)).toThrow("u53");
    expect(() => writer.writeEntry(Number.NaN, heartbeat)).toThrow("time");
    const fresh = (): BlockWriter => writerOf(0).writer;
    expect(() => fresh().writeEntry(0, KIND.text)).toThrow("without text");
    expect(() => fresh().writeEntry(0, KIND.run_started)).toThrow("without text");
    expect(() => fresh().writeEntry(0, 23)).toThrow("without text");
    expect(() => fresh().writeEntry(0, heartbeat, -1)).toThrow("identity");
    expect(() => fresh().writeEntry(0, heartbeat, 0, 256)).toThrow("flags");
    expect(() => fresh().writeEntry(0, heartbeat, 0, 0, 65_536)).toThrow("code");
    expect(() => fresh().writeEntry(0, heartbeat, 0, 0, 0, 2 ** 32)).toThrow("u32");
    expect(() => fresh().writeEntry(0, heartbeat, 0, 0, 0, 0, 2 ** 48)).toThrow("b is no u48");
    expect(() => fresh().writeEntry(0, heartbeat, 0, 0, 0, 0, 0, 1.5)).toThrow("c is no u48");
    expect(() => fresh().writeText(0, KIND.value_captured, 0, new Uint8Array(1), 0, 65_536)).toThrow("code");
    expect(() => fresh().writeText(0, heartbeat, 0, new Uint8Array(1))).toThrow("has no text");
    expect(() =>
      new BlockWriter(
        0,
        () => null,
        () => {},
      ).writeEntry(0, heartbeat),
    ).toThrow("no free ledger block");
  });

  test("asserts that time never runs backwards", () => {
    const { writer } = writerOf(0);
    writer.writeEntry(5, KIND.heartbeat);
    writer.flush();
    expect(() => writer.writeEntry(4, KIND.heartbeat)).toThrow("backwards");
  });
});
