import { expect, test } from "vitest";
import { type ChartData, chartRows } from "./chart.ts";
import { columnsOf } from "./columns.ts";
import { createStyle } from "./style.ts";

function chart(data: ChartData, width = 40): string[] {
  return chartRows(data, (value) => String(value), width, createStyle(false)).map((spans) =>
    spans.map(([text]) => text).join(""),
  );
}

test("a staircase: its height is the largest value, its length the axis", () => {
  const rows = chart({ values: [10, 20, 40, 20], bucketSeconds: 5, seconds: 20 });
  expect(rows).toEqual([
    "40 ┤                  █████████         ",
    "   │                  █████████         ",
    "   │                  █████████         ",
    "20 ┤         ███████████████████████████",
    "   │▄▄▄▄▄▄▄▄▄███████████████████████████",
    "   │████████████████████████████████████",
    " 0 └┬────────┬────────┬────────┬───────┬",
    "    0s       5s       10s      15s   20s",
  ]);
});

test("one level takes two rows", () => {
  expect(chart({ values: [7, 7, 7], bucketSeconds: 1, seconds: 2.5 }, 20)).toEqual([
    "7 ┤█████████████████",
    "  │█████████████████",
    "0 └┬─────┬──────┬───",
    "   0s    1s     2s",
  ]);
});

test("a short last bucket has its own share of the axis, and little is more than nothing", () => {
  const rows = chart({ values: [1_000, 1, 0], bucketSeconds: 10, seconds: 21 }, 27);
  expect(rows[5]).toBe("     │██████████▁▁▁▁▁▁▁▁▁▁ ");
  expect(rows[0]).toBe("1000 ┤██████████           ");
});

test("whatever the values and the width: no row is wider, and nothing at all is an empty chart", () => {
  for (const seconds of [0.3, 1, 59, 61, 3_600, 86_400, 2_592_000]) {
    for (const width of [20, 77, 96]) {
      const count = Math.min(60, Math.ceil(seconds));
      const values = Array.from({ length: count }, (_, i) => (i * 37) % 101);
      const rows = chart({ values, bucketSeconds: seconds / count, seconds }, width);
      for (const row of rows) expect(columnsOf(row)).toBeLessThanOrEqual(width);
    }
  }
  expect(chart({ values: [0, 0], bucketSeconds: 1, seconds: 2 }, 12).join("")).not.toContain("█");
});
