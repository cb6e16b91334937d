/**
 * Intervals that hold all together. Comparing eight metrics of forty requests at 95 % each would find a dozen
 * differences in two equal runs. So one critical value serves all. It starts from the 99th percentile, over the
 * resamples, of the largest deviation among all comparisons, in standard errors (max-t: Westfall and Young 1993; for
 * bootstraps Romano and Wolf, "Stepwise Multiple Testing as Formalized Data Snooping", Econometrica 2005). Because all
 * comparisons of a resample come from the same windows, comparisons that say the same twice are not paid for twice.
 *
 * A thousand resamples do not reach as far out as 99.9 %, and a standard error out of 24 blocks is itself uncertain:
 * Student's t goes on from there and allows for it.
 */
import { COMPARE_BLOCKS, COMPARE_RESAMPLES } from "./compare-resample.ts";
import { studentised } from "./compare-student.ts";
import { COMPARE_WINDOWS } from "./compare-windows.ts";

/** Chance that every interval of a comparison holds the true value: one false alarm in a thousand comparisons. */
export const COMPARE_CONFIDENCE = 0.999;
/** How far the resamples themselves reach with enough of them beyond. */
const RESAMPLED_CONFIDENCE = 0.99;
/** Of the standard errors: blocks - 1, and even as compare-student asks. */
const DEGREES_OF_FREEDOM = COMPARE_BLOCKS - 2;
/**
 * Resamples vary around the run's own mean and so by too little: by 2 L - 1 parts in n for n windows in stretches of
 * mean length L, the sum of the weights that the stationary bootstrap gives to the lags.
 */
const VARIANCE_KEPT = 1 - (2 * (COMPARE_WINDOWS / COMPARE_BLOCKS) - 1) / COMPARE_WINDOWS;

export class SimultaneousIntervals {
  readonly #largest = new Float64Array(COMPARE_RESAMPLES);
  #comparisons = 0;

  /** Takes a statistic's value in every resample and gives its standard error, which is 0 when it never varies. */
  add(resampled: Float64Array): number {
    const mean = resampled.reduce((sum, value) => sum + value, 0) / resampled.length;
    const squares = resampled.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
    const spread = Math.sqrt(squares / (resampled.length - 1));
    this.#comparisons++;
    if (spread === 0) return 0;
    for (let i = 0; i < COMPARE_RESAMPLES; i++) {
      const deviation = Math.abs(resampled[i]! - mean) / spread;
      if (deviation > this.#largest[i]!) this.#largest[i] = deviation;
    }
    return spread / Math.sqrt(VARIANCE_KEPT);
  }

  /** Half the width of every interval, in standard errors; null when nothing was added. */
  criticalValue(): number | null {
    if (this.#comparisons === 0) return null;
    const sorted = this.#largest.toSorted();
    const reached = sorted[Math.ceil(RESAMPLED_CONFIDENCE * COMPARE_RESAMPLES) - 1]!;
    return studentised(reached, DEGREES_OF_FREEDOM, (1 - COMPARE_CONFIDENCE) / (1 - RESAMPLED_CONFIDENCE));
  }
}
