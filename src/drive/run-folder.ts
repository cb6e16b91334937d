/**
 * The run folder: the ledger, and beside it the reports that were computed from it. The ledger and the time series
 * grow while the run goes on; the rest is written at its end.
 */
import { join } from "node:path";
import { type AppendFile, createAppendFile, writeWhole } from "../io/append-file.ts";
import { pathKind } from "../io/read-file.ts";
import { machine } from "../io/system.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Summary, Window } from "../model/summary.ts";
import { metricsJson } from "../report/metrics-json.ts";
import { renderSummary } from "../report/summary-text.ts";
import { timeseriesHeader, timeseriesRow } from "../report/timeseries-csv.ts";

export const LEDGER_FILE = "events.log";

export interface RunFolder {
  readonly path: string;
  readonly ledger: AppendFile;
  /** Appends a row to timeseries.csv. */
  addWindow(window: Window): void;
  /** Writes summary.txt, metrics.json and metadata.json, and closes the time series. */
  writeReports(summary: Summary, fingerprint: string, exitCode: number): void;
}

/**
 * Creates the folder (or uses an existing one that holds no ledger) with events.log and scenario.toml in it.
 * Throws DiskError.
 */
export function createRunFolder(path: string, manifest: Manifest, command: readonly string[]): RunFolder {
  const ledger = createAppendFile(join(path, LEDGER_FILE));
  writeWhole(join(path, "scenario.toml"), manifest.scenario.text);
  const startUnixMs = manifest.start_time === null ? null : Date.parse(manifest.start_time);
  const rows = createTimeseries(join(path, "timeseries.csv"));
  return {
    path,
    ledger,
    addWindow: (window) => rows.append(Buffer.from(timeseriesRow(window, startUnixMs))),
    writeReports(summary, fingerprint, exitCode) {
      rows.close();
      writeWhole(join(path, "summary.txt"), renderSummary(summary, { fingerprint, folder: path, colour: false }));
      writeWhole(join(path, "metrics.json"), metricsJson(summary));
      const { scenario, ...run } = manifest;
      const metadata = {
        ...run,
        scenario: { path: scenario.path, sha256: scenario.sha256 },
        command,
        machine: machine(),
        fingerprint,
        exit_code: exitCode,
      };
      writeWhole(join(path, "metadata.json"), `${JSON.stringify(metadata, null, 2)}\n`);
    },
  };
}

/** A folder for the run that does not exist yet: `results/<run id>`, with a number behind it when that is taken. */
export function freeFolder(parent: string, runId: string): string {
  let path = join(parent, runId);
  for (let number = 2; pathKind(path) !== "nothing"; number++) path = join(parent, `${runId}_${number}`);
  return path;
}

function createTimeseries(path: string): AppendFile {
  const file = createAppendFile(path);
  file.append(Buffer.from(timeseriesHeader()));
  return file;
}
