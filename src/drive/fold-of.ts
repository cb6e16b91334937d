/** The fold of a run, live or recorded: what it has to know beforehand is in the manifest and the scenario. */
import { NEVER } from "../base/units.ts";
import { Arrivals } from "../engine/arrivals.ts";
import type { ArrivalsPlan } from "../metrics/arrivals-book.ts";
import { Fold } from "../metrics/fold.ts";
import type { Window } from "../model/summary.ts";
import type { RecordedRun } from "./recorded-run.ts";

/**
 * An empty fold for the entries of `run`. `windows` gets each second of the run once it is over.
 * @param whole every entry will be added; only then can arrivals be accounted for.
 */
export function foldOf(
  run: Pick<RecordedRun, "manifest" | "scenario">,
  windows: (window: Window) => void,
  whole = true,
): Fold {
  const { manifest, scenario } = run;
  return new Fold({
    usersMax: scenario.usersMax,
    identities: scenario.identities,
    requests: scenario.requests,
    rules: scenario.rules,
    arrivals: whole ? arrivalsPlan(run) : null,
    shardCount: manifest.shards,
    plannedEndNs: scenario.durationNs,
    windows,
  });
}

/** What the open groups of the scenario plan; null when there are none. */
function arrivalsPlan({ manifest, scenario }: Pick<RecordedRun, "manifest" | "scenario">): ArrivalsPlan | null {
  const groups = [];
  let planned = 0;
  let aliveMax = 0;
  for (const [index, { schedule, firstIdentity, identities }] of scenario.groups.entries()) {
    if (schedule.type !== "arrivals") continue;
    groups.push({ firstIdentity, identities });
    planned += new Arrivals(schedule, manifest.seed, index, scenario.durationNs ?? NEVER).total;
    aliveMax += schedule.aliveMax;
  }
  return groups.length === 0 ? null : { planned, aliveMax, groups };
}
