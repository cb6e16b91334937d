/**
 * Numbers as people read them: three significant digits, decimal units, commas, no locale. Every function gives plain
 * ASCII; null, nothing to measure, is "-".
 */
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US } from "../base/units.ts";

const NOTHING = "-";

/** A measured duration: "812 us", "89.4 ms", "1.23 s", "2m 05s". */
export function formatNs(ns: number | null): string {
  if (ns === null) return NOTHING;
  if (ns < NS_PER_US) return `${Math.round(ns)} ns`;
  // 999.6 us rounds to 1000 us: such values belong to the next unit.
  if (ns < 999.5 * NS_PER_US) return `${significant(ns / NS_PER_US)} us`;
  if (ns < 999.5 * NS_PER_MS) return `${significant(ns / NS_PER_MS)} ms`;
  if (ns < 59.95 * NS_PER_SECOND) return `${significant(ns / NS_PER_SECOND)} s`;
  return formatClock(ns);
}

/** A span of time in whole seconds, for clocks: "8s", "1m 05s", "2h 00m", "3d 04h". */
export function formatClock(ns: number): string {
  const seconds = Math.round(ns / NS_PER_SECOND);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600), Math.floor(seconds / 60)];
  if (days > 0) return `${days}d ${two(hours % 24)}h`;
  if (hours > 0) return `${hours}h ${two(minutes % 60)}m`;
  if (minutes > 0) return `${minutes}m ${two(seconds % 60)}s`;
  return `${seconds}s`;
}

/** A whole number: "1,234,567". */
export function formatCount(count: number): string {
  return Math.round(count)
    .toFixed(0)
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 user", "1,200 users". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "512 B", "1.23 kB", "45.6 MB"; 1 kB is 1000 bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)} B`;
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${significant(value)} ${BYTE_UNITS[unit]}`;
}

const BYTE_UNITS = ["kB", "MB", "GB", "TB", "PB"];

/** Requests per second: "2,341/s", "12.3/s". */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return NOTHING;
  if (perSecond === 0) return "0/s";
  return `${perSecond < 99.95 ? significant(perSecond) : formatCount(perSecond)}/s`;
}

/** A fraction of 1: "99.58%". Neither 0% nor 100% unless it is exactly that: one failure in a million shows. */
export function formatPercent(fraction: number | null): string {
  if (fraction === null) return NOTHING;
  if (fraction === 0) return "0%";
  if (fraction === 1) return "100%";
  if (fraction < 0.0001) return "<0.01%";
  if (fraction > 0.9999 && fraction < 1) return ">99.99%";
  return `${(fraction * 100).toFixed(2)}%`;
}

/** Three significant digits of 0.001 .. 999.5. */
function significant(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
