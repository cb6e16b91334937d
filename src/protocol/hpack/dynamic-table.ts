/**
 * The dynamic table (RFC 7541 2.3.2, 4): a queue of fields, bounded by the sum of their sizes, of which both sides keep a
 * copy in step. It is a ring: the field that was inserted as number n lies in slot n modulo the number of slots, and the
 * index that the wire counts with, 1 for the newest, is a distance from the number that comes next.
 */
import { assert } from "../../base/assert.ts";
import { fieldBytes } from "./field.ts";

/** The ring doubles when it is full; the bound on bytes, of which a field has 32 or more, bounds its slots too. */
const SLOTS_AT_START = 16;

export class DynamicTable {
  #names: string[] = new Array<string>(SLOTS_AT_START).fill("");
  #values: string[] = new Array<string>(SLOTS_AT_START).fill("");
  #nextNumber = 0;
  #count = 0;
  #bytes = 0;
  #bytesMax: number;
  #version = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The number of the field that will be inserted next. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** How many fields it holds. */
  get count(): number {
    return this.#count;
  }

  /** The sum of their sizes. */
  get bytes(): number {
    return this.#bytes;
  }

  get bytesMax(): number {
    return this.#bytesMax;
  }

  /** Counts insertions, evictions and changes of the bound. */
  get version(): number {
    return this.#version;
  }

  /** @param index 1 for the newest field, `count` for the oldest. */
  name(index: number): string {
    return this.#names[this.#slot(index)]!;
  }

  /** @param index as for `name`. */
  value(index: number): string {
    return this.#values[this.#slot(index)]!;
  }

  /** Inserts a field and evicts as many as it takes; one that is larger than the table leaves it empty (4.4). */
  insert(name: string, value: string): void {
    const bytes = fieldBytes(name, value);
    this.#evictTo(this.#bytesMax - bytes);
    if (bytes > this.#bytesMax) return;
    if (this.#count === this.#names.length) this.#grow();
    const slot = this.#nextNumber & (this.#names.length - 1);
    this.#names[slot] = name;
    this.#values[slot] = value;
    this.#nextNumber++;
    this.#count++;
    this.#bytes += bytes;
    this.#version++;
  }

  /** Sets the bound and evicts what is beyond it (4.3). */
  resize(bytesMax: number): void {
    if (bytesMax === this.#bytesMax) return;
    this.#bytesMax = bytesMax;
    this.#version++;
    this.#evictTo(bytesMax);
  }

  /** Evicts until at most `bytes` are left, or nothing is. */
  #evictTo(bytes: number): void {
    while (this.#bytes > bytes && this.#count > 0) {
      const slot = this.#slot(this.#count);
      this.#bytes -= fieldBytes(this.#names[slot]!, this.#values[slot]!);
      this.#names[slot] = "";
      this.#values[slot] = "";
      this.#count--;
      this.#version++;
    }
    assert(this.#count > 0 || this.#bytes === 0, "an empty table has a size");
  }

  #slot(index: number): number {
    assert(index >= 1 && index <= this.#count, "index outside the dynamic table");
    return (this.#nextNumber - index) & (this.#names.length - 1);
  }

  #grow(): void {
    const names = new Array<string>(2 * this.#names.length).fill("");
    const values = new Array<string>(2 * this.#names.length).fill("");
    for (let index = 1; index <= this.#count; index++) {
      const slot = (this.#nextNumber - index) & (names.length - 1);
      names[slot] = this.name(index);
      values[slot] = this.value(index);
    }
    this.#names = names;
    this.#values = values;
  }
}
