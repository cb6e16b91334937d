/** The end of a run, live or simulated: the reports in its folder, the summary on stdout, the exit code. */
import type { RunResult } from "../drive/live-run.ts";
import type { RunFolder } from "../drive/run-folder.ts";
import { DiskError } from "../io/append-file.ts";
import type { Summary } from "../model/summary.ts";
import { metricsJson } from "../report/metrics-json.ts";
import { renderSummary } from "../report/summary-text.ts";
import { EXIT } from "./exit-codes.ts";
import { mayColour, type OutputOptions, print, say } from "./output.ts";

export interface ReportOptions extends OutputOptions {
  /** Print the metrics as JSON instead of the summary. */
  readonly json?: boolean;
}

/** Writes and prints what came of a run and returns its exit code. `shownPath` is the folder as the user gave it. */
export function reportRun(result: RunResult, folder: RunFolder, shownPath: string, options: ReportOptions): number {
  const { summary, fingerprint, diskError } = result;
  let exitCode = diskError === null ? exitCodeOf(summary) : EXIT.notCarriedOut;
  if (diskError !== null) {
    say(`z6: ${diskError.message}. What was written until then is readable: ${folder.ledger.path}`);
  } else {
    try {
      folder.writeReports(summary, fingerprint, exitCode);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      say(`z6: ${error.message}. The ledger is whole: ${folder.ledger.path}`);
      exitCode = EXIT.notCarriedOut;
    }
  }
  if (options.json === true) print(metricsJson(summary));
  else print(renderSummary(summary, { fingerprint, folder: shownPath, colour: mayColour(process.stdout, options) }));
  return exitCode;
}

/** The exit code that a recorded run deserves. */
function exitCodeOf(summary: Summary): number {
  const { stop_reason: reason } = summary.runtime;
  if (reason === "sigint") return EXIT.sigint;
  if (reason === "sigterm") return EXIT.sigterm;
  if (summary.requests.total > 0 && summary.books.completed === 0) return EXIT.notCarriedOut;
  // What failed then may hold at the end; it has ended the run all the same.
  if (reason === "assertion_failed") return EXIT.failed;
  return summary.assertions.every((assertion) => assertion.passed) ? EXIT.ok : EXIT.failed;
}
