/** Numbers and units as people write them; no locale, so that the same scenario reads the same everywhere. */
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US } from "../base/units.ts";

const NS_PER_MINUTE = 60 * NS_PER_SECOND;
const NS_PER_HOUR = 60 * NS_PER_MINUTE;

/** "1 h 30 min", "1 min 5 s", "2.5 s", "250 ms". */
export function durationWords(ns: number): string {
  if (ns === 0) return "0 s";
  if (ns < NS_PER_MS) return `${ns / NS_PER_US} µs`;
  if (ns < NS_PER_SECOND) return `${ns / NS_PER_MS} ms`;
  const hours = Math.floor(ns / NS_PER_HOUR);
  const minutes = Math.floor((ns % NS_PER_HOUR) / NS_PER_MINUTE);
  const seconds = (ns % NS_PER_MINUTE) / NS_PER_SECOND;
  const parts = [];
  if (hours > 0) parts.push(`${hours} h`);
  if (minutes > 0) parts.push(`${minutes} min`);
  if (seconds > 0) parts.push(`${seconds} s`);
  return parts.join(" ");
}

/** "1 user", "20 users", "100,000 users". */
export function countWords(count: number, noun: string): string {
  return `${numberWords(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "0.5", "300", "100,000.25". */
export function numberWords(value: number): string {
  const [whole, fraction] = String(value).split(".");
  const digits = whole!.replace(/\B(?=(?:[0-9]{3})+$)/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** A share of 1 as "12.5 %". */
export function percentWords(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Lines of cells, each column as wide as its widest cell; the last one ragged. */
export function columns(rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows.map((row) => {
    const cells = row.map((cell, index) => {
      return rightAligned.includes(index) ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!);
    });
    return cells.join("  ").trimEnd();
  });
}
