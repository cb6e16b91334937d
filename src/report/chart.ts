/**
 * A series over time as a small chart: columns out of Unicode blocks above a time axis. Every column of the terminal
 * stands for the same length of time and shows the bucket in which its middle lies.
 *
 *   300/s ┤              ▄▄▄████
 *         │       ▄▄▄███████████
 *       0 └┬─────────┬─────────┬
 *          0s        5s        10s
 */
import { NS_PER_SECOND } from "../base/units.ts";
import type { Span } from "./columns.ts";
import { columnsOf, right } from "./columns.ts";
import type { Style } from "./style.ts";
import { formatClock } from "./units.ts";

const EIGHTHS = ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇"];
const ROWS = 6;
/** Rows of a chart that shows one level only. */
const ROWS_FLAT = 2;
const TICKS_MAX = 7;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Seconds between two ticks. */
const TICK_SECONDS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10].map((days) => days * DAY),
];

export interface ChartData {
  readonly values: readonly number[];
  readonly bucketSeconds: number;
  /** Of the whole axis; the last bucket may be cut short. */
  readonly seconds: number;
}

/** The rows of a chart of exactly `width` columns. `label` writes a value on the axis. */
export function chartRows(data: ChartData, label: (value: number) => string, width: number, style: Style): Span[][] {
  const most = data.values.reduce((highest, value) => Math.max(highest, value), 0);
  const least = data.values.reduce((lowest, value) => Math.min(lowest, value), most);
  const rowCount = heightOf(least, most, ROWS) === ROWS * 8 ? ROWS_FLAT : ROWS;
  const labels = [label(most), rowCount === ROWS ? label(most / 2) : "", label(0)];
  const labelWidth = labels.reduce((widest, text) => Math.max(widest, columnsOf(text)), 0);
  const plotWidth = width - labelWidth - 2;
  const heights = Array.from({ length: plotWidth }, (_, column) =>
    heightOf(valueAt(data, column, plotWidth), most, rowCount),
  );
  const rows: Span[][] = [];
  for (let row = rowCount - 1; row >= 0; row--) {
    const text = row === rowCount - 1 ? labels[0]! : row === ROWS / 2 - 1 ? labels[1]! : "";
    const blocks = heights.map((eighths) => blockOf(eighths - row * 8)).join("");
    rows.push([
      [right(text, labelWidth), style.faint],
      [text === "" ? " │" : " ┤", style.faint],
      [blocks, style.accent],
    ]);
  }
  const ticks = ticksOf(data.seconds, plotWidth);
  const axis = Array.from({ length: plotWidth }, (_, column) =>
    ticks.some((tick) => tick.column === column) ? "┬" : "─",
  );
  rows.push([[`${right(labels[2]!, labelWidth)} └${axis.join("")}`, style.faint]]);
  rows.push([[" ".repeat(labelWidth + 2) + tickLabels(ticks, plotWidth), style.faint]]);
  return rows;
}

function valueAt({ values, bucketSeconds, seconds }: ChartData, column: number, width: number): number {
  const bucket = Math.floor(((column + 0.5) * seconds) / width / bucketSeconds);
  return values[Math.min(values.length - 1, bucket)] ?? 0;
}

/** Eighths of a row; anything above 0 is seen. */
function heightOf(value: number, most: number, rows: number): number {
  return value > 0 ? Math.max(1, Math.round((value / most) * rows * 8)) : 0;
}

function blockOf(eighths: number): string {
  if (eighths <= 0) return " ";
  return eighths >= 8 ? "█" : EIGHTHS[eighths]!;
}

interface Tick {
  readonly column: number;
  readonly text: string;
}

function ticksOf(seconds: number, width: number): Tick[] {
  const step = TICK_SECONDS.find((each) => seconds / each <= TICKS_MAX - 1) ?? TICK_SECONDS.at(-1)!;
  const ticks: Tick[] = [];
  for (let at = 0; at <= seconds; at += step) {
    const column = Math.min(width - 1, Math.floor((at / seconds) * width));
    ticks.push({ column, text: formatClock(at * NS_PER_SECOND) });
  }
  return ticks;
}

/** Each label begins under its tick; one that has no room ends under it. */
function tickLabels(ticks: readonly Tick[], width: number): string {
  let text = "";
  for (const tick of ticks) {
    const start = Math.max(0, Math.min(tick.column, width - tick.text.length));
    if (text !== "" && start <= text.length) continue;
    text = text.padEnd(start) + tick.text;
  }
  return text;
}
