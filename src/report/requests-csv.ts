/**
 * The figures of each request as a table (RFC 4180 with bare newlines): first all requests together, whose name is
 * empty, then one row for each in the order of the scenario. An empty field is "nothing to measure".
 */
import type { RequestSummary, RuleCounts, Summary } from "../model/summary.ts";
import { csvRow } from "./csv.ts";

const PERCENTILES = ["mean_ns", "p50_ns", "p90_ns", "p95_ns", "p99_ns", "p999_ns", "max_ns"] as const;

const COLUMNS = [
  "request",
  "issued",
  "succeeded",
  "failed",
  "unfinished",
  "error_rate",
  "status_4xx",
  "status_5xx",
  "check_failed",
  "timed_out",
  "no_response",
  "rps",
  ...PERCENTILES.map((name) => `latency_${name}`),
  ...PERCENTILES.map((name) => `service_${name}`),
  "bytes_in",
  "bytes_out",
  "broken_rules",
];

/** The whole table, with its header. */
export function requestsCsv(summary: Summary): string {
  const rows = Object.entries(summary.by_request).map(([name, request]) => rowOf(name, request));
  return [csvRow(COLUMNS), rowOf("", { ...summary, checks: [] }), ...rows].join("");
}

function rowOf(
  name: string,
  { requests, errors, latency, service_time: service, throughput, checks }: RequestSummary,
): string {
  const { status_4xx = 0, status_5xx = 0, check_failed = 0, request_timeout = 0 } = errors.by_kind;
  return csvRow([
    name,
    requests.total,
    requests.success,
    requests.failed,
    requests.unfinished,
    errors.rate,
    status_4xx,
    status_5xx,
    check_failed,
    request_timeout,
    errors.total - status_4xx - status_5xx - check_failed - request_timeout,
    throughput.rps,
    ...PERCENTILES.map((key) => latency[key]),
    ...PERCENTILES.map((key) => service[key]),
    throughput.bytes_in,
    throughput.bytes_out,
    brokenRules(checks),
  ]);
}

/** "status 2xx: 3; captures token: 1". */
function brokenRules(checks: readonly RuleCounts[]): string {
  const broken = checks.filter(({ failed }) => failed > 0);
  return broken.map(({ rule, failed }) => `${rule}: ${failed}`).join("; ");
}
