/**
 * Distributions of delays, drawn from a seeded stream with + - * / alone, so that a seed gives the same delays
 * everywhere. All of them stay within [min, max].
 */
import { unreachable } from "../base/assert.ts";
import type { RandomStreams } from "../base/prng.ts";

export const DISTRIBUTIONS = ["uniform", "normal", "longtail"] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

/** Twelve uniform numbers on [0, 1] have a sum with variance 1, near enough to normal (Irwin and Hall). */
const NORMAL_TERMS = 12;
/** How far the long tail reaches: the largest delay above `min` is a hundred times the scale of the usual one. */
const TAIL_REACH = 100;
const TWO_POW_32 = 2 ** 32;

/**
 * The next delay, in whole ns.
 *
 * - uniform: every delay alike.
 * - normal: around the middle, with a standard deviation of a twelfth of the width.
 * - longtail: a Pareto law with exponent 1, bounded. Of the way from min to max, half of the delays go at most 1%,
 *   nine in ten 8%, ninety-nine in a hundred 49%.
 */
export function drawDelayNs(
  streams: RandomStreams,
  stream: number,
  distribution: Distribution,
  minNs: number,
  maxNs: number,
): number {
  switch (distribution) {
    case "uniform":
      return streams.between(stream, minNs, maxNs);
    case "normal": {
      let sumNs = 0;
      for (let term = 0; term < NORMAL_TERMS; term++) sumNs += streams.between(stream, minNs, maxNs);
      return Math.round(sumNs / NORMAL_TERMS);
    }
    case "longtail": {
      const uniform = streams.u32(stream) / TWO_POW_32;
      const timesScale = 1 / (1 - (uniform * TAIL_REACH) / (TAIL_REACH + 1)) - 1;
      return minNs + Math.floor(((maxNs - minNs) * timesScale) / TAIL_REACH);
    }
    default:
      return unreachable(distribution);
  }
}
