/**
 * The figures that a comparison is about: how each follows from the accounts of a group of requests, and what each
 * time window has to count so that its chance variation can be found.
 *
 * A percentile needs no histogram per window. With x the percentile of the whole run, the share of values up to x in a
 * resample says by how many ranks the percentile of that resample is off (Bahadur 1966; as an interval, Woodruff 1952):
 * one count per window, and the ranks are turned into durations by the histogram of the whole run.
 */
import { NS_PER_SECOND } from "../base/units.ts";
import type { DiffMetric } from "../model/diff.ts";
import type { Accumulator } from "./accumulator.ts";

/** The percentiles that are compared. `count` is the place of its count among those of a window. */
export const COMPARED_PERCENTILES = [
  { metric: "latency_p50", of: "latency", percent: 50, count: 5 },
  { metric: "latency_p90", of: "latency", percent: 90, count: 6 },
  { metric: "latency_p99", of: "latency", percent: 99, count: 7 },
  { metric: "service_p50", of: "service", percent: 50, count: 8 },
  { metric: "service_p99", of: "service", percent: 99, count: 9 },
] as const satisfies readonly {
  readonly metric: DiffMetric;
  readonly of: "latency" | "service";
  readonly percent: number;
  readonly count: number;
}[];

/** Places of the other counts of a window. `measured`: responses with durations, whose latencies `latencyNs` sums up. */
export const COUNT_AT = { issued: 0, errors: 1, completed: 2, measured: 3, latencyNs: 4 } as const;
/** Numbers that a window holds for each group. */
export const COUNTS_PER_WINDOW = 10;

/** The value of `metric` over the whole run, in ns, requests per second or as a fraction; null: nothing to measure. */
export function figureOf(metric: DiffMetric, requests: Accumulator, endNs: number): number | null {
  switch (metric) {
    case "latency_mean":
      return requests.latency.mean();
    case "throughput":
      return endNs > 0 ? (requests.completed * NS_PER_SECOND) / endNs : null;
    case "error_rate":
      return requests.issued > 0 ? requests.errors / requests.issued : null;
    default: {
      const { of, percent } = percentileOf(metric);
      return requests[of].percentile(percent);
    }
  }
}

/** Of a metric that is a percentile: which. */
export function percentileOf(
  metric: (typeof COMPARED_PERCENTILES)[number]["metric"],
): (typeof COMPARED_PERCENTILES)[number] {
  return COMPARED_PERCENTILES.find((one) => one.metric === metric)!;
}
