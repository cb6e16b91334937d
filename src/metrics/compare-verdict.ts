/** From two values and an interval to a word: is the difference real, which way does it go, is it a regression. */
import type { Comparison, DiffInterval, DiffMetric, DiffVerdict, UnclearReason } from "../model/diff.ts";
import type { Accumulator } from "./accumulator.ts";
import { COMPARED_PERCENTILES } from "./compare-figures.ts";
import { COMPARE_BLOCKS } from "./compare-resample.ts";

/** A change below this is noise even when it is real: nobody acts on it, and histograms resolve 0.1 %. */
const CHANGE_MIN = 0.01;
/** As CHANGE_MIN, for the difference of two error rates: one request in ten thousand. */
const ERROR_RATE_DIFFERENCE_MIN = 0.0001;
/** Requests that a group needs in each run. */
const REQUESTS_MIN = 50;
/** Values that a percentile needs above it in each run. */
const VALUES_ABOVE_MIN = 10;

/** What decides between a real difference and a regression. */
export interface VerdictRules {
  /** A change up to this is no regression; 0.05 is 5 %. */
  readonly threshold: number;
  /** Whether both runs were to send the same load; if not, lower throughput is no regression. */
  readonly sameLoad: boolean;
}

/** The verdict on two values whose difference has an interval. */
export function judgeDifference(
  metric: DiffMetric,
  a: number,
  b: number,
  interval: DiffInterval,
  rules: VerdictRules,
): Comparison {
  const change = changeBetween(a, b);
  const beyondChance = interval.low > 0 || (interval.high !== null && interval.high < 0);
  const matters =
    metric === "error_rate"
      ? Math.abs(b - a) >= ERROR_RATE_DIFFERENCE_MIN
      : change === null || Math.abs(change) >= CHANGE_MIN;
  const real = beyondChance && matters;
  const worse = metric === "throughput" ? b < a : b > a;
  const explained = metric === "throughput" && !rules.sameLoad;
  const beyondThreshold = change === null || Math.abs(change) > rules.threshold;
  return {
    metric,
    unit: unitOf(metric),
    a,
    b,
    difference: b - a,
    change,
    interval,
    verdict: real ? direction(metric, b > a) : "noise",
    reason: null,
    regression: real && worse && beyondThreshold && !explained,
  };
}

/** Two values about whose difference nothing can be said. */
export function withoutVerdict(
  metric: DiffMetric,
  a: number | null,
  b: number | null,
  reason: UnclearReason,
): Comparison {
  const both = a !== null && b !== null;
  return {
    metric,
    unit: unitOf(metric),
    a,
    b,
    difference: both ? b - a : null,
    change: both ? changeBetween(a, b) : null,
    interval: null,
    verdict: "unclear",
    reason,
    regression: false,
  };
}

/**
 * Why a group of requests of one run cannot be judged by `metric`, or null when it can. A block of windows must be
 * longer than all but the slowest requests: otherwise its neighbours hold the same requests and are no new evidence.
 */
export function unclearReason(metric: DiffMetric, requests: Accumulator, endNs: number): UnclearReason | null {
  if (requests.issued === 0 || endNs <= 0) return "nothing_measured";
  if (requests.issued < REQUESTS_MIN) return "too_few_requests";
  const slowNs = requests.latency.percentile(99);
  if (slowNs !== null && endNs < COMPARE_BLOCKS * slowNs) return "run_too_short";
  if (metric === "throughput" || metric === "error_rate") return null;
  const { count } = requests.latency;
  if (count === 0) return "nothing_measured";
  if (count < REQUESTS_MIN) return "too_few_requests";
  const percent = COMPARED_PERCENTILES.find((one) => one.metric === metric)?.percent ?? 0;
  return count * (100 - percent) < 100 * VALUES_ABOVE_MIN ? "too_few_requests" : null;
}

function direction(metric: DiffMetric, more: boolean): DiffVerdict {
  if (metric === "throughput") return more ? "higher_throughput" : "lower_throughput";
  if (metric === "error_rate") return more ? "more_errors" : "fewer_errors";
  return more ? "slower" : "faster";
}

function unitOf(metric: DiffMetric): Comparison["unit"] {
  if (metric === "throughput") return "per_second";
  return metric === "error_rate" ? "fraction" : "ns";
}

/** Null where there is no share of nothing. */
function changeBetween(a: number, b: number): number | null {
  if (a === 0) return b === 0 ? 0 : null;
  return (b - a) / a;
}
