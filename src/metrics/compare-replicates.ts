/** The figures of one group of requests in every resample of a run: how they might have come out on another day. */
import { NS_PER_SECOND } from "../base/units.ts";
import { DIFF_METRICS, type DiffMetric } from "../model/diff.ts";
import { COUNT_AT, COUNTS_PER_WINDOW, figureOf, percentileOf } from "./compare-figures.ts";
import { COMPARE_RESAMPLES } from "./compare-resample.ts";
import { COMPARE_WINDOWS, type WindowCounts } from "./compare-windows.ts";
import type { Histogram } from "./histogram.ts";

/** Places at which the quantile function is tabulated between the lowest and the highest rank that is asked for. */
const TABLE_STEPS = 32;

/**
 * By metric, its value in each resample; in the units of `figureOf`. A resample that holds nothing to measure has the
 * value of the whole run.
 *
 * @param weights of `drawResamples`.
 */
export function replicates(
  run: WindowCounts,
  group: number,
  weights: Float64Array,
): Readonly<Record<DiffMetric, Float64Array>> {
  const sums = Array.from({ length: COUNTS_PER_WINDOW }, (_, count) => weightedSums(run.series(group, count), weights));
  return Object.fromEntries(
    DIFF_METRICS.map((metric) => [metric, replicatesOf(metric, run, group, sums)]),
  ) as unknown as Record<DiffMetric, Float64Array>;
}

function replicatesOf(
  metric: DiffMetric,
  run: WindowCounts,
  group: number,
  sums: readonly Float64Array[],
): Float64Array {
  const total = run.totals[group]!;
  const whole = figureOf(metric, total, run.endNs) ?? 0;
  switch (metric) {
    case "latency_mean":
      return ratios(sums[COUNT_AT.latencyNs]!, sums[COUNT_AT.measured]!, whole);
    case "error_rate":
      return ratios(sums[COUNT_AT.errors]!, sums[COUNT_AT.issued]!, whole);
    case "throughput":
      return sums[COUNT_AT.completed]!.map((completed) => (completed * NS_PER_SECOND) / Math.max(1, run.endNs));
    default: {
      const { of, percent, count } = percentileOf(metric);
      const below = totalOf(run.series(group, count));
      const share = below / Math.max(1, totalOf(run.series(group, COUNT_AT.measured)));
      const shares = ratios(sums[count]!, sums[COUNT_AT.measured]!, share);
      return valuesAt(
        total[of],
        shares.map((resampled) => percent + 100 * (share - resampled)),
      );
    }
  }
}

/** For each resample, the sum of `series` with the windows as often as they occur in it. */
function weightedSums(series: Float64Array, weights: Float64Array): Float64Array {
  const sums = new Float64Array(COMPARE_RESAMPLES);
  for (let resample = 0, at = 0; resample < COMPARE_RESAMPLES; resample++) {
    let sum = 0;
    for (let window = 0; window < COMPARE_WINDOWS; window++) sum += series[window]! * weights[at++]!;
    sums[resample] = sum;
  }
  return sums;
}

function ratios(parts: Float64Array, wholes: Float64Array, otherwise: number): Float64Array {
  return parts.map((part, i) => (wholes[i]! > 0 ? part / wholes[i]! : otherwise));
}

/** The percentiles `percents` of `histogram`, read off a table of exact ones that spans them all. */
function valuesAt(histogram: Histogram, percents: Float64Array): Float64Array {
  const clamped = percents.map((percent) => Math.max(0, Math.min(100, percent)));
  const lowest = clamped.reduce((least, percent) => Math.min(least, percent), 100);
  const highest = clamped.reduce((most, percent) => Math.max(most, percent), 0);
  const step = (highest - lowest) / TABLE_STEPS;
  if (step === 0) return clamped.map(() => histogram.percentile(lowest) ?? 0);
  const table = Array.from({ length: TABLE_STEPS + 1 }, (_, i) => histogram.percentile(lowest + i * step) ?? 0);
  return clamped.map((percent) => {
    const place = (percent - lowest) / step;
    const i = Math.min(TABLE_STEPS - 1, Math.floor(place));
    return table[i]! + (table[i + 1]! - table[i]!) * (place - i);
  });
}

function totalOf(series: Float64Array): number {
  return series.reduce((sum, count) => sum + count, 0);
}
