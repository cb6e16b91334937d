/**
 * The head of a block: 64 bytes that say whose cells follow, how many, of what time, and that nobody touched them.
 *
 *   0 u32 magic "Z6LB"   4 u16 version   6 u16 shard   8 u32 sequence   12 u32 count
 *   16 u64 first time   24 u64 last time   32 hash
 *
 * A text cell has the time of the entry that it belongs to, so a block of nothing but text has a time as well.
 */
import { assert } from "../base/assert.ts";
import { BLOCK_CELLS_MAX, BLOCK_HEADER_BYTES, CELL_BYTES } from "../base/limits.ts";
import { CELL_TIME_NS_MAX } from "./cell.ts";

/** "Z6LB" as the little-endian number that its four bytes are. */
export const LEDGER_MAGIC = 0x424c365a;
/** The one version that this code writes and reads. */
export const LEDGER_VERSION = 1;
/** The shard number of the supervisor's blocks: the manifest first, criteria and the end of the run last. */
export const FRAME_SHARD = 0xffff;
/** Where the version and the count lie in a header. */
export const VERSION_OFFSET = 4;
export const COUNT_OFFSET = 12;
/** Where the hash lies in a header; the bytes before it are hashed. */
export const HASH_OFFSET = 32;
/** Length of a hash, SHA-256. */
export const HASH_BYTES = 32;

const SEQUENCE_MAX = 0xffff_ffff;
const TWO_32 = 2 ** 32;

/** A header without its hash. Times in ns since the run began: of the first and of the last cell. */
export interface BlockHeader {
  readonly shard: number;
  /** Number of this block among those of its shard, from 0. */
  readonly sequence: number;
  /** Cells in the body, 1 to BLOCK_CELLS_MAX. */
  readonly count: number;
  readonly firstNs: number;
  readonly lastNs: number;
}

/** Why 64 bytes are no header of this version. */
export interface HeaderFault {
  readonly field: "magic" | "version" | "count";
  /** In words, with expected and actual. */
  readonly reason: string;
}

/** Length of a block with this many cells, header included. */
export function blockBytes(count: number): number {
  return BLOCK_HEADER_BYTES + count * CELL_BYTES;
}

/** Writes a header at the start of `block`, its hash as zeros: the chain fills that in. */
export function writeHeader(block: Uint8Array, header: BlockHeader): void {
  const { shard, sequence, count, firstNs, lastNs } = header;
  assert(shard >= 0 && shard <= FRAME_SHARD, "block shard is no u16");
  assert(sequence >= 0 && sequence <= SEQUENCE_MAX, "block sequence is no u32");
  assert(count >= 1 && count <= BLOCK_CELLS_MAX, "block count is out of range");
  assert(firstNs >= 0 && firstNs <= lastNs && lastNs <= CELL_TIME_NS_MAX, "block times are out of order");
  const view = viewOf(block);
  view.setUint32(0, LEDGER_MAGIC, true);
  view.setUint16(VERSION_OFFSET, LEDGER_VERSION, true);
  view.setUint16(6, shard, true);
  view.setUint32(8, sequence, true);
  view.setUint32(COUNT_OFFSET, count, true);
  setTime(view, 16, firstNs);
  setTime(view, 24, lastNs);
  block.fill(0, HASH_OFFSET, BLOCK_HEADER_BYTES);
}

/** What forbids reading the first 64 bytes of `block` as a header, or null. */
export function headerFault(block: Uint8Array): HeaderFault | null {
  const view = viewOf(block);
  const magic = view.getUint32(0, true);
  if (magic !== LEDGER_MAGIC) {
    const actual = view.getUint32(0).toString(16).padStart(8, "0");
    return { field: "magic", reason: `magic: expected 5a364c42 ("Z6LB"), actual ${actual}` };
  }
  const version = view.getUint16(VERSION_OFFSET, true);
  if (version !== LEDGER_VERSION) {
    return { field: "version", reason: `format version: expected ${LEDGER_VERSION}, actual ${version}` };
  }
  const count = view.getUint32(COUNT_OFFSET, true);
  if (count < 1 || count > BLOCK_CELLS_MAX) {
    return { field: "count", reason: `count of cells: expected 1 to ${BLOCK_CELLS_MAX}, actual ${count}` };
  }
  return null;
}

/** Reads a header in which `headerFault` found nothing. A time beyond CELL_TIME_NS_MAX comes out beyond it. */
export function readHeader(block: Uint8Array): BlockHeader {
  const view = viewOf(block);
  return {
    shard: view.getUint16(6, true),
    sequence: view.getUint32(8, true),
    count: view.getUint32(COUNT_OFFSET, true),
    firstNs: getTime(view, 16),
    lastNs: getTime(view, 24),
  };
}

function viewOf(block: Uint8Array): DataView {
  assert(block.length >= BLOCK_HEADER_BYTES, "block is shorter than its header");
  return new DataView(block.buffer, block.byteOffset, BLOCK_HEADER_BYTES);
}

function setTime(view: DataView, at: number, timeNs: number): void {
  view.setUint32(at, timeNs % TWO_32, true);
  view.setUint32(at + 4, Math.floor(timeNs / TWO_32), true);
}

function getTime(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32;
}
