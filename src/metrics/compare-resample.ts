/**
 * Resamples of a run: the stationary bootstrap (Politis and Romano, "The Stationary Bootstrap", JASA 1994), which
 * follows the block bootstrap of Künsch (Annals of Statistics 1989). A resample strings together stretches of
 * neighbouring windows, because what follows a slow window is slow too; stretches begin anywhere with equal chance,
 * have a geometric length, and go on at the beginning when they reach the end.
 *
 * The mean stretch is 1/24 of the run: 10 to 30 blocks serve best when nothing is known about how long the correlation
 * lasts (Schmeiser, "Batch Size Effects in the Analysis of Simulation Output", Operations Research 1982).
 */
import { RandomStreams } from "../base/prng.ts";
import { COMPARE_WINDOWS } from "./compare-windows.ts";

export const COMPARE_RESAMPLES = 1000;
/** Stretches of mean length that a run holds. */
export const COMPARE_BLOCKS = 24;
const STRETCH_WINDOWS = COMPARE_WINDOWS / COMPARE_BLOCKS;
/** The answer is the same each time: nothing of it is drawn anew. */
const SEED = "6";

/**
 * How often each window occurs in each resample: COMPARE_RESAMPLES rows of COMPARE_WINDOWS numbers, each row with the
 * sum COMPARE_WINDOWS.
 *
 * @param stream which of two independent sets of resamples, 0 or 1.
 */
export function drawResamples(stream: 0 | 1): Float64Array {
  const random = new RandomStreams(SEED, 2);
  const weights = new Float64Array(COMPARE_RESAMPLES * COMPARE_WINDOWS);
  for (let start = 0; start < weights.length; start += COMPARE_WINDOWS) {
    let window = 0;
    for (let drawn = 0; drawn < COMPARE_WINDOWS; drawn++) {
      const begins = drawn === 0 || random.below(stream, STRETCH_WINDOWS) === 0;
      window = begins ? random.below(stream, COMPARE_WINDOWS) : (window + 1) % COMPARE_WINDOWS;
      weights[start + window]!++;
    }
  }
  return weights;
}
