/** One group of requests in a table: metric, both values, the change, its interval, the verdict. */
import type { Comparison, DiffGroup } from "../model/diff.ts";
import { left, right } from "./columns.ts";
import { changeText, METRIC_WORDS, REASON_WORDS, rangeText, VERDICT_WORDS, valueText } from "./diff-words.ts";
import type { Page } from "./page.ts";
import type { Paint } from "./style.ts";
import { formatCount } from "./units.ts";

const METRIC = 13;
const VALUE = 11;
const CHANGE = 11;
const RANGE = 23;

/** Whether a comparison found a difference that chance does not explain. */
export function isReal({ verdict }: Comparison): boolean {
  return verdict !== "noise" && verdict !== "unclear";
}

export function writeDifferenceTable(page: Page, title: string, group: DiffGroup): void {
  const { style } = page;
  page.heading(title, `${formatCount(group.requests_a)} in A, ${formatCount(group.requests_b)} in B`);
  page.row([
    left("", METRIC) + right("A", VALUE) + right("B", VALUE) + right("change", CHANGE) + right("interval", RANGE),
    style.faint,
  ]);
  for (const comparison of group.comparisons) writeComparison(page, comparison);
}

function writeComparison(page: Page, comparison: Comparison): void {
  const { style } = page;
  const paint = paintOf(page, comparison);
  const values = isReal(comparison) ? style.plain : style.faint;
  const { metric, a, b, verdict, reason } = comparison;
  page.row(
    [left(METRIC_WORDS[metric], METRIC), values],
    [right(valueText(comparison, a), VALUE), values],
    [right(valueText(comparison, b), VALUE), values],
    [right(changeText(comparison), CHANGE), paint],
    [right(rangeText(comparison, "", "to"), RANGE), values],
    [`   ${reason === null ? VERDICT_WORDS[verdict] : REASON_WORDS[reason]}`, paint],
    [comparison.regression ? ": regression" : "", paint],
  );
}

function paintOf({ style }: Page, { verdict, regression }: Comparison): Paint {
  if (regression) return style.bad;
  switch (verdict) {
    case "noise":
    case "unclear":
      return style.faint;
    case "faster":
    case "fewer_errors":
    case "higher_throughput":
      return style.good;
    default:
      return style.warning;
  }
}
