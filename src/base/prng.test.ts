import { describe, expect, test } from "vitest";
import { BugError } from "./assert.ts";
import { isSeed, RandomStreams } from "./prng.ts";

/** xoshiro128starstar.c 1.1 by Blackman and Vigna (public domain), transcribed to BigInt. */
function reference(state: readonly number[], draws: number): number[] {
  const mask = 0xffffffffn;
  const rotate = (word: bigint, bits: bigint) => ((word << bits) | (word >> (32n - bits))) & mask;
  let [s0, s1, s2, s3] = state.map(BigInt) as [bigint, bigint, bigint, bigint];
  const drawn: number[] = [];
  for (let i = 0; i < draws; i++) {
    drawn.push(Number((rotate((s1 * 5n) & mask, 7n) * 9n) & mask));
    const shifted = (s1 << 9n) & mask;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11n);
  }
  return drawn;
}

function withState(state: readonly number[]): RandomStreams {
  const random = new RandomStreams("0", 1);
  random.state.set(state);
  return random;
}

function times<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

/** Pearson's statistic of the counts of `buckets` equally likely values. */
function chiSquare(buckets: number, draws: number, draw: () => number): number {
  const counts = new Float64Array(buckets);
  for (let i = 0; i < draws; i++) counts[draw()]! += 1;
  const expected = draws / buckets;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Upper 0.1% point of chi-square by the Wilson-Hilferty approximation (z = 3.09). */
function chiSquareBound(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3;
}

describe("u32", () => {
  test("gives the published output for the state 1, 2, 3, 4", () => {
    const random = withState([1, 2, 3, 4]);
    // From the tests of the Rust crate rand_xoshiro, made there with the authors' C code.
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(times(10, () => random.u32(0))).toEqual(published);
    expect(reference([1, 2, 3, 4], 10)).toEqual(published);
  });

  test("agrees with the reference from any seeded state", () => {
    const random = new RandomStreams("18446744073709551615", 3);
    random.assign(2, 0xffffffff, 0xffffffff);
    const expected = reference([...random.state.subarray(8, 12)], 10_000);
    expect(times(10_000, () => random.u32(2))).toEqual(expected);
  });

  test("sets every bit half of the time", () => {
    const random = new RandomStreams("42", 1);
    const ones = new Float64Array(32);
    for (let i = 0; i < 100_000; i++) {
      const drawn = random.u32(0);
      for (let bit = 0; bit < 32; bit++) ones[bit]! += (drawn >>> bit) & 1;
    }
    for (const count of ones) expect(Math.abs(count - 50_000)).toBeLessThan(700); // 4.4 standard deviations
  });
});

describe("RandomStreams", () => {
  test("repeats itself for the same seed and identity", () => {
    const a = new RandomStreams("42", 10);
    const b = new RandomStreams("42", 10);
    for (let stream = 0; stream < 10; stream++) {
      expect(times(100, () => a.u32(stream))).toEqual(times(100, () => b.u32(stream)));
    }
  });

  test("moves no other stream by a draw in one", () => {
    const disturbed = new RandomStreams("42", 3);
    const quiet = new RandomStreams("42", 3);
    const draws = times(100, () => {
      disturbed.u32(0);
      disturbed.below(2, 7);
      return disturbed.u32(1);
    });
    expect(draws).toEqual(times(100, () => quiet.u32(1)));
  });

  test("gives an identity the same draws wherever it is kept", () => {
    const byIndex = new RandomStreams("7", 18);
    const assigned = new RandomStreams("7", 1);
    assigned.assign(0, 17, 0);
    expect(times(100, () => assigned.u32(0))).toEqual(times(100, () => byIndex.u32(17)));
  });

  test("starts an assigned stream afresh", () => {
    const random = new RandomStreams("7", 1);
    const first = times(5, () => random.u32(0));
    random.assign(0, 0, 0);
    expect(times(5, () => random.u32(0))).toEqual(first);
  });

  test("starts neighbouring seeds and identities far apart", () => {
    const starts: Uint32Array[] = [];
    for (const seed of ["0", "1", "4294967296", "18446744073709551615"]) {
      const random = new RandomStreams(seed, 64);
      for (let stream = 0; stream < 64; stream++) random.assign(stream, stream & 7, stream >> 3);
      for (let stream = 0; stream < 64; stream++) starts.push(random.state.slice(stream * 4, stream * 4 + 4));
    }
    let bitsApartMin = 128;
    for (let i = 0; i < starts.length; i++) {
      for (let j = 0; j < i; j++) bitsApartMin = Math.min(bitsApartMin, bitsApart(starts[i]!, starts[j]!));
    }
    expect(bitsApartMin).toBeGreaterThan(30); // 6 standard deviations below the mean of 64
  });

  test("gives first draws that are uniform over identities", () => {
    const random = new RandomStreams("42", 100_000);
    let stream = 0;
    expect(chiSquare(256, 100_000, () => random.below(stream++, 256))).toBeLessThan(chiSquareBound(255));
  });

  test("refuses a seed that is none and a stream that is not there", () => {
    expect(() => new RandomStreams("-1", 1)).toThrow(BugError);
    expect(() => new RandomStreams("18446744073709551616", 1)).toThrow(BugError);
    expect(() => new RandomStreams("1", 1).u32(1)).toThrow(BugError);
  });
});

function bitsApart(a: Uint32Array, b: Uint32Array): number {
  let bits = 0;
  for (let word = 0; word < 4; word++) {
    for (let rest = (a[word]! ^ b[word]!) >>> 0; rest > 0; rest >>>= 1) bits += rest & 1;
  }
  return bits;
}

describe("below", () => {
  test.each([2, 3, 10, 100, 1000])("is uniform over %i values", (n) => {
    const random = new RandomStreams("42", 1);
    expect(chiSquare(n, 200_000, () => random.below(0, n))).toBeLessThan(chiSquareBound(n - 1));
  });

  test("favours no value where a remainder would: n just above half of 2^32", () => {
    const random = new RandomStreams("42", 1);
    const n = 3 * 2 ** 30;
    const third = () => Math.floor(random.below(0, n) / 2 ** 30);
    expect(chiSquare(3, 200_000, third)).toBeLessThan(chiSquareBound(2));
  });

  test("is the upper half of the exact product", () => {
    for (const n of [1, 2, 65_537, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32]) {
      const random = new RandomStreams("5", 1);
      const raw = new RandomStreams("5", 1);
      const threshold = 2n ** 32n % BigInt(n);
      for (let i = 0; i < 1_000; i++) {
        let product = BigInt(raw.u32(0)) * BigInt(n);
        while (product % 2n ** 32n < threshold) product = BigInt(raw.u32(0)) * BigInt(n);
        expect(random.below(0, n)).toBe(Number(product >> 32n));
      }
    }
  });

  test("refuses bounds outside 1 .. 2^32", () => {
    const random = new RandomStreams("5", 1);
    for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) expect(() => random.below(0, n)).toThrow(BugError);
  });
});

