/** The sections about time: latency and service time side by side, and the phases that they are made of. */
import { type Distribution, PHASES, type Phase, type Summary } from "../model/summary.ts";
import { bar } from "./bars.ts";
import { columnsOf, left, right, widest } from "./columns.ts";
import type { Page } from "./page.ts";
import { formatNs, plural } from "./units.ts";

const LABEL = 8;
const TIME = 13;
const BAR_MAX = 56;

type Row = readonly [label: string, latencyNs: number | null, serviceNs: number | null];

const PERCENTILE_ROWS = [
  ["p50", "p50_ns"],
  ["p90", "p90_ns"],
  ["p95", "p95_ns"],
  ["p99", "p99_ns"],
  ["p99.9", "p999_ns"],
] as const;

/**
 * Bars show latency, its solid part the service time at the same percentile (which is never the longer one). One
 * extreme value must not flatten all others, so that p99.9 fills the width and whatever is longer ends in an arrow.
 */
export function writeLatency(page: Page, summary: Summary): void {
  const { style } = page;
  const { latency, service_time: service } = summary;
  if (latency.count === 0) {
    page.heading("Latency", "no responses");
    return;
  }
  page.heading("Latency", `of ${plural(latency.count, "response")}`);
  page.explain("From planned moment to last byte, waiting and connecting included. Service: from first byte sent.");
  const labelWidth = Math.max(LABEL, 1 + widest(rowsOf(summary).map(([label]) => label)));
  page.row(
    [left("", labelWidth) + right("latency", TIME), style.strong],
    [right("service time", TIME), style.faint],
    ["   █", style.accent],
    [" service  ", style.faint],
    ["░", style.warning],
    [" before first byte sent", style.faint],
  );
  const fullNs = Math.max(1, latency.p999_ns ?? 0);
  const barWidth = Math.min(BAR_MAX, page.width - labelWidth - 2 * TIME - 4);
  for (const [label, latencyNs, serviceNs] of rowsOf(summary)) {
    const solid = bar((serviceNs ?? 0) / fullNs, barWidth);
    const columns = Math.round(Math.min(1, (latencyNs ?? 0) / fullNs) * barWidth);
    page.row(
      [left(label, labelWidth), style.plain],
      [right(formatNs(latencyNs), TIME), style.strong],
      [right(formatNs(serviceNs), TIME), style.plain],
      [`   ${solid}`, style.accent],
      ["░".repeat(Math.max(0, columns - columnsOf(solid))), style.warning],
      [(latencyNs ?? 0) > fullNs ? "▸" : "", style.faint],
    );
  }
  for (const [label, key] of [
    ["mean", "mean_ns"],
    ["stddev", "stddev_ns"],
  ] as const) {
    const times = right(formatNs(latency[key]), TIME) + right(formatNs(service[key]), TIME);
    page.row([left(label, labelWidth) + times, style.faint]);
  }
}

/** Minimum, percentiles, maximum; the percentiles are exactly those that were asked for, if any were. */
function rowsOf({ latency, service_time: service, percentiles }: Summary): Row[] {
  const inner: Row[] =
    percentiles === undefined
      ? PERCENTILE_ROWS.map(([label, key]) => [label, latency[key], service[key]])
      : Object.keys(percentiles.latency).map((key) => [
          key.replace(/_ns$/, ""),
          percentiles.latency[key] ?? null,
          percentiles.service_time[key] ?? null,
        ]);
  return [["min", latency.min_ns, service.min_ns], ...inner, ["max", latency.max_ns, service.max_ns]];
}

const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  wait: "plan to first byte sent",
  dns: "resolving a name",
  connect: "TCP handshake",
  tls: "TLS handshake",
  ttfb: "until first byte read",
  body: "until last byte read",
};

/** Only phases that occurred: a run without TLS shows no row for it. */
export function writePhases(page: Page, phases: Readonly<Record<Phase, Distribution>>): void {
  const { style } = page;
  const seen = PHASES.filter((phase) => phases[phase].count > 0);
  if (seen.length === 0) return;
  page.heading("Phases");
  page.row([left("", LABEL) + right("p50", TIME) + right("p99", TIME) + right("max", TIME), style.faint]);
  for (const phase of seen) {
    const { p50_ns, p99_ns, max_ns } = phases[phase];
    const times = [p50_ns, p99_ns, max_ns].map((ns) => right(formatNs(ns), TIME)).join("");
    page.row([left(phase, LABEL) + times, style.plain], [`   ${PHASE_WORDS[phase]}`, style.faint]);
  }
}
