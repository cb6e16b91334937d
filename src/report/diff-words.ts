/** The words and numbers of a comparison. Changes are in percent, those of an error rate in percentage points (pp). */
import type { Comparison, DiffMetric, DiffVerdict, UnclearReason } from "../model/diff.ts";
import { formatNs, formatPercent, formatRate } from "./units.ts";

export const METRIC_WORDS: Readonly<Record<DiffMetric, string>> = {
  latency_p50: "p50",
  latency_p90: "p90",
  latency_p99: "p99",
  latency_mean: "mean",
  service_p50: "service p50",
  service_p99: "service p99",
  throughput: "throughput",
  error_rate: "error rate",
};

export const VERDICT_WORDS: Readonly<Record<DiffVerdict, string>> = {
  slower: "slower",
  faster: "faster",
  higher_throughput: "higher",
  lower_throughput: "lower",
  more_errors: "more errors",
  fewer_errors: "fewer errors",
  noise: "noise",
  unclear: "too short to tell",
};

export const REASON_WORDS: Readonly<Record<UnclearReason, string>> = {
  nothing_measured: "nothing measured",
  too_few_requests: "too few requests",
  run_too_short: "too short to tell",
};

const NOTHING = "-";

/** One of the two values, in its unit: "12.3 ms". */
export function valueText({ unit }: Pick<Comparison, "unit">, value: number | null): string {
  switch (unit) {
    case "ns":
      return formatNs(value);
    case "per_second":
      return formatRate(value);
    case "fraction":
      return formatPercent(value);
  }
}

/** "+12.3%", "+0.52 pp", or "-" where there is none. */
export function changeText(comparison: Comparison): string {
  const value = comparison.metric === "error_rate" ? comparison.difference : comparison.change;
  return value === null ? NOTHING : signed(comparison.metric, value);
}

/** "between +8.0% and +17.1%" with those words, or "-". */
export function rangeText({ metric, interval }: Comparison, before: string, joint: string): string {
  if (interval === null) return NOTHING;
  const words = before === "" ? "" : `${before} `;
  const high = interval.high === null ? "any amount" : signed(metric, interval.high);
  return `${words}${signed(metric, interval.low)} ${joint} ${high}`;
}

function signed(metric: DiffMetric, value: number): string {
  const percent = value * 100;
  const points = metric === "error_rate";
  const digits = points ? 2 : Math.abs(percent) < 99.95 ? 1 : 0;
  const text = Math.abs(percent).toFixed(digits);
  const sign = Number(text) === 0 ? "" : value < 0 ? "-" : "+";
  return `${sign}${text}${points ? " pp" : "%"}`;
}
