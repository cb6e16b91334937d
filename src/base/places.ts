/**
 * Where the state of a user is kept: a place, a small integer that indexes struct-of-arrays.
 *
 * Users of a closed model are known beforehand and keep their place: identity i of shard s of S has place (i - s) / S.
 * Arrivals of an open model come without end, but few are alive at once: each takes a free place and gives it back. The
 * way from identity to place is then an open-addressing hash table with linear probing, which never allocates.
 */
import { assert } from "./assert.ts";

/** An identity that has no place. */
export const NO_PLACE = -1;

/** 2^32 divided by the golden ratio: neighbouring identities are spread over the table. */
const GOLDEN = 0x9e3779b9;

/** Identities from <= i < to. */
interface Range {
  readonly from: number;
  readonly to: number;
}

export class Places {
  readonly capacity: number;
  readonly #shard: number;
  readonly #shards: number;
  /** Null when every identity has its own place. By slot: place + 1, 0 for an empty slot. */
  readonly #slots: Int32Array | null;
  /** By place: its identity. */
  readonly #identity: Uint32Array;
  /** Places that are free; a stack. */
  readonly #free: Int32Array;
  #freeCount: number;
  readonly #shift: number;
  readonly #kept: readonly Range[];

  private constructor(capacity: number, shard: number, shards: number, pooled: boolean, kept: readonly Range[] = []) {
    this.capacity = capacity;
    this.#shard = shard;
    this.#shards = shards;
    this.#kept = kept;
    let bits = 4;
    while (2 ** bits < 2 * capacity) bits++;
    this.#shift = 32 - bits;
    this.#slots = pooled ? new Int32Array(2 ** bits) : null;
    this.#identity = new Uint32Array(pooled ? capacity : 0);
    // The lowest place is given first.
    this.#free = Int32Array.from({ length: pooled ? capacity : 0 }, (_, i) => capacity - 1 - i);
    this.#freeCount = this.#free.length;
  }

  /** A place for each of the identities i < identities with i mod shards = shard. */
  static fixed(identities: number, shard = 0, shards = 1): Places {
    return new Places(Math.max(0, Math.ceil((identities - shard) / shards)), shard, shards, false);
  }

  /** `capacity` places for whoever comes. @param kept identities that keep their place once they have one. */
  static pooled(capacity: number, kept: readonly Range[] = []): Places {
    return new Places(capacity, 0, 1, true, kept);
  }

  /** Whether every identity has a place of its own, for good. */
  get isFixed(): boolean {
    return this.#slots === null;
  }

  /** Enough for `identities` of whom at most `aliveMax` are there at once; their own where that is all of them. */
  static among(identities: number, aliveMax: number): Places {
    return identities === aliveMax ? Places.fixed(identities) : Places.pooled(aliveMax);
  }

  /** Places that are free; of fixed ones none ever is. */
  get free(): number {
    return this.#freeCount;
  }

  /** The place of an identity; NO_PLACE when it has none. */
  find(identity: number): number {
    const slots = this.#slots;
    if (slots === null) {
      const place = (identity - this.#shard) / this.#shards;
      return Number.isInteger(place) && place >= 0 && place < this.capacity ? place : NO_PLACE;
    }
    const mask = slots.length - 1;
    for (let slot = this.#slotOf(identity); ; slot = (slot + 1) & mask) {
      const place = slots[slot]! - 1;
      if (place === NO_PLACE || this.#identity[place] === identity) return place;
    }
  }

  /** Gives an identity a place, or the one that it has; NO_PLACE when all are taken. */
  take(identity: number): number {
    const slots = this.#slots;
    const found = this.find(identity);
    if (found !== NO_PLACE || slots === null || this.#freeCount === 0) return found;
    const place = this.#free[--this.#freeCount]!;
    const mask = slots.length - 1;
    let slot = this.#slotOf(identity);
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = place + 1;
    this.#identity[place] = identity;
    return place;
  }

  /** Takes the place back, unless it is its identity's for good. */
  release(place: number): void {
    const slots = this.#slots;
    if (slots === null || this.#isKept(this.#identity[place]!)) return;
    const mask = slots.length - 1;
    let hole = this.#slotOf(this.#identity[place]!);
    while (slots[hole] !== place + 1) {
      assert(slots[hole] !== 0, "a place is released once");
      hole = (hole + 1) & mask;
    }
    // Whoever was pushed on by the one that goes moves up, so that no search stops too early (Knuth, 6.4, algorithm R).
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#slotOf(this.#identity[slots[slot]! - 1]!);
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot]!;
        hole = slot;
      }
    }
    slots[hole] = 0;
    this.#free[this.#freeCount++] = place;
  }

  /** Whose place it is; of a pooled one, whose it was last. */
  identityOf(place: number): number {
    return this.#slots === null ? place * this.#shards + this.#shard : this.#identity[place]!;
  }

  #isKept(identity: number): boolean {
    for (const { from, to } of this.#kept) if (identity >= from && identity < to) return true;
    return false;
  }

  #slotOf(identity: number): number {
    return Math.imul(identity, GOLDEN) >>> this.#shift;
  }
}
