/**
 * A cell: 32 bytes, little-endian, one entry or up to 28 bytes of text. Cells lie at multiples of 32, so every field
 * of an entry but the 48-bit ones is one aligned access through a typed array over the block:
 *
 *   0 u8 kind   1 u8 flags   2 u16 code   4 u32 identity   8 u64 time   16 u32 a   20 u48 b   26 u48 c
 *
 * A 48-bit number is plain little-endian; its halves are chosen so that both are aligned too: `b` is its low 32 bits at
 * 20 and its high 16 at 24, `c` its low 16 bits at 26 and its high 32 at 28. Time is two 32-bit halves, low first.
 *
 * Subtleness ahead: storing a number into a Uint32Array keeps its value modulo 2^32 and drops its fraction, which is
 * exactly "the low half"; dividing by a power of two is exact, so storing the quotient is exactly "the high half".
 */
import { assert } from "../base/assert.ts";
import { CELL_BYTES } from "../base/limits.ts";
import { ENTRY_FIELDS, type Entry, KIND, KIND_NAMES } from "../model/entry.ts";

/** Bytes of text that one text cell holds. */
export const CELL_TEXT_BYTES = CELL_BYTES - 4;
/** Text cells are numbered modulo this. */
export const TEXT_NUMBER_MODULUS = 0x1_0000;
/** The last moment that a cell can say, ns. */
export const CELL_TIME_NS_MAX = Number.MAX_SAFE_INTEGER;
/** The largest `b` and `c`. */
export const U48_MAX = 2 ** 48 - 1;

const TWO_32 = 2 ** 32;
const TWO_16 = 2 ** 16;

/** Kinds are 0 .. KIND_COUNT - 1, without a gap. */
export const KIND_COUNT = KIND_NAMES.length;

const ENTRY_WITHOUT_TEXT = 1;
const ENTRY_WITH_TEXT = 2;

/** What follows each kind, by number; 0 for text, which is no entry. Beyond the known kinds there is nothing. */
const FORMS = Uint8Array.from(KIND_NAMES, (name) => {
  if (KIND[name] === KIND.text) return 0;
  return ENTRY_FIELDS[name].a === "textBytes" ? ENTRY_WITH_TEXT : ENTRY_WITHOUT_TEXT;
});

/** Whether this is the kind of an entry that one cell holds. */
export function isPlainKind(kind: number): boolean {
  return FORMS[kind] === ENTRY_WITHOUT_TEXT;
}

/** Whether this is the kind of an entry that text follows; its `a` is then the length of the text in bytes. */
export function isTextKind(kind: number): boolean {
  return FORMS[kind] === ENTRY_WITH_TEXT;
}

/** Asserts that a plain number fits the field of a cell that it is meant for. */
export function assertWidths(kind: number, identity: number, flags: number, code: number, a: number): void {
  assert((kind & 0xff) === kind, "cell kind is no u8");
  assert((flags & 0xff) === flags, "cell flags are no u8");
  assert((code & 0xffff) === code, "cell code is no u16");
  assert(identity >>> 0 === identity, "cell identity is no u32");
  assert(a >>> 0 === a, "cell a is no u32");
}

function isWhole(value: number, max: number): boolean {
  return value >= 0 && value <= max && Math.floor(value) === value;
}

/** How many text cells follow an entry with this much text. */
export function textCells(textBytes: number): number {
  return Math.ceil(textBytes / CELL_TEXT_BYTES);
}

assert(
  new Uint8Array(Uint32Array.of(1).buffer)[0] === 1,
  "the ledger is written in place and needs a little-endian machine",
);

/** The cells of one block body, numbered from 0. The memory is the caller's. */
export class Cells {
  readonly #u8: Uint8Array;
  readonly #u16: Uint16Array;
  readonly #u32: Uint32Array;

