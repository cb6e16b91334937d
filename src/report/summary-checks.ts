/** The section about rules: what responses had to be, and were not. */
import type { CheckSummary } from "../model/summary.ts";
import { left, printable, right, widest } from "./columns.ts";
import type { Page } from "./page.ts";
import { formatCount, formatPercent, plural } from "./units.ts";

const COUNT = 13;
const SHARE = 10;
const NAME_MAX = 34;

/** Nothing for a scenario without rules; rules that were never broken are counted in one line. */
export function writeChecks(page: Page, checks: readonly CheckSummary[]): void {
  if (checks.length === 0) return;
  const { style } = page;
  const broken = checks.filter(({ failed }) => failed > 0);
  const judged = checks.reduce((sum, { failed, passed }) => sum + failed + passed, 0);
  if (broken.length === 0) {
    const all = `${checks.length === 1 ? "the one rule" : `all ${formatCount(checks.length)} rules`} kept`;
    if (judged > 0) page.heading("Checks", `${all}, ${formatCount(judged)} times`, style.good);
    else page.heading("Checks", "no response to judge");
    return;
  }
  page.heading("Checks", `${formatCount(broken.length)} of ${plural(checks.length, "rule")} broken`, style.bad);
  page.explain("Complete responses that broke a rule, and their share of all to that request.");
  const nameWidth = Math.min(NAME_MAX, widest(broken.map(({ request }) => printable(request))));
  for (const { request, rule, failed, passed } of broken) {
    page.row(
      ["✗ ", style.bad],
      [left(printable(request), nameWidth), style.plain],
      [right(formatCount(failed), COUNT), style.bad],
      [right(formatPercent(failed / (failed + passed)), SHARE), style.plain],
      [`   ${printable(rule)}`, style.plain],
    );
  }
  const kept = checks.length - broken.length;
  if (kept > 0) page.row(["✓ ", style.good], [`${plural(kept, "rule")} never broken`, style.faint]);
}
