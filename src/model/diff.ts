/**
 * The comparison of two runs, as `z6 diff --json` prints it (schema/diff.schema.json), so names are stable and in
 * snake case. A is the run before, B the run after. Durations are ns, rates fractions of 1; a change is (b - a) / a,
 * so 0.1 is 10 % more.
 */

/** What is compared, in the order in which reports show it. */
export const DIFF_METRICS = [
  "latency_p50",
  "latency_p90",
  "latency_p99",
  "latency_mean",
  "service_p50",
  "service_p99",
  "throughput",
  "error_rate",
] as const;
export type DiffMetric = (typeof DIFF_METRICS)[number];

/** `noise`: within what chance explains, or too small to matter. `unclear`: the runs are too short or hold too little. */
export type DiffVerdict =
  | "slower"
  | "faster"
  | "higher_throughput"
  | "lower_throughput"
  | "more_errors"
  | "fewer_errors"
  | "noise"
  | "unclear";

/** Why a verdict is `unclear`. */
export type UnclearReason = "nothing_measured" | "too_few_requests" | "run_too_short";

/** One metric of one group of requests, in both runs. */
export interface Comparison {
  readonly metric: DiffMetric;
  readonly unit: "ns" | "per_second" | "fraction";
  /** Null when there was nothing to measure. */
  readonly a: number | null;
  readonly b: number | null;
  /** b - a, in the unit. */
  readonly difference: number | null;
  /** (b - a) / a; null when a is 0 or nothing was measured. */
  readonly change: number | null;
  /** Of `change`, and for the error rate of `difference`; null when the verdict is `unclear`. */
  readonly interval: DiffInterval | null;
  readonly verdict: DiffVerdict;
  readonly reason: UnclearReason | null;
  /** A real difference for the worse, beyond the threshold, that the plan does not explain. */
  readonly regression: boolean;
}

/** A confidence interval; all those of one RunDiff hold together with `method.confidence`. */
export interface DiffInterval {
  readonly low: number;
  /** Null: no upper limit can be given. */
  readonly high: number | null;
}

/** All requests, or those of one name. */
export interface DiffGroup {
  /** Null for all requests together. */
  readonly request: string | null;
  readonly requests_a: number;
  readonly requests_b: number;
  readonly comparisons: readonly Comparison[];
}

/** How the intervals were made (docs/DIFF.md). */
export interface DiffMethod {
  /** Chance that every interval of the comparison holds the true value. */
  readonly confidence: number;
  readonly resamples: number;
  readonly windows: number;
  readonly blocks: number;
  /** Half the width of each interval, in standard errors; null when nothing could be compared. */
  readonly critical_value: number | null;
}

/** One of the two runs. */
export interface DiffRun {
  /** As given on the command line. */
  readonly path: string;
  readonly run_id: string;
  readonly name: string;
  /** ISO 8601, or null for a simulated run. */
  readonly start_time: string | null;
  readonly simulated: boolean;
  /** Hash of the last whole block, hex. */
  readonly fingerprint: string;
  readonly complete: boolean;
  readonly duration_seconds: number;
  readonly vus: number;
  readonly seed: string;
  readonly requests: number;
  readonly generator_limited: boolean;
  readonly scenario_sha256: string;
  readonly z6: string;
}

export interface RunDiff {
  readonly version: "1";
  readonly a: DiffRun;
  readonly b: DiffRun;
  /** What makes the comparison doubtful, in sentences. */
  readonly warnings: readonly string[];
  /** What differs and does no harm, in sentences. */
  readonly notes: readonly string[];
  readonly threshold_percent: number;
  /** Whether both runs were to send the same load; if not, throughput is no regression. */
  readonly same_load: boolean;
  readonly method: DiffMethod;
  /** All requests first, then each name that both runs have, in the order of A. */
  readonly groups: readonly DiffGroup[];
  readonly only_in_a: readonly string[];
  readonly only_in_b: readonly string[];
  /** Real differences, for better or worse. */
  readonly differences: number;
  readonly regressions: number;
}
