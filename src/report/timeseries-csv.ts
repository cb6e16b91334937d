/** timeseries.csv: one row a second (RFC 4180 with bare newlines; no field needs quotes). An empty field is "nothing". */
import { NS_PER_MS } from "../base/units.ts";
import type { Window } from "../model/summary.ts";

const COLUMNS = [
  "tick_ns",
  "unix_time",
  "users",
  "issued",
  "completed",
  "failed",
  "rps",
  "latency_p50_ns",
  "latency_p90_ns",
  "latency_p99_ns",
  "latency_max_ns",
  "service_p99_ns",
  "lag_p99_ns",
  "bytes_in",
  "bytes_out",
] as const;

/** The first line, with its newline. */
export function timeseriesHeader(): string {
  return `${COLUMNS.join(",")}\n`;
}

/**
 * The line of one window, with its newline.
 * @param startUnixMs when the run began, ms since 1970; null for a simulated run, which has no date: unix_time is empty.
 */
export function timeseriesRow(window: Window, startUnixMs: number | null): string {
  const fields = [
    window.tickNs,
    startUnixMs === null ? "" : unixSeconds(startUnixMs + Math.round(window.tickNs / NS_PER_MS)),
    window.users,
    window.issued,
    window.completed,
    window.failed,
    window.rps,
    window.latencyP50Ns,
    window.latencyP90Ns,
    window.latencyP99Ns,
    window.latencyMaxNs,
    window.serviceP99Ns,
    window.lagP99Ns,
    window.bytesIn,
    window.bytesOut,
  ];
  return `${fields.map((field) => field ?? "").join(",")}\n`;
}

/** Seconds with three decimals, exactly. */
function unixSeconds(unixMs: number): string {
  return `${Math.floor(unixMs / 1000)}.${String(unixMs % 1000).padStart(3, "0")}`;
}
