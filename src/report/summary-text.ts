/**
 * The summary of a run as text, for the terminal and for summary.txt: the verdict first, then what happened, how long
 * it took, whether the books balance and whether the generator can be trusted.
 */
import type { Assertion, Summary } from "../model/summary.ts";
import { left, printable, widest } from "./columns.ts";
import { Page } from "./page.ts";
import { stopMeaning, stopWords } from "./stop-words.ts";
import { writeBooks, writeGenerator } from "./summary-books.ts";
import { writeChecks } from "./summary-checks.ts";
import { writeLatency, writePhases } from "./summary-latency.ts";
import { writeConnections, writeThroughput } from "./summary-network.ts";
import { writeByRequest, writeFailures, writeRequests } from "./summary-requests.ts";
import { formatNs, plural } from "./units.ts";

export interface SummaryTextOptions {
  /** Hex SHA-256 of the ledger. */
  readonly fingerprint: string;
  /** Where the files of the run are. */
  readonly folder: string;
  readonly colour: boolean;
  /** Columns of the terminal; 100 when not given, never less than 80. */
  readonly width?: number;
}

const WIDTH_DEFAULT = 100;
const WIDTH_MIN = 80;
const NS_PER_SECOND = 1_000_000_000;

/** The whole summary, ending in a newline. */
export function renderSummary(summary: Summary, options: SummaryTextOptions): string {
  const page = new Page(options.colour, Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT));
  writeTitle(page, summary);
  writeAssertions(page, summary.assertions);
  writeRequests(page, summary);
  writeLatency(page, summary);
  writePhases(page, summary.phases);
  writeByRequest(page, summary.by_request);
  writeThroughput(page, summary);
  writeConnections(page, summary);
  writeFailures(page, summary.errors);
  writeChecks(page, summary.checks);
  writeBooks(page, summary.books, summary.arrivals);
  writeGenerator(page, summary);
  writeFiles(page, options);
  return page.toString();
}

function writeTitle(page: Page, summary: Summary): void {
  const { style } = page;
  const { scenario, runtime } = summary;
  page.heading(printable(scenario.name), printable(scenario.version));
  const facts = [
    formatNs(runtime.duration_seconds * NS_PER_SECOND),
    plural(runtime.vus, "user"),
    `seed ${runtime.seed}`,
    `${plural(runtime.shards, "shard")} on ${printable(runtime.io)}`,
    runtime.stop_reason === null ? "cut off" : `ended by ${stopWords(runtime.stop_reason)}`,
  ];
  page.explain(facts.join(" · "));
  page.explain([printable(summary.run_id), runtime.start_time].filter(Boolean).join(" · "));
  if (summary.simulated) {
    page.alarm("SIMULATED", "a modelled server in virtual time; nothing was sent over a network.", style.warning);
  }
  if (summary.filter !== undefined) {
    page.alarm(
      "A PART",
      `only requests for which this is true are counted: ${printable(summary.filter)}`,
      style.warning,
    );
    page.explain(
      "Connections, pauses and the name look-ups and handshakes among the phases are those of the whole run.",
    );
  }
  if (runtime.stop_reason === null) {
    page.alarm("CUT OFF", "the ledger ends before the run does; these are the figures up to there.", style.warning);
  }
  const meaning = runtime.stop_reason === null ? null : stopMeaning(runtime.stop_reason);
  if (meaning !== null) page.alarm("STOPPED EARLY", meaning, style.warning);
}

function writeAssertions(page: Page, assertions: readonly Assertion[]): void {
  const { style } = page;
  if (assertions.length === 0) {
    page.heading("Assertions", "none in the scenario");
    return;
  }
  const failed = assertions.filter((one) => !one.passed).length;
  if (failed === 0) page.heading("Assertions", `all ${assertions.length} passed`, style.good);
  else page.heading("Assertions", `${failed} of ${assertions.length} failed`, style.bad);
  const nameWidth = widest(assertions.map((one) => printable(one.name)));
  const expectedWidth = widest(assertions.map((one) => one.expected));
  for (const { name, passed, expected, actual } of assertions) {
    const paint = passed ? style.good : style.bad;
    page.wholeRow(
      [passed ? "✓ " : "✗ ", paint],
      [left(printable(name), Math.min(nameWidth, 40)), style.plain],
      [`   ${left(expected, expectedWidth)}`, style.faint],
      [`   ${actual}`, paint],
    );
  }
}

function writeFiles(page: Page, { fingerprint, folder }: SummaryTextOptions): void {
  const { style } = page;
  page.heading("Ledger");
  page.wholeRow([left("fingerprint", 13), style.plain], [fingerprint, style.accent]);
  page.wholeRow([left("files", 13), style.plain], [printable(folder), style.plain]);
}
