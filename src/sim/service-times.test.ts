import { expect, test } from "vitest";
import { RandomStreams } from "../base/prng.ts";
import type { ServiceTime } from "../model/server-model.ts";
import { quantileOf } from "./service-times.ts";

const DRAWS = 200_000;

/** Service times of a seed, sorted. */
function drawn(serviceTime: ServiceTime): Float64Array {
  const streams = new RandomStreams("1", 1);
  const quantile = quantileOf(serviceTime);
  return Float64Array.from({ length: DRAWS }, () => quantile(streams.u32(0))).sort();
}

const at = (sorted: Float64Array, share: number): number => sorted[Math.floor(share * sorted.length)]!;
const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("a fixed time is what it is", () => {
  expect(quantileOf({ type: "fixed", durationNs: 5 })(123)).toBe(5);
});

test("a uniform time takes every value alike, both bounds included", () => {
  const quantile = quantileOf({ type: "uniform", minNs: 10, maxNs: 13 });
  expect([0, 0x3fff_ffff, 0x4000_0000, 0x8000_0000, 0xffff_ffff].map((draw) => quantile(draw))).toEqual([
    10, 10, 11, 12, 13,
  ]);
  const sorted = drawn({ type: "uniform", minNs: 1e6, maxNs: 3e6 });
  expect(at(sorted, 0.25) / 1.5e6).toBeCloseTo(1, 2);
  expect(meanOf(sorted) / 2e6).toBeCloseTo(1, 2);
});

test("a normal time has its mean, its deviation and its quantiles", () => {
  const sorted = drawn({ type: "normal", meanNs: 10e6, stddevNs: 2e6 });
  const mean = meanOf(sorted);
  const variance = meanOf(sorted.map((value) => (value - mean) ** 2));
  expect(mean / 10e6).toBeCloseTo(1, 2);
  expect(Math.sqrt(variance) / 2e6).toBeCloseTo(1, 2);
  for (const [share, z] of [
    [0.001, -3.0902],
    [0.1, -1.2816],
    [0.5, 0],
    [0.8413, 1],
    [0.99, 2.3263],
    [0.999, 3.0902],
  ] as const) {
    expect(Math.abs(at(sorted, share) - (10e6 + z * 2e6))).toBeLessThan(0.06 * 2e6);
  }
});

test("a normal time is never below 0", () => {
  const sorted = drawn({ type: "normal", meanNs: 1e6, stddevNs: 5e6 });
  expect(sorted[0]).toBe(0);
});

test("a long tail has the median and the 99th percentile that were asked for, and is log-normal in between", () => {
  const sorted = drawn({ type: "long_tail", medianNs: 20e6, p99Ns: 100e6 });
  const sigma = Math.log(5) / 2.3263;
  for (const [share, z] of [
    [0.01, -2.3263],
    [0.1, -1.2816],
    [0.5, 0],
    [0.9, 1.2816],
    [0.99, 2.3263],
    [0.999, 3.0902],
  ] as const) {
    expect(Math.abs(at(sorted, share) / (20e6 * Math.exp(sigma * z)) - 1)).toBeLessThan(0.03);
  }
});

test("a quantile never falls as its draw grows outwards from the median", () => {
  const quantile = quantileOf({ type: "long_tail", medianNs: 20e6, p99Ns: 100e6 });
  for (const [sign, rises] of [
    [0x8000_0000, true],
    [0, false],
  ] as const) {
    let before = 20e6;
    for (let tail = 0x7fff_ffff; tail >= 1; tail = Math.floor(tail * 0.999)) {
      const now = quantile(sign + tail);
      expect(rises ? now >= before : now <= before).toBe(true);
      before = now;
    }
  }
});

test("the same draws give the same times, to the last ns, on every machine", () => {
  const DRAW = [0, 1, 0x2000_0000, 0x7fff_ffff, 0x8000_0000, 0x8123_4567, 0xdead_beef, 0xffff_ffff];
  const normal = quantileOf({ type: "normal", meanNs: 10e6, stddevNs: 2e6 });
  const tail = quantileOf({ type: "long_tail", medianNs: 20e6, p99Ns: 100e6 });
  expect(DRAW.map((draw) => normal(draw))).toMatchInlineSnapshot(`
    [
      1350162,
      1350162,
      7699302,
      10000000,
      18649838,
      15232917,
      10664897,
      10000000,
    ]
  `);
  expect(DRAW.map((draw) => tail(draw))).toMatchInlineSnapshot(`
    [
      1003629,
      1003629,
      9023985,
      20000000,
      398553689,
      122230181,
      25177830,
      20000000,
    ]
  `);
});
