import { describe, expect, test } from "vitest";
import { RandomStreams } from "../base/prng.ts";
import { NS_PER_MS } from "../base/units.ts";
import { DISTRIBUTIONS, type Distribution, drawDelayNs } from "./delays.ts";

const MIN_NS = 10 * NS_PER_MS;
const WIDTH_NS = 100 * NS_PER_MS;

/** 10,000 delays in order of size. */
function draws(distribution: Distribution): number[] {
  const streams = new RandomStreams("42", 1);
  const delays = Array.from({ length: 10_000 }, () => drawDelayNs(streams, 0, distribution, MIN_NS, MIN_NS + WIDTH_NS));
  return delays.sort((a, b) => a - b);
}

/** How far from min to max the given percentile lies, 0 to 1. */
function share(delays: readonly number[], percent: number): number {
  return (delays[percent * 100]! - MIN_NS) / WIDTH_NS;
}

describe("drawDelayNs", () => {
  test.each(DISTRIBUTIONS)("%s gives whole ns within the bounds, the same for the same seed", (distribution) => {
    const delays = draws(distribution);
    expect(delays.every(Number.isInteger)).toBe(true);
    expect(delays[0]).toBeGreaterThanOrEqual(MIN_NS);
    expect(delays.at(-1)).toBeLessThanOrEqual(MIN_NS + WIDTH_NS);
    expect(draws(distribution)).toEqual(delays);
  });

  test.each(DISTRIBUTIONS)("%s with equal bounds gives that delay", (distribution) => {
    expect(drawDelayNs(new RandomStreams("42", 1), 0, distribution, 5, 5)).toBe(5);
  });

  test.each([
    ["uniform", 50, 0.5],
    ["uniform", 90, 0.9],
    ["normal", 50, 0.5],
    ["normal", 90, 0.5 + 1.282 / 12],
    ["longtail", 50, 0.0098],
    ["longtail", 90, 0.082],
    ["longtail", 99, 0.493],
  ] as const)("%s has its percentile %i at %d of the way", (distribution, percent, expected) => {
    expect(Math.abs(share(draws(distribution), percent) / expected - 1)).toBeLessThan(0.06);
  });
});
