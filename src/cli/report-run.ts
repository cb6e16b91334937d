/** The end of a run, live or simulated: the reports in its folder, the summary on stdout, the exit code. */
import { STUCK_SHARD_MS } from "../base/limits.ts";
import { NS_PER_MS } from "../base/units.ts";
import type { RunResult } from "../drive/live-run.ts";
import type { RunFolder } from "../drive/run-folder.ts";
import { DiskError } from "../io/append-file.ts";
import { metricsJson } from "../report/metrics-json.ts";
import { renderSummary } from "../report/summary-text.ts";
import { formatNs } from "../report/units.ts";
import { EXIT } from "./exit-codes.ts";
import { mayColour, type OutputOptions, print, say } from "./output.ts";

export interface ReportOptions extends OutputOptions {
  /** Print the metrics as JSON instead of the summary. */
  readonly json?: boolean;
}

/** Writes and prints what came of a run and returns its exit code. `shownPath` is the folder as the user gave it. */
export function reportRun(result: RunResult, folder: RunFolder, shownPath: string, options: ReportOptions): number {
  const { summary, fingerprint, diskError, abandonedBy } = result;
  let exitCode = exitCodeOf(result);
  if (abandonedBy !== null) {
    say(
      `z6: a shard did not end within ${formatNs(STUCK_SHARD_MS * NS_PER_MS)} of the second signal, and was cut off. ` +
        `What it had recorded until then is readable: ${folder.ledger.path}`,
    );
  }
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
function exitCodeOf({ summary, diskError, abandonedBy }: RunResult): number {
  if (diskError !== null) return EXIT.notCarriedOut;
  const reason = abandonedBy ?? summary.runtime.stop_reason;
  if (reason === "sigint") return EXIT.sigint;
  if (reason === "sigterm") return EXIT.sigterm;
  if (summary.requests.total > 0 && summary.books.completed === 0) return EXIT.notCarriedOut;
  // What failed then may hold at the end; it has ended the run all the same.
  if (reason === "assertion_failed") return EXIT.failed;
  if (summary.assertions.some((assertion) => !assertion.passed)) return EXIT.failed;
  return reason === "duration" || reason === "iterations" ? EXIT.ok : EXIT.notCarriedOut;
}
