/**
 * Lists of fields to header blocks (RFC 7541 6). A field is inserted into the dynamic table when there is room, and none
 * is ever evicted to make room: the table fills with what is sent first and then stands still. A fixed set of requests
 * soon has fixed blocks, which need not be encoded again, and a table that is too small for all does not thrash.
 *
 * When the peer allows another table size, the next block begins by announcing it (4.2). If the size fell and rose again
 * in between, the smallest is announced first: both sides evict what it had no room for.
 */
import { assert } from "../../base/assert.ts";
import { HPACK_TABLE_BYTES_MAX } from "../../base/limits.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { fieldBytes, type HpackField } from "./field.ts";
import { FieldIndex } from "./field-index.ts";
import { INTEGER_BYTES_MAX, writeInteger } from "./integer.ts";
import { STATIC_INDEX, STATIC_TABLE } from "./static-table.ts";
import { stringBytesMax, writeString } from "./string.ts";

/** Blocks are written here and copied out when their length is known; one that may be longer gets room of its own. */
const SCRATCH = new Uint8Array(4_096);

/** First bytes of literals that leave the table alone (6.2.2, 6.2.3); the index of their name has four bits. */
const NOT_INDEXED = 0x00;
const NEVER_INDEXED = 0x10;

export class HpackEncoder {
  readonly #table = new DynamicTable(HPACK_TABLE_BYTES_MAX);
  /** The fields of the table by the numbers under which they were inserted. */
  readonly #index = new FieldIndex();
  /** What the peer believes the table's bound to be, and the smallest that it was since the peer was told. */
  #announcedBytes = HPACK_TABLE_BYTES_MAX;
  #smallestBytes = HPACK_TABLE_BYTES_MAX;
  #announcements = 0;

  /**
   * Changes when the table changes, and with each announcement: while it stands, a list is encoded to the same bytes. A
   * block may be sent again if this number was the same before and after encoding it, and still is.
   */
  get version(): number {
    return this.#table.version + this.#announcements;
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE; of a large one we use 4,096 bytes. */
  limitTable(bytes: number): void {
    assert(bytes >= 0, "a negative table size");
    const bytesMax = Math.min(bytes, HPACK_TABLE_BYTES_MAX);
    const table = this.#table;
    if (bytesMax === table.bytesMax) return;
    table.resize(bytesMax);
    this.#smallestBytes = Math.min(this.#smallestBytes, bytesMax);
    this.#index.clear();
    for (let index = table.count; index > 0; index--) {
      this.#index.add(table.name(index), table.value(index), table.nextNumber - index);
    }
  }

  /**
   * The header block for `fields`, after which the peer must get no other block before this one.
   * @param next the field behind them: what is written before its value is part of the block, and the caller goes on
   * with a literal for the value, which nobody indexes.
   */
  encode(fields: readonly HpackField[], next: Omit<HpackField, "value"> | null = null): Uint8Array {
    let bytesMax = 2 * INTEGER_BYTES_MAX;
    if (next !== null) bytesMax += INTEGER_BYTES_MAX + stringBytesMax(next.name);
    for (const { name, value } of fields) bytesMax += INTEGER_BYTES_MAX + stringBytesMax(name) + stringBytesMax(value);
    const out = bytesMax <= SCRATCH.length ? SCRATCH : new Uint8Array(bytesMax);
    let at = this.#announce(out);
    for (const field of fields) at = this.#writeField(out, at, field);
    if (next !== null) {
      const pattern = next.sensitive === true ? NEVER_INDEXED : NOT_INDEXED;
      at = writeName(out, at, pattern, 4, this.#nameIndex(next.name), next.name);
    }
    assert(at <= bytesMax, "a block is longer than its bound");
    return out.slice(0, at);
  }

  /** Writes the size updates that are due at the beginning of out; returns the index behind them. */
  #announce(out: Uint8Array): number {
    const { bytesMax } = this.#table;
    let at = 0;
    if (this.#smallestBytes < this.#announcedBytes) at = this.#writeSize(out, at, this.#smallestBytes);
    if (this.#announcedBytes !== bytesMax) at = this.#writeSize(out, at, bytesMax);
    this.#smallestBytes = bytesMax;
    return at;
  }

  #writeSize(out: Uint8Array, at: number, bytes: number): number {
    this.#announcedBytes = bytes;
    this.#announcements++;
    return writeInteger(out, at, 0x20, 5, bytes);
  }

  #writeField(out: Uint8Array, at: number, field: HpackField): number {
    const { name, value } = field;
    const sensitive = field.sensitive === true;
    if (!sensitive) {
      const index = this.#wireIndex(STATIC_INDEX.field(name, value), this.#index.field(name, value));
      if (index > 0) return writeInteger(out, at, 0x80, 7, index);
    }
    // Looked up first: an insertion moves the indices of all that was there.
    const nameIndex = this.#nameIndex(name);
    let to: number;
    if (sensitive) {
      to = writeName(out, at, NEVER_INDEXED, 4, nameIndex, name);
    } else if (this.#insert(name, value)) {
      to = writeName(out, at, 0x40, 6, nameIndex, name);
    } else {
      to = writeName(out, at, NOT_INDEXED, 4, nameIndex, name);
    }
    return writeString(out, to, value);
  }

  /** The index of some field of that name, 0 for none. */
  #nameIndex(name: string): number {
    return this.#wireIndex(STATIC_INDEX.name(name), this.#index.name(name));
  }

  /** The index that the wire has for a place in the static table or else a number in the dynamic; 0 for neither. */
  #wireIndex(place: number, number: number): number {
    if (place >= 0) return place + 1;
    return number < 0 ? 0 : STATIC_TABLE.length + this.#table.nextNumber - number;
  }

  /** Inserts a field if there is room for it. */
  #insert(name: string, value: string): boolean {
    const table = this.#table;
    if (fieldBytes(name, value) > table.bytesMax - table.bytes) return false;
    this.#index.add(name, value, table.nextNumber);
    table.insert(name, value);
    return true;
  }
}

/** Writes how a literal begins: its pattern, and the name or where it is found. */
function writeName(out: Uint8Array, at: number, pattern: number, bits: number, index: number, name: string): number {
  const to = writeInteger(out, at, pattern, bits, index);
  return index === 0 ? writeString(out, to, name) : to;
}
