/**
 * Header blocks to lists of fields (RFC 7541 3, 6). A block is a program for the dynamic table, so it is carried out to
 * its end even when its list is longer than we want to hear: the next block counts on it. What a block costs is bounded
 * by its own bytes and by the table, whatever it says.
 *
 * The first byte says what comes: 1xxxxxxx an indexed field, 01xxxxxx a literal to be inserted, 001xxxxx a new size of
 * the table, 0000xxxx and 0001xxxx a literal that is not inserted, the latter never by anybody.
 */
import { assert } from "../../base/assert.ts";
import { HPACK_INTEGER_MAX, HPACK_TABLE_BYTES_MAX } from "../../base/limits.ts";
import { BlockCursor } from "./cursor.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { fieldBytes } from "./field.ts";
import { readInteger } from "./integer.ts";
import { STATIC_TABLE } from "./static-table.ts";
import { readString } from "./string.ts";

/** The whole block was decoded. */
export const HPACK_OK = 0;
/** The block breaks the format: the tables are out of step, the connection is lost (COMPRESSION_ERROR). */
export const HPACK_INVALID = 1;
/** The list is larger than its bound: it was not visited to its end, but the tables are in step. */
export const HPACK_TOO_LARGE = 2;

export class HpackDecoder {
  readonly #tableBytesMax: number;
  readonly #listBytesMax: number;
  readonly #table: DynamicTable;
  readonly #cursor = new BlockCursor();

  /**
   * @param tableBytesMax what we advertise as SETTINGS_HEADER_TABLE_SIZE. A table larger than the initial 4,096 bytes is
   * used when the peer says so (RFC 9113 6.5.2).
   * @param listBytesMax bound on the sum of the sizes (name, value and 32 bytes) of one list.
   */
  constructor(tableBytesMax: number, listBytesMax: number) {
    assert(tableBytesMax >= 0 && tableBytesMax <= HPACK_INTEGER_MAX, "a table size that nobody can announce");
    this.#tableBytesMax = tableBytesMax;
    this.#listBytesMax = listBytesMax;
    this.#table = new DynamicTable(Math.min(tableBytesMax, HPACK_TABLE_BYTES_MAX));
  }

  /**
   * Counts the changes of the dynamic table (insertion, eviction, other size): a block that was decoded without changing
   * it means the same again while this number stands.
   */
  get version(): number {
    return this.#table.version;
  }

  /**
   * Decodes the whole header block bytes[start, end) and gives `visit` each field in order, a character per byte.
   * Returns HPACK_OK, HPACK_INVALID or HPACK_TOO_LARGE; what was visited of a refused block is not to be used.
   */
  decode(bytes: Uint8Array, start: number, end: number, visit: (name: string, value: string) => void): number {
    const cursor = this.#cursor;
    cursor.bytes = bytes;
    cursor.at = start;
    cursor.end = end;
    let listBytes = 0;
    let beforeFields = true;
    while (cursor.at < end) {
      const first = bytes[cursor.at]!;
      if ((first & 0xe0) === 0x20) {
        if (!beforeFields || !this.#resize(cursor)) return HPACK_INVALID;
        continue;
      }
      beforeFields = false;
      let name: string | null;
      let value: string | null;
      if (first >= 0x80) {
        const index = readInteger(cursor, 7);
        name = this.#nameAt(index);
        value = this.#valueAt(index);
      } else {
        const inserts = first >= 0x40;
        const nameIndex = readInteger(cursor, inserts ? 6 : 4);
        name = nameIndex === 0 ? readString(cursor) : this.#nameAt(nameIndex);
        value = name === null ? null : readString(cursor);
        if (inserts && name !== null && value !== null) this.#table.insert(name, value);
      }
      if (name === null || value === null) return HPACK_INVALID;
      listBytes += fieldBytes(name, value);
      if (listBytes <= this.#listBytesMax) visit(name, value);
    }
    return listBytes <= this.#listBytesMax ? HPACK_OK : HPACK_TOO_LARGE;
  }

  /** A dynamic table size update (6.3); false when it goes beyond what we advertised. */
  #resize(cursor: BlockCursor): boolean {
    const bytesMax = readInteger(cursor, 5);
    if (bytesMax < 0 || bytesMax > this.#tableBytesMax) return false;
    this.#table.resize(bytesMax);
    return true;
  }

  /** The name at an index of both tables (2.3.3); null when there is none. */
  #nameAt(index: number): string | null {
    const dynamicIndex = index - STATIC_TABLE.length;
    if (index < 1 || dynamicIndex > this.#table.count) return null;
    return dynamicIndex > 0 ? this.#table.name(dynamicIndex) : STATIC_TABLE[index - 1]![0];
  }

  /** The value at an index of both tables; null when there is none. */
  #valueAt(index: number): string | null {
    const dynamicIndex = index - STATIC_TABLE.length;
    if (index < 1 || dynamicIndex > this.#table.count) return null;
    return dynamicIndex > 0 ? this.#table.value(dynamicIndex) : STATIC_TABLE[index - 1]![1];
  }
}
