/**
 * What a disk can do to a ledger, and what the reader must say of it: a full disk, a crash and zeros leave a torn tail
 * behind whole blocks; a flipped bit is found, in the block where it lies.
 */
import { BLOCK_HEADER_BYTES } from "../../src/base/limits.ts";
import { sha256 } from "../../src/io/system.ts";
import { blockBytes, readHeader } from "../../src/ledger/header.ts";
import { type LedgerEnd, LedgerReader } from "../../src/ledger/reader.ts";
import type { Dice } from "../../src/sim/dice.ts";
import type { FaultyDisk } from "../../src/sim/faulty-disk.ts";

/** Tries crashes and flipped bits on what was written. @param times how many of each. */
export function checkDisk(dice: Dice, disk: FaultyDisk, times: number): void {
  const image = disk.image();
  const starts = blockStarts(image);
  const wholeEnd = starts.at(-1)!;
  const wholeState = wholeEnd === 0 ? "" : read(image.subarray(0, wholeEnd), () => {}).state;
  for (let i = 0; i < times; i++) {
    const kept = dice.between(0, image.length);
    checkTorn(disk.torn(kept, dice.pick([0, dice.below(200), dice.below(70_000)])), image, starts, wholeState);
    if (image.length > 0) checkFlipped(dice.below(8 * image.length), disk, starts);
  }
}

/** The verdict on a file that is cut anywhere in pieces. */
export function read(bytes: Uint8Array, visit: ConstructorParameters<typeof LedgerReader>[1]): LedgerEnd {
  const reader = new LedgerReader(sha256, visit);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) if (!reader.push(bytes.subarray(at, at + PIECE_BYTES))) break;
  return reader.finish();
}

const PIECE_BYTES = 30_011;

/** Where each whole block begins, and where the last one ends. */
function blockStarts(image: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at + BLOCK_HEADER_BYTES <= image.length; ) {
    at += blockBytes(readHeader(image.subarray(at)).count);
    if (at > image.length) break;
    starts.push(at);
  }
  return starts;
}

function checkTorn(left: Uint8Array, image: Uint8Array, starts: readonly number[], wholeState: string): void {
  let same = 0;
  while (same < left.length && left[same] === image[same]) same++;
  const wholeBytes = starts.findLast((start) => start <= same)!;
  const end = read(left, () => {});
  const actual = wholeBytesOf(end);
  if (actual !== wholeBytes) {
    throw new Error(`a crash left ${left.length} bytes: expected ${wholeBytes} whole, actual ${JSON.stringify(end)}`);
  }
  if (wholeBytes === 0) return;
  const recovered = read(left.subarray(0, wholeBytes), () => {});
  const state = wholeBytes === starts.at(-1) ? wholeState : "unfinished";
  if (recovered.state !== state) throw new Error(`recovered: expected ${state}, actual ${JSON.stringify(recovered)}`);
}

function checkFlipped(bit: number, disk: FaultyDisk, starts: readonly number[]): void {
  const block = starts.findLastIndex((start) => start <= bit >>> 3);
  const end = read(disk.flipped(bit), () => {});
  const found = end.state === "damaged" ? end.block : end.state === "torn" ? end.wholeBlocks : 0;
  const isDetected = end.state !== "finished" && end.state !== "unfinished";
  if (!isDetected || found !== block) {
    throw new Error(`bit ${bit} of block ${block} was flipped: ${JSON.stringify(end)}`);
  }
}

function wholeBytesOf(end: LedgerEnd): number {
  switch (end.state) {
    case "finished":
    case "unfinished":
      return end.bytes;
    case "torn":
      return end.wholeBytes;
    case "not_a_ledger":
      return 0;
    case "damaged":
      return -1;
  }
}
