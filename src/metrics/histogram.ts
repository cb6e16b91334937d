/**
 * An HDR histogram of durations (Gil Tene, HdrHistogram): three significant digits, unit 1 ns, values 0 .. 2^53 - 1.
 *
 *   octave 0 holds 0 .. 2047 one by one; octave k holds [2^(k+10), 2^(k+11)) in 1024 slots of 2^k ns each, so
 *   slot = k * 1024 + floor(value / 2^k) with k = max(0, floor(log2(value)) - 10)
 *
 * The logarithm is a count of leading zeros, so that recording costs a few ns. The slots kept are one range that grows
 * by whole octaves at either end: memory follows the spread of the values, never their number. Counts, sum, minimum
 * and maximum are exact integers and everything else is computed from them, so merging in any order gives the same.
 */
import { assert } from "../base/assert.ts";

const OCTAVE_SLOTS = 1024;
const OCTAVE_BITS = 10;
const TWO_32 = 2 ** 32;
/** The sum is high * 2^52 + low with low < 2^52: low plus any smaller value stays an exact integer. */
const SUM_CARRY = 2 ** 52;

/** Places in `#exact`: numbers that change with every record share one cache line and are never boxed. */
const COUNT = 0;
const SUM_HIGH = 1;
const SUM_LOW = 2;
const MIN = 3;
const MAX = 4;

export class Histogram {
  /** Counts of the slots from `#base` on; whole octaves. */
  #slots = new Float64Array(0);
  #base = 0;
  readonly #exact = new Float64Array([0, 0, 0, Number.MAX_SAFE_INTEGER, 0]);

  /** Values recorded. */
  get count(): number {
    return this.#exact[COUNT]!;
  }

  /** The smallest value, exact; meaningless while `count` is 0. */
  get minNs(): number {
    return this.#exact[MIN]!;
  }

  /** The largest value, exact; meaningless while `count` is 0. */
  get maxNs(): number {
    return this.#exact[MAX]!;
  }

  /** Counts one value: an integer, 0 .. 2^53 - 1 ns. */
  record(valueNs: number): void {
    assert(valueNs >= 0 && valueNs <= Number.MAX_SAFE_INTEGER, "histogram value is out of range");
    let slot: number;
    if (valueNs < TWO_32) {
      const octave = 21 - Math.clz32(valueNs | 2047);
      slot = (octave << OCTAVE_BITS) + (valueNs >>> octave);
    } else {
      slot = wideSlot(valueNs);
    }
    let at = slot - this.#base;
    if (at < 0 || at >= this.#slots.length) {
      this.#cover(slot, slot);
      at = slot - this.#base;
    }
    this.#slots[at]!++;
    const exact = this.#exact;
    exact[COUNT]!++;
    this.#addSum(0, valueNs);
    if (valueNs < exact[MIN]!) exact[MIN] = valueNs;
    if (valueNs > exact[MAX]!) exact[MAX] = valueNs;
  }

  /** Adds all that `other` holds. */
  merge(other: Histogram): void {
    if (other.count === 0) return;
    this.#cover(other.#base, other.#base + other.#slots.length - 1);
    const shift = other.#base - this.#base;
    for (let i = 0; i < other.#slots.length; i++) this.#slots[i + shift]! += other.#slots[i]!;
    const exact = this.#exact;
    exact[COUNT]! += other.count;
    this.#addSum(other.#exact[SUM_HIGH]!, other.#exact[SUM_LOW]!);
    exact[MIN] = Math.min(this.minNs, other.minNs);
    exact[MAX] = Math.max(this.maxNs, other.maxNs);
  }

  /** Forgets all values and keeps the memory: clears only the octaves that were ever touched. */
  reset(): void {
    if (this.count === 0) return;
    this.#slots.fill(0);
    this.#exact.fill(0);
    this.#exact[MIN] = Number.MAX_SAFE_INTEGER;
  }

  /**
   * The value that `percent` (0 .. 100) of all values do not exceed: the highest value equivalent to that slot, as
   * HdrHistogram's getValueAtPercentile gives it, but never above the exact maximum. Percent 0 is the exact minimum.
   * Null when nothing was recorded.
   */
  percentile(percent: number): number | null {
    if (this.count === 0) return null;
    if (percent <= 0) return this.minNs;
    // 99.9 % of 1000 comes out a hair above 999: step back one unit in the last place before rounding up.
    const exact = (Math.min(percent, 100) / 100) * this.count;
    const rank = Math.max(1, Math.ceil(exact - exact * Number.EPSILON));
    let seen = 0;
    for (let i = 0; i < this.#slots.length; i++) {
      seen += this.#slots[i]!;
      if (seen < rank) continue;
      const slot = this.#base + i;
      return Math.min(lowestOf(slot) + widthOf(slot) - 1, this.maxNs);
    }
    return this.maxNs;
  }

  /** The exact sum divided by the count; null when nothing was recorded. */
  mean(): number | null {
    if (this.count === 0) return null;
    return (this.#exact[SUM_HIGH]! * SUM_CARRY + this.#exact[SUM_LOW]!) / this.count;
  }

  /** Standard deviation of the slots' midpoints around the mean, as HdrHistogram has it; null when nothing was recorded. */
  stddev(): number | null {
    const mean = this.mean();
    if (mean === null) return null;
    let squares = 0;
    for (let i = 0; i < this.#slots.length; i++) {
      const slotCount = this.#slots[i]!;
      if (slotCount === 0) continue;
      const slot = this.#base + i;
      const deviation = lowestOf(slot) + Math.floor(widthOf(slot) / 2) - mean;
      squares += deviation * deviation * slotCount;
    }
    return Math.sqrt(squares / this.count);
  }

  #addSum(high: number, value: number): void {
    const exact = this.#exact;
    let carry = high;
    let low = value;
    if (low >= SUM_CARRY) {
      low -= SUM_CARRY;
      carry++;
    }
    low += exact[SUM_LOW]!;
    if (low >= SUM_CARRY) {
      low -= SUM_CARRY;
      carry++;
    }
    exact[SUM_LOW] = low;
    if (carry > 0) exact[SUM_HIGH]! += carry;
  }

  /** Makes the range hold slots `first` .. `last`, in whole octaves. */
  #cover(first: number, last: number): void {
    const empty = this.#slots.length === 0;
    const end = this.#base + this.#slots.length;
    const from = Math.min(empty ? first : this.#base, first);
    const to = Math.max(empty ? last + 1 : end, last + 1);
    const base = Math.floor(from / OCTAVE_SLOTS) * OCTAVE_SLOTS;
    const length = Math.ceil(to / OCTAVE_SLOTS) * OCTAVE_SLOTS - base;
    if (length === this.#slots.length) return;
    const wider = new Float64Array(length);
    wider.set(this.#slots, empty ? 0 : this.#base - base);
    this.#slots = wider;
    this.#base = base;
  }
}

/** Slot of a value of 2^32 or more, whose leading zeros are those of its high half. */
function wideSlot(valueNs: number): number {
  const octave = 53 - Math.clz32(valueNs / TWO_32);
  return octave * OCTAVE_SLOTS + Math.floor(valueNs / 2 ** octave);
}

function octaveOf(slot: number): number {
  return Math.max(0, Math.floor(slot / OCTAVE_SLOTS) - 1);
}

/** The smallest value that falls into `slot`. */
function lowestOf(slot: number): number {
  const octave = octaveOf(slot);
  return (slot - octave * OCTAVE_SLOTS) * 2 ** octave;
}

/** How many values fall into `slot`. */
function widthOf(slot: number): number {
  return 2 ** octaveOf(slot);
}
