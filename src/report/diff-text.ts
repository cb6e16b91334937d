/**
 * A comparison as text: the two runs, what makes it doubtful, the real differences in sentences, then the tables. What
 * is real stands out; noise is faint.
 */
import type { Comparison, DiffGroup, DiffRun, RunDiff } from "../model/diff.ts";
import { printable } from "./columns.ts";
import { isReal, writeDifferenceTable } from "./diff-table.ts";
import { changeText, METRIC_WORDS, rangeText, VERDICT_WORDS } from "./diff-words.ts";
import { Page } from "./page.ts";
import { formatCount, formatNs, formatPercent, plural } from "./units.ts";

export interface DiffTextOptions {
  readonly colour: boolean;
  /** Columns of the terminal; 100 when not given, never less than 80. */
  readonly width?: number;
}

const WIDTH_DEFAULT = 100;
const WIDTH_MIN = 80;
const NS_PER_SECOND = 1_000_000_000;
const FINGERPRINT_CHARS = 12;
/** Up to so many request names each has its table; beyond, only those with a real difference. */
const TABLES_MAX = 8;
const SENTENCES_MAX = 20;

/** The whole comparison, ending in a newline. */
export function renderDiff(diff: RunDiff, options: DiffTextOptions): string {
  const page = new Page(options.colour, Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT));
  page.heading("Comparison", "B with A");
  writeRun(page, "A", diff.a);
  writeRun(page, "B", diff.b);
  for (const warning of diff.warnings) page.alarm("WARNING", printable(warning), page.style.warning);
  for (const note of diff.notes) page.explain(printable(note));
  writeVerdict(page, diff);
  writeTables(page, diff);
  writeOneSided(page, "Only in A", diff.only_in_a);
  writeOneSided(page, "Only in B", diff.only_in_b);
  writeMethod(page, diff);
  return page.toString();
}

function writeRun(page: Page, label: string, run: DiffRun): void {
  const { style } = page;
  const facts = [
    run.simulated ? "simulated" : (run.start_time ?? "no time"),
    formatNs(run.duration_seconds * NS_PER_SECOND),
    plural(run.vus, "user"),
    plural(run.requests, "request"),
    `seed ${run.seed}`,
  ];
  page.row(
    [`${label}  `, style.accent],
    [printable(run.name), style.strong],
    [`  ${printable(run.run_id)}  ${run.fingerprint.slice(0, FINGERPRINT_CHARS)}`, style.faint],
  );
  page.row([`   ${facts.join(" · ")}`, style.faint]);
}

function writeVerdict(page: Page, diff: RunDiff): void {
  const { style } = page;
  const threshold = `threshold ${diff.threshold_percent}%`;
  if (diff.regressions > 0)
    page.heading("Verdict", `${plural(diff.regressions, "regression")}, ${threshold}`, style.bad);
  else if (diff.differences > 0) page.heading("Verdict", `no regression, ${threshold}`, style.good);
  else if (everyUnclear(diff)) page.heading("Verdict", "too short to tell", style.warning);
  else page.heading("Verdict", `no real difference, ${threshold}`, style.good);
  const real = diff.groups.flatMap((group) =>
    group.comparisons.filter(isReal).map((comparison) => ({ group, comparison })),
  );
  const sorted = [...real.filter(isRegression), ...real.filter((one) => !isRegression(one))];
  for (const { group, comparison } of sorted.slice(0, SENTENCES_MAX)) writeSentence(page, group, comparison);
  if (sorted.length > SENTENCES_MAX) page.explain(`and ${formatCount(sorted.length - SENTENCES_MAX)} more, below`);
  if (everyUnclear(diff)) {
    page.explain(
      "A verdict takes 50 requests in each run, and runs that last 24 times as long as their slow requests (p99).",
    );
  }
}

function isRegression({ comparison }: { readonly comparison: Comparison }): boolean {
  return comparison.regression;
}

function everyUnclear(diff: RunDiff): boolean {
  return diff.groups.every((group) => group.comparisons.every(({ verdict }) => verdict === "unclear"));
}

/** "all requests: p99 +12.3% (between +8.0% and +17.1%): slower". */
function writeSentence(page: Page, group: DiffGroup, comparison: Comparison): void {
  const { style } = page;
  const { metric, verdict, regression } = comparison;
  const better = verdict === "faster" || verdict === "fewer_errors" || verdict === "higher_throughput";
  const paint = regression ? style.bad : better ? style.good : style.warning;
  page.wholeRow(
    [regression ? "✗ " : better ? "✓ " : "! ", paint],
    [`${printable(group.request ?? "all requests")}: ${METRIC_WORDS[metric]} `, style.plain],
    [changeText(comparison), paint],
    [` (${rangeText(comparison, "between", "and")}): `, style.faint],
    [VERDICT_WORDS[verdict], paint],
  );
}

function writeTables(page: Page, { groups }: RunDiff): void {
  const [all, ...named] = groups;
  if (all !== undefined) writeDifferenceTable(page, "All requests", all);
  // With one name in all, its table would say the same again.
  if (named.length === 1 && named[0]!.requests_a === all?.requests_a && named[0]!.requests_b === all.requests_b) return;
  const shown = named.length <= TABLES_MAX ? named : named.filter((group) => group.comparisons.some(isReal));
  for (const group of shown) writeDifferenceTable(page, printable(group.request ?? ""), group);
  const hidden = named.length - shown.length;
  if (hidden === 0) return;
  page.heading("Other requests");
  page.explain(`${plural(hidden, "request name")} without a real difference; --json has their figures.`);
}

function writeOneSided(page: Page, heading: string, names: readonly string[]): void {
  if (names.length === 0) return;
  page.heading(heading, "not compared");
  page.explain(names.map(printable).join(", "));
}

function writeMethod(page: Page, { method }: RunDiff): void {
  page.heading("Method");
  page.explain(
    `Intervals hold all together with a confidence of ${formatPercent(method.confidence)}: stationary bootstrap, ` +
      `${formatCount(method.resamples)} resamples of ${method.windows} time windows in ${method.blocks} blocks. ` +
      "A difference is real when its interval leaves out zero and it is at least 1% (for error rates, one request in " +
      "10,000). Noise means that no difference was found, not that there is none: the interval says how large it may be.",
  );
}
