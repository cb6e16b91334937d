/**
 * The moments of a Poisson process that is known to have `count` events: `count` uniform draws, in order (Kingman,
 * "Poisson Processes", 1993, 2.4). Drawing and sorting them all would need memory for all, so the interval is halved
 * again and again instead: each event falls into the left half by the toss of one bit, so the bits that are set in
 * `count` random ones say how many do. A part with few events draws them. Integer arithmetic and halving only, one
 * random stream, memory for one path down the tree.
 */
import type { RandomStreams } from "../base/prng.ts";

/** Parts with this many events or fewer draw them. */
const LEAF = 16;
/** Halvings; below this the parts of [0, 1) would run out of bits. */
const DEPTH_MAX = 40;
const TWO_POW_32 = 2 ** 32;
const TWO_POW_53 = 2 ** 53;

interface Part {
  readonly count: number;
  readonly from: number;
  readonly width: number;
  readonly depth: number;
}

export class PoissonPositions {
  readonly #streams: RandomStreams;
  readonly #stream: number;
  /** Parts still to be visited, the leftmost last. */
  readonly #parts: Part[];
  /** Events of the leaf under way, in order. */
  #leaf = new Float64Array(0);
  #next = 0;

  /** @param end events are spread over [0, end). */
  constructor(streams: RandomStreams, stream: number, count: number, end: number) {
    this.#streams = streams;
    this.#stream = stream;
    this.#parts = [{ count, from: 0, width: end, depth: 0 }];
  }

  /** The next event; called at most `count` times. */
  next(): number {
    while (this.#next === this.#leaf.length) this.#visit(this.#parts.pop()!);
    return this.#leaf[this.#next++]!;
  }

  #visit({ count, from, width, depth }: Part): void {
    if (count <= LEAF || depth === DEPTH_MAX) {
      this.#leaf = Float64Array.from({ length: count }, () => from + this.#fraction() * width).sort();
      this.#next = 0;
      return;
    }
    const left = this.#halfOf(count);
    const half = width / 2;
    this.#parts.push({ count: count - left, from: from + half, width: half, depth: depth + 1 });
    this.#parts.push({ count: left, from, width: half, depth: depth + 1 });
  }

  /** How many of `count` fair coins fall on one side. */
  #halfOf(count: number): number {
    let heads = 0;
    let coins = count;
    for (; coins >= 32; coins -= 32) heads += bitsSet(this.#streams.u32(this.#stream));
    return coins === 0 ? heads : heads + bitsSet(this.#streams.u32(this.#stream) >>> (32 - coins));
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  #fraction(): number {
    const high = this.#streams.u32(this.#stream) >>> 11;
    return (high * TWO_POW_32 + this.#streams.u32(this.#stream)) / TWO_POW_53;
  }
}

/** Bits that are set in an unsigned 32-bit integer (Warren, "Hacker's Delight", 5-1). */
function bitsSet(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
