/**
 * What is seen while a run is under way: a few lines redrawn in place on a terminal, or one line now and then
 * elsewhere. Both are pure functions of a snapshot; no line is wider than the terminal, so that redrawing never scrolls.
 */
import type { LiveSnapshot } from "../model/summary.ts";
import { bar, sparkline } from "./bars.ts";
import { left, line, printable, right, type Span } from "./columns.ts";
import { stopWords } from "./stop-words.ts";
import { createStyle } from "./style.ts";
import { formatBytes, formatClock, formatCount, formatNs, formatPercent, formatRate, plural } from "./units.ts";

export interface LiveInfo {
  readonly name: string;
  readonly target: string;
  /** Planned length of the run; null when iterations end it. */
  readonly totalNs: number | null;
  /** Requests that the run will issue when iterations end it (iterations x requests in one); null when time does. */
  readonly requestsTotal: number | null;
  readonly ledgerBytes: number;
  /** Requests in flight may finish for this long after the end, ns. */
  readonly gracefulStopNs: number;
  /** The run was asked to stop before its end. */
  readonly stopping: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const LABEL = 11;
const VALUE = 12;
const BAR_MAX = 60;
const SPARK_MAX = 60;

/** The lines of the live screen, always as many, each at most `info.width` columns. */
export function renderLive(snapshot: LiveSnapshot, info: LiveInfo): string[] {
  const style = createStyle(info.colour);
  const { nowNs, users, issued, completed, inFlight, dropped, errors, window } = snapshot;
  const done = progress(snapshot, info);
  const failures = Object.entries(errors.by_kind).sort(([, a], [, b]) => b - a);
  const rows: Span[][] = [
    [
      [printable(info.name), style.strong],
      [`  ${printable(info.target)}`, style.faint],
    ],
    progressRow(nowNs, done, info),
    info.stopping ? stoppingRow(snapshot, info) : [],
    [
      [left("requests", LABEL), style.faint],
      [right(formatRate(window?.rps ?? null), VALUE), style.strong],
      ["   ", style.plain],
      [sparkline(snapshot.rpsHistory, Math.max(0, Math.min(SPARK_MAX, info.width - LABEL - VALUE - 5))), style.accent],
    ],
    [
      [left("", LABEL), style.faint],
      [right(formatCount(issued), VALUE), style.plain],
      [` issued   ${formatCount(completed)} completed   ${formatCount(inFlight)} in flight`, style.faint],
    ],
    [
      [left("latency", LABEL), style.faint],
      [right(formatNs(snapshot.latencyP50Ns), VALUE), style.strong],
      [" p50   ", style.faint],
      [formatNs(snapshot.latencyP99Ns), style.strong],
      [" p99", style.faint],
      [
        window === null
          ? ""
          : `   last second ${formatNs(window.latencyP50Ns)} p50  ${formatNs(window.latencyP99Ns)} p99`,
        style.faint,
      ],
    ],
    [
      [left("failures", LABEL), style.faint],
      [right(formatPercent(errors.rate), VALUE), errors.total > 0 ? style.bad : style.good],
      [failures.map(([kind, count]) => `   ${kind} ${formatCount(count)}`).join(""), style.bad],
    ],
    [
      [left("users", LABEL), style.faint],
      [right(formatCount(users), VALUE), style.plain],
      [dropped > 0 ? `   ${plural(dropped, "arrival")} dropped` : "", style.bad],
      ["   lag ", style.faint],
      [formatNs(snapshot.lagP99Ns), style.plain],
      [" p99   ledger ", style.faint],
      [formatBytes(info.ledgerBytes), style.plain],
    ],
  ];
  return rows.map((spans) => line([["  ", style.plain], ...spans], info.width));
}

/** One line, for where nothing can be redrawn; at most `info.width` columns and never coloured. */
export function renderLiveLine(snapshot: LiveSnapshot, info: LiveInfo): string {
  const done = progress(snapshot, info);
  const parts = [
    formatClock(snapshot.nowNs) + (done === null ? "" : ` (${wholePercent(done)})`),
    `${formatCount(snapshot.users)} users`,
    ...(snapshot.dropped > 0 ? [`${plural(snapshot.dropped, "arrival")} dropped`] : []),
    formatRate(snapshot.window?.rps ?? null),
    `${formatCount(snapshot.completed)} completed`,
    `${formatCount(snapshot.errors.total)} errors (${formatPercent(snapshot.errors.rate)})`,
    `p50 ${formatNs(snapshot.latencyP50Ns)}`,
    `p99 ${formatNs(snapshot.latencyP99Ns)}`,
    `lag p99 ${formatNs(snapshot.lagP99Ns)}`,
    `ledger ${formatBytes(info.ledgerBytes)}`,
  ];
  return line([[parts.join("  "), createStyle(false).plain]], info.width);
}

function progressRow(nowNs: number, done: number | null, info: LiveInfo): Span[] {
  const style = createStyle(info.colour);
  if (done === null) return [[`${formatClock(nowNs)} elapsed`, style.plain]];
  const percent = right(wholePercent(done), 6);
  const times = `   ${formatClock(nowNs)} elapsed   ${remaining(nowNs, done, info)}`;
  const barWidth = Math.max(0, Math.min(BAR_MAX, info.width - 2 - percent.length - times.length));
  const filled = bar(done, barWidth);
  return [
    [filled, style.accent],
    ["░".repeat(barWidth - filled.length), style.faint],
    [percent, style.strong],
    [times, style.faint],
  ];
}

/** Why the run ends before its time, as far as that is known yet, and what it still waits for. */
function stoppingRow({ stopReason }: LiveSnapshot, { gracefulStopNs, colour }: LiveInfo): Span[] {
  const style = createStyle(colour);
  const grace = formatNs(gracefulStopNs);
  const byUser = stopReason === null || stopReason === "sigint" || stopReason === "sigterm";
  const wait = byUser
    ? `requests in flight may finish for up to ${grace}; Ctrl+C again ends it at once`
    : `${stopWords(stopReason)}; requests in flight have ${grace}, Ctrl+C ends it at once`;
  return [
    ["stopping   ", style.warning],
    [wait, style.plain],
  ];
}

/** How much is done, 0 .. 1; null when nobody can say. */
function progress(snapshot: LiveSnapshot, { totalNs, requestsTotal }: LiveInfo): number | null {
  if (totalNs !== null && totalNs > 0) return Math.min(1, snapshot.nowNs / totalNs);
  if (requestsTotal !== null && requestsTotal > 0) {
    return Math.min(1, (snapshot.issued - snapshot.inFlight) / requestsTotal);
  }
  return null;
}

function remaining(nowNs: number, done: number, { totalNs }: LiveInfo): string {
  if (done >= 1) return "finishing";
  if (totalNs !== null) return `${formatClock(totalNs - nowNs)} left`;
  return done > 0 ? `about ${formatClock((nowNs * (1 - done)) / done)} left` : "";
}

function wholePercent(done: number): string {
  return `${Math.floor(done * 100)}%`;
}
