/**
 * One text under way: its cells, possibly from several blocks, joined in order. The memory grows with the bytes that
 * really came, never with the length that a damaged entry claims.
 */
import { assert } from "../base/assert.ts";
import type { Entry } from "../model/entry.ts";
import { CELL_TEXT_BYTES, type Cells, TEXT_NUMBER_MODULUS } from "./cell.ts";

/** Room at first; doubled as cells come. */
const FIRST_BYTES = 1024;

export class TextJoin {
  /** The entry that the text belongs to. */
  readonly entry: Entry;
  #bytes: Uint8Array;
  #length = 0;

  /** @param entry copied: its `a` is the length of the text. */
  constructor(entry: Entry) {
    this.entry = { ...entry };
    this.#bytes = new Uint8Array(Math.min(entry.a, FIRST_BYTES));
  }

  /** Whether every byte is here. */
  get whole(): boolean {
    return this.#length === this.entry.a;
  }

  /** The whole text, in memory of its own. */
  get text(): Uint8Array {
    assert(this.whole, "text is not whole yet");
    return this.#bytes.subarray(0, this.#length);
  }

  /** Appends the text of a text cell. Null, or why the cell is not the one that is due. */
  add(cells: Cells, cell: number): string | null {
    const number = Math.floor(this.#length / CELL_TEXT_BYTES) % TEXT_NUMBER_MODULUS;
    const numberActual = cells.textNumber(cell);
    if (numberActual !== number) return `number of the text cell: expected ${number}, actual ${numberActual}`;
    const bytes = Math.min(this.entry.a - this.#length, CELL_TEXT_BYTES);
    const bytesActual = cells.textBytes(cell);
    if (bytesActual !== bytes) return `bytes in the text cell: expected ${bytes}, actual ${bytesActual}`;
    const text = cells.text(cell);
    for (let i = bytes; i < CELL_TEXT_BYTES; i++) {
      if (text[i] !== 0) return `padding of the text cell: expected 0, actual ${text[i]}`;
    }
    this.#reserve(this.#length + bytes);
    this.#bytes.set(text.subarray(0, bytes), this.#length);
    this.#length += bytes;
    return null;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.min(this.entry.a, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