  /** Cells in `count * 32` bytes of `buffer` from `byteOffset`, which must be a multiple of 4. */
  constructor(buffer: ArrayBufferLike, byteOffset: number, count: number) {
    assert(byteOffset % 4 === 0, "cells are not aligned");
    this.#u8 = new Uint8Array(buffer, byteOffset, count * CELL_BYTES);
    this.#u16 = new Uint16Array(buffer, byteOffset, count * (CELL_BYTES / 2));
    this.#u32 = new Uint32Array(buffer, byteOffset, count * (CELL_BYTES / 4));
  }

  /**
   * Writes a whole cell. What its field cannot hold is a bug: nothing is clipped. `kind`, `flags`, `code`, `identity`
   * and `a` come from typed arrays of their width or were checked by `assertWidths`; the others are checked here.
   */
  write(
    cell: number,
    timeNs: number,
    kind: number,
    identity: number,
    flags: number,
    code: number,
    a: number,
    b: number,
    c: number,
  ): void {
    assert(isWhole(timeNs, CELL_TIME_NS_MAX), "cell time is no u53");
    assert(isWhole(b, U48_MAX), "cell b is no u48");
    assert(isWhole(c, U48_MAX), "cell c is no u48");
    const bytes = this.#u8;
    const halves = this.#u16;
    const words = this.#u32;
    const byte = cell * 32;
    const half = cell * 16;
    const word = cell * 8;
    bytes[byte] = kind;
    bytes[byte + 1] = flags;
    halves[half + 1] = code;
    words[word + 1] = identity;
    words[word + 2] = timeNs;
    words[word + 3] = timeNs / TWO_32;
    words[word + 4] = a;
    words[word + 5] = b;
    halves[half + 12] = b / TWO_32;
    halves[half + 13] = c;
    words[word + 7] = c / TWO_16;
  }

  /** Kind of a cell, 0 (text) to 255; above KIND_COUNT - 1 it is unknown. */
  kind(cell: number): number {
    return this.#u8[cell * 32]!;
  }

  /** Reads an entry's cell into `entry`. A time beyond CELL_TIME_NS_MAX comes out beyond it, though not exact. */
  read(cell: number, entry: Entry): void {
    const bytes = this.#u8;
    const halves = this.#u16;
    const words = this.#u32;
    const byte = cell * 32;
    const half = cell * 16;
    const word = cell * 8;
    entry.kind = bytes[byte]!;
    entry.flags = bytes[byte + 1]!;
    entry.code = halves[half + 1]!;
    entry.identity = words[word + 1]!;
    entry.timeNs = words[word + 2]! + words[word + 3]! * TWO_32;
    entry.a = words[word + 4]!;
    entry.b = words[word + 5]! + halves[half + 12]! * TWO_32;
    entry.c = halves[half + 13]! + words[word + 7]! * TWO_16;
  }

  /** Writes text bytes [start, end), 1 to 28 of them, as the text cell with this running number. */
  writeText(cell: number, number: number, text: Uint8Array, start: number, end: number): void {
    assert(end > start && end - start <= CELL_TEXT_BYTES, "text cell holds 1 to 28 bytes");
    const byte = cell * CELL_BYTES;
    this.#u8[byte] = KIND.text;
    this.#u8[byte + 1] = end - start;
    this.#u16[cell * 16 + 1] = number % TEXT_NUMBER_MODULUS;
    this.#u8.set(text.subarray(start, end), byte + 4);
    this.#u8.fill(0, byte + 4 + end - start, byte + CELL_BYTES);
  }

  /** What a text cell says that it holds, 0 to 255 bytes: check it before use. */
  textBytes(cell: number): number {
    return this.#u8[cell * CELL_BYTES + 1]!;
  }

  /** Running number of a text cell, modulo TEXT_NUMBER_MODULUS. */
  textNumber(cell: number): number {
    return this.#u16[cell * 16 + 1]!;
  }

  /** The 28 bytes behind the head of a text cell: the text, then zero padding. A view, not a copy. */
  text(cell: number): Uint8Array {
    return this.#u8.subarray(cell * CELL_BYTES + 4, (cell + 1) * CELL_BYTES);
  }
}
