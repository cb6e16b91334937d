/** The fold of a run, live or recorded: what it has to know beforehand is in the manifest and the scenario. */
import { Fold } from "../metrics/fold.ts";
import type { Window } from "../model/summary.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** An empty fold for the entries of `run`. `windows` gets each second of the run once it is over. */
export function foldOf(run: Pick<RecordedRun, "manifest" | "scenario">, windows: (window: Window) => void): Fold {
  const { manifest, scenario } = run;
  return new Fold({
    usersMax: scenario.usersMax,
    requests: scenario.requests,
    shardCount: manifest.shards,
    plannedEndNs: scenario.durationNs,
    windows,
  });
}
