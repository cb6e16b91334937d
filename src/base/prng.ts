/**
 * Randomness that is seeded and owned: one independent stream per identity (a virtual user, an arrival), so that one
 * more draw in one stream moves no other. Integer arithmetic only, so every JavaScript engine draws the same numbers.
 *
 * Generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), period
 * 2^128 - 1. Seeding: the 128 bits (seed, identity) go through an invertible mix built from the 32-bit finaliser of
 * MurmurHash3 (Appleby), so two different pairs never start from the same state, however close they are. Bounded
 * draws: Lemire, "Fast random integer generation in an interval" (2019), with rejection: no value is favoured.
 */
import { assert } from "./assert.ts";

const WORDS_PER_STREAM = 4;
const TWO_POW_32 = 2 ** 32;
const TWO_POW_53 = 2 ** 53;
/** 2^32 divided by the golden ratio: an odd number without a pattern, as in SplitMix. */
const GOLDEN = 0x9e3779b9;
/** Rounds of the seeding mix; after two every input bit reaches every word, four leave no visible structure. */
const MIX_ROUNDS = 4;

/** Whether `text` is a seed: an unsigned 64-bit integer in decimal. */
export function isSeed(text: string): boolean {
  return /^[0-9]{1,20}$/.test(text) && BigInt(text) < 1n << 64n;
}

/** `count` independent streams of random integers, all derived from one seed. No draw allocates. */
export class RandomStreams {
  readonly count: number;
  /** Four 32-bit words per stream. All zero, which xoshiro128** never reaches, means: not seeded yet. */
  readonly state: Uint32Array;
  readonly #seedLow: number;
  readonly #seedHigh: number;
  /** The seed after the mix: the words that name a branch must not make one seed into another. */
  readonly #branchSeedLow: number;
  readonly #branchSeedHigh: number;

  /**
   * @param seed unsigned 64-bit integer in decimal.
   * @param count streams; stream i has identity i until `assign` gives it another.
   */
  constructor(seed: string, count: number) {
    assert(isSeed(seed), "seed is not an unsigned 64-bit decimal");
    assert(Number.isSafeInteger(count) && count >= 0, "stream count is not a natural number");
    this.count = count;
    this.state = new Uint32Array(count * WORDS_PER_STREAM);
    this.#seedLow = Number(BigInt(seed) & 0xffffffffn);
    this.#seedHigh = Number(BigInt(seed) >> 32n);
    const mixed = new Uint32Array(WORDS_PER_STREAM);
    mix(mixed, 0, this.#seedLow, this.#seedHigh, GOLDEN, GOLDEN);
    this.#branchSeedLow = mixed[0]!;
    this.#branchSeedHigh = mixed[1]!;
  }

  /** Starts `stream` afresh as the stream of a 64-bit identity, given as two unsigned 32-bit halves. */
  assign(stream: number, identityLow: number, identityHigh: number): void {
    assert(stream >= 0 && stream < this.count, "no such random stream");
    mix(this.state, stream * WORDS_PER_STREAM, this.#seedLow, this.#seedHigh, identityLow, identityHigh);
  }

  /**
   * Starts `stream` afresh as one of the 2^64 branches of an identity, named by two more words of 32 bits. Of one seed,
   * different branches and different identities start from different states; an identity that has branches should not be
   * assigned as well.
   */
  branch(stream: number, identityLow: number, identityHigh: number, low: number, high: number): void {
    assert(stream >= 0 && stream < this.count, "no such random stream");
    const w0 = this.#branchSeedLow ^ low;
    const w1 = this.#branchSeedHigh ^ high;
    mix(this.state, stream * WORDS_PER_STREAM, w0, w1, identityLow, identityHigh);
  }

  /** The next 32 bits of `stream`, as an unsigned integer. */
  u32(stream: number): number {
    return this.#next(stream) >>> 0;
  }

  /** Uniform integer in [0, n), 1 <= n <= 2^32. */
  below(stream: number, n: number): number {
    assert(Number.isInteger(n) && n >= 1 && n <= TWO_POW_32, "bound of a draw is outside 1 .. 2^32");
    let x = this.#next(stream);
    if (Math.imul(x, n) >>> 0 < n) {
      const threshold = (TWO_POW_32 - n) % n;
      while (Math.imul(x, n) >>> 0 < threshold) x = this.#next(stream);
    }
    return productHigh(x, n);
  }

  /** Uniform integer in [min, max], both included; safe integers at most 2^53 - 1 apart. */
  between(stream: number, min: number, max: number): number {
    assert(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max, "range of a draw is not a range");
    assert(max - min < TWO_POW_53, "range of a draw is wider than 2^53");
    const width = max - min + 1;
    if (width <= TWO_POW_32) return min + this.below(stream, width);
    const limit = TWO_POW_53 - (TWO_POW_53 % width);
    for (;;) {
      const high = this.#next(stream) >>> 11;
      const drawn = high * TWO_POW_32 + (this.#next(stream) >>> 0);
      if (drawn < limit) return min + (drawn % width);
    }
  }

  /**
   * Steps `stream` once. The 32 bits come as a signed integer, which JavaScript engines pass without allocating even
   * where they do not inline the call; an unsigned one above 2^31 may become an object.
   */
  #next(stream: number): number {
    const state = this.state;
    const at = stream * WORDS_PER_STREAM;
    if ((state[at]! | state[at + 1]! | state[at + 2]! | state[at + 3]!) === 0) this.assign(stream, stream, 0);
    let s0 = state[at]! | 0;
    let s1 = state[at + 1]! | 0;
    let s2 = state[at + 2]! | 0;
    let s3 = state[at + 3]! | 0;
    const drawn = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
    state[at] = s0;
    state[at + 1] = s1;
    state[at + 2] = s2;
    state[at + 3] = s3;
    return drawn;
  }
}

/** Sends 128 bits through the mix, to state[at] and the three words behind it. */
function mix(state: Uint32Array, at: number, w0: number, w1: number, w2: number, w3: number): void {
  for (let round = 1; round <= MIX_ROUNDS; round++) {
    const constant = Math.imul(round, GOLDEN);
    w0 ^= finalise(w3 + constant);
    w1 ^= finalise(w0 + constant);
    w2 ^= finalise(w1 + constant);
    w3 ^= finalise(w2 + constant);
  }
  if ((w0 | w1 | w2 | w3) === 0) w0 = GOLDEN;
  state[at] = w0;
  state[at + 1] = w1;
  state[at + 2] = w2;
  state[at + 3] = w3;
}

/** Upper 32 bits of the 64-bit product of the 32 bits of x and n <= 2^32; every partial product is exact below 2^53. */
function productHigh(x: number, n: number): number {
  const carry = Math.floor(((x & 0xffff) * n) / 0x10000);
  return Math.floor(((x >>> 16) * n + carry) / 0x10000);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** fmix32 of MurmurHash3: a bijection in which every input bit changes about half of the output bits. */
function finalise(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