describe("between", () => {
  test("reaches both ends and nothing outside", () => {
    const random = new RandomStreams("42", 1);
    const drawn = new Set(times(1_000, () => random.between(0, -3, 3)));
    expect([...drawn].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect(random.between(0, 9, 9)).toBe(9);
  });

  test.each([2 ** 32, 2 ** 40 + 12_345, 3 * 2 ** 51, 2 ** 53 - 1])("is uniform over 0 .. %i", (max) => {
    const random = new RandomStreams("42", 1);
    const bucket = () => {
      const drawn = random.between(0, 0, max);
      expect(Number.isSafeInteger(drawn) && drawn >= 0 && drawn <= max).toBe(true);
      return Math.min(63, Math.floor(drawn / ((max + 1) / 64)));
    };
    expect(chiSquare(64, 20_000, bucket)).toBeLessThan(chiSquareBound(63));
  });

  test("refuses an empty range and one wider than 2^53", () => {
    const random = new RandomStreams("5", 1);
    expect(() => random.between(0, 1, 0)).toThrow(BugError);
    expect(() => random.between(0, -1, Number.MAX_SAFE_INTEGER)).toThrow(BugError);
  });
});

test("isSeed accepts unsigned 64-bit decimals only", () => {
  expect(["0", "42", "18446744073709551615"].map(isSeed)).toEqual([true, true, true]);
  expect(["", "-1", "1.5", "0x10", "18446744073709551616", "99999999999999999999"].map(isSeed)).toEqual(
    Array(6).fill(false),
  );
});

describe("branches", () => {
  /** Where the stream of a branch begins. */
  function start(seed: string, ...[low, high, a, b]: readonly [number, number, number, number]): string {
    const random = new RandomStreams(seed, 1);
    random.branch(0, low, high, a, b);
    return random.state.join(" ");
  }

  test("start apart for each word that names them, for each identity and for each seed", () => {
    const starts = new Set<string>();
    const near = [0, 1, 2, 0x80000000, 0xffffffff];
    for (const a of near) for (const b of near) for (const low of near) starts.add(start("7", low, 3, a, b));
    expect(starts.size).toBe(125);
    for (const seed of ["0", "5", "6", "4294967303"]) starts.add(start(seed, 0, 3, 0, 0));
    starts.add(start("7", 0, 4, 0, 0));
    expect(starts.size).toBe(130);
  });

  test("of one seed are never those of another: their words do not add up to it", () => {
    // 7 ^ 1 = 6: without the mix, branch 1 of seed 7 would be branch 0 of seed 6.
    expect(start("7", 0, 3, 1, 0)).not.toBe(start("6", 0, 3, 0, 0));
    expect(start("7", 0, 3, 0, 1)).not.toBe(start("4294967303", 0, 3, 0, 0));
  });

  test("give first draws that are uniform over each of their words", () => {
    const random = new RandomStreams("42", 1);
    for (const word of [0, 1, 2]) {
      let i = 0;
      const draw = (): number => {
        const words = [5, 6, 7];
        words[word] = i++;
        random.branch(0, words[0]!, 3, words[1]!, words[2]!);
        return random.below(0, 256);
      };
      expect(chiSquare(256, 50_000, draw)).toBeLessThan(chiSquareBound(255));
    }
  });

  test("move with what they are named by, not with what was drawn before", () => {
    const random = new RandomStreams("42", 1);
    random.branch(0, 1, 3, 2, 3);
    const first = times(5, () => random.u32(0));
    random.branch(0, 1, 3, 2, 4);
    random.u32(0);
    random.branch(0, 1, 3, 2, 3);
    expect(times(5, () => random.u32(0))).toEqual(first);
  });
});
