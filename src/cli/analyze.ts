/** `z6 analyze`: every number of a run, computed from its ledger again; of all requests or of some. */
import { type Analysis, analyze as analyzeLedger } from "../drive/analyze.ts";
import type { RequestFilter } from "../drive/request-filter.ts";
import { lossOf } from "../drive/sound-end.ts";
import type { Books, Window } from "../model/summary.ts";
import { metricsJson } from "../report/metrics-json.ts";
import { requestsCsv } from "../report/requests-csv.ts";
import { renderSummary } from "../report/summary-text.ts";
import { timeseriesHeader, timeseriesRow } from "../report/timeseries-csv.ts";
import { plural } from "../report/units.ts";
import { EXIT } from "./exit-codes.ts";
import { mayColour, type OutputOptions, say } from "./output.ts";
import { pour } from "./pour.ts";
import { withLedger } from "./with-ledger.ts";

export interface AnalyzeCommandOptions extends OutputOptions {
  readonly format: "summary" | "json" | "csv";
  /** With csv: a row for each request instead of each second. */
  readonly byRequest?: boolean;
  readonly filter?: string;
  readonly percentiles?: readonly number[];
}

export function analyze(path: string, options: AnalyzeCommandOptions): Promise<number> {
  return withLedger(async () => {
    if (options.byRequest === true && options.format !== "csv") {
      say("z6: --by-request goes with --format csv: summary and json have the figures of each request anyway");
      return EXIT.usage;
    }
    if (options.format === "csv" && options.percentiles !== undefined) {
      say("z6: --percentiles goes with --format summary or json: the rows of a table have columns of their own");
      return EXIT.usage;
    }
    const filter = options.filter === undefined ? null : await filterOf(options.filter);
    const windows: Window[] = [];
    const analysis = analyzeLedger(path, {
      percents: options.percentiles ?? null,
      filter,
      windows: (window) => {
        if (options.format === "csv" && options.byRequest !== true) windows.push(window);
      },
    });
    sayLoss(analysis);
    await pour(textOf(path, analysis, windows, options));
    return EXIT.ok;
  });
}

/** The library behind filters is loaded only when there is one. */
async function filterOf(expression: string): Promise<RequestFilter> {
  const { compileFilter } = await import("../drive/request-filter.ts");
  return compileFilter(expression);
}

function* textOf(
  path: string,
  { run, end, summary }: Analysis,
  windows: readonly Window[],
  options: AnalyzeCommandOptions,
): Generator<string, void> {
  switch (options.format) {
    case "json":
      yield metricsJson(summary);
      return;
    case "csv": {
      if (options.byRequest === true) {
        yield requestsCsv(summary);
        return;
      }
      const { start_time: start } = run.manifest;
      const startUnixMs = start === null ? null : Date.parse(start);
      yield timeseriesHeader() + windows.map((window) => timeseriesRow(window, startUnixMs)).join("");
      return;
    }
    case "summary": {
      const colour = mayColour(process.stdout, options);
      yield renderSummary(summary, { fingerprint: end.fingerprint, folder: path, colour });
    }
  }
}

/** What a ledger that was cut off does not say. */
function sayLoss(analysis: Analysis): void {
  const loss = lossOf(analysis);
  if (loss === null) return;
  const inFlight = withoutEnd(analysis.summary.books);
  const had = inFlight === 1 ? "was in flight there and has" : "were in flight there and have";
  const books = inFlight === 0 ? "" : ` ${plural(inFlight, "request")} ${had} no outcome: the books say so.`;
  say(`warning: ${loss}${books}`);
}

function withoutEnd({ issued, completed, failed, timed_out, unfinished }: Books): number {
  return issued - completed - failed - timed_out - unfinished;
}
