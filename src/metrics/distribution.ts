/** A histogram as the summary shows it: whole ns, and null where there was nothing to measure. */
import type { Distribution } from "../model/summary.ts";
import type { Histogram } from "./histogram.ts";

/** Minimum, maximum, mean, standard deviation and the usual percentiles of `histogram`, in ns. */
export function distribution(histogram: Histogram): Distribution {
  const empty = histogram.count === 0;
  return {
    count: histogram.count,
    min_ns: empty ? null : histogram.minNs,
    max_ns: empty ? null : histogram.maxNs,
    mean_ns: rounded(histogram.mean()),
    stddev_ns: rounded(histogram.stddev()),
    p50_ns: histogram.percentile(50),
    p90_ns: histogram.percentile(90),
    p95_ns: histogram.percentile(95),
    p99_ns: histogram.percentile(99),
    p999_ns: histogram.percentile(99.9),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
