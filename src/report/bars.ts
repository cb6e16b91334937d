/** Numbers as shapes, out of Unicode block elements: bars in eighths of a column, and sparklines. */

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const HEIGHTS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A bar of `fraction` (0 .. 1, beyond is cut) of `width` columns. Anything above 0 is seen. */
export function bar(fraction: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8);
  const shown = fraction > 0 && width > 0 ? Math.max(1, eighths) : 0;
  return "█".repeat(Math.floor(shown / 8)) + EIGHTHS[shown % 8];
}

/** One column per value, the newest `width` of them, from 0 to the largest. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const most = Math.max(0, ...shown);
  return shown.map((value) => HEIGHTS[most === 0 ? 0 : Math.round((value / most) * 7)]).join("");
}
