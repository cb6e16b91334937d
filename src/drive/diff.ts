/**
 * Reads two ledgers and compares them. Each is read twice: the first pass gives the run's length and percentiles, with
 * which the second counts windows. Nothing but the two files is needed.
 */
import type { LedgerEnd } from "../ledger/reader.ts";
import { type ComparedRun, compareRuns } from "../metrics/compare.ts";
import { WindowCounts } from "../metrics/compare-windows.ts";
import type { Fold, FoldResult } from "../metrics/fold.ts";
import { summarise } from "../metrics/summarise.ts";
import type { DiffRun, RunDiff } from "../model/diff.ts";
import type { Summary } from "../model/summary.ts";
import { remarksOn, type UsableRun } from "./diff-remarks.ts";
import { foldOf } from "./fold-of.ts";
import { type RecordedRun, readRecordedRun, UnusableLedger } from "./recorded-run.ts";
import { isSameLoad } from "./scenario-differences.ts";

/**
 * Compares the run at `pathB` with the one at `pathA`; each is a ledger file or a run folder. A change for the worse
 * of more than `thresholdPercent` is a regression. Throws UnusableLedger.
 */
export function diffRuns(pathA: string, pathB: string, thresholdPercent: number): RunDiff {
  const a = readForDiff(pathA);
  const b = readForDiff(pathB);
  const sameLoad = isSameLoad(a.run.scenario, b.run.scenario);
  const { method, groups } = compareRuns(a.compared, b.compared, { threshold: thresholdPercent / 100, sameLoad });
  const comparisons = groups.flatMap((group) => group.comparisons);
  return {
    version: "1",
    a: described(a),
    b: described(b),
    ...remarksOn(a, b, sameLoad),
    threshold_percent: thresholdPercent,
    same_load: sameLoad,
    method,
    groups,
    only_in_a: a.compared.names.filter((name) => !b.compared.names.includes(name)),
    only_in_b: b.compared.names.filter((name) => !a.compared.names.includes(name)),
    differences: comparisons.filter(({ verdict }) => verdict !== "noise" && verdict !== "unclear").length,
    regressions: comparisons.filter(({ regression }) => regression).length,
  };
}

interface ReadRun extends UsableRun {
  readonly path: string;
  readonly compared: ComparedRun;
}

function readForDiff(path: string): ReadRun {
  const { run, end, result } = readTotals(path);
  const windows = new WindowCounts(result);
  readRecordedRun(path, () => (entry) => windows.add(entry));
  return {
    path,
    run,
    end,
    summary: summarise(result, run),
    compared: { windows, names: run.scenario.requests.map(({ name }) => name) },
  };
}

/** The first pass: the totals of a run whose ledger can be used, cut off or not. */
function readTotals(path: string): { run: RecordedRun; end: UsableRun["end"]; result: FoldResult } {
  let fold: Fold | null = null;
  const { run, end } = readRecordedRun(path, (begun) => {
    const counting = foldOf(begun, () => {});
    fold = counting;
    return (entry, shard) => counting.add(entry, shard);
  });
  const usable = usableEnd(path, end);
  if (run === null || fold === null) throw new UnusableLedger(`${path}: the ledger ends before its manifest does`);
  return { run, end: usable, result: (fold as Fold).close() };
}

function usableEnd(path: string, end: LedgerEnd): UsableRun["end"] {
  switch (end.state) {
    case "damaged":
      throw new UnusableLedger(`${path}: damaged at byte ${end.offset}: ${end.reason}`);
    case "not_a_ledger":
      throw new UnusableLedger(`${path}: not a ledger: ${end.reason}`);
    default:
      return end;
  }
}

function described({ path, run, end, summary }: ReadRun): DiffRun {
  const { scenario, runtime, requests, lag }: Summary = summary;
  return {
    path,
    run_id: summary.run_id,
    name: scenario.name,
    start_time: runtime.start_time,
    simulated: summary.simulated,
    fingerprint: end.fingerprint,
    complete: end.state === "finished",
    duration_seconds: runtime.duration_seconds,
    vus: runtime.vus,
    seed: runtime.seed,
    requests: requests.total,
    generator_limited: lag.generator_limited,
    scenario_sha256: scenario.sha256,
    z6: run.manifest.z6,
  };
}
