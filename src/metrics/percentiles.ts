/** Percentiles that somebody asked for, beside those that every summary has. */
import type { Percentiles } from "../model/summary.ts";
import type { FoldResult } from "./fold.ts";
import type { Histogram } from "./histogram.ts";

/** The `percents` (0 .. 100, fractions allowed) of latency and service time, in their order. */
export function percentilesOf({ totals }: FoldResult, percents: readonly number[]): Percentiles {
  const of = (histogram: Histogram) =>
    Object.fromEntries(percents.map((percent) => [`p${percent}_ns`, histogram.percentile(percent)]));
  return { latency: of(totals.latency), service_time: of(totals.service) };
}
