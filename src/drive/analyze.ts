/**
 * All numbers of a run, computed from its ledger again with the fold and the summary of the run itself.
 *
 *   ledger ──► fold ──► Summary                            everything: one pass
 *   ledger ──► join ──► filter ──► numbers of the requests that are counted
 *   ledger ──────────────────────────► gate ──► fold ──► Summary      a part: two passes
 *
 * Memory follows the scenario, not the run; a filter adds one bit for each request.
 */
import { BitSet } from "../base/bit-set.ts";
import type { Fold } from "../metrics/fold.ts";
import { percentilesOf } from "../metrics/percentiles.ts";
import { summarise } from "../metrics/summarise.ts";
import type { Summary, Window } from "../model/summary.ts";
import { foldOf } from "./fold-of.ts";
import { KeptRequests } from "./kept-requests.ts";
import { readRecordedRun } from "./recorded-run.ts";
import type { RequestFilter } from "./request-filter.ts";
import { RequestJoin } from "./request-join.ts";
import { type SoundRun, soundRun } from "./sound-end.ts";

export interface AnalyzeOptions {
  /** Percentiles (0 .. 100) that the summary shall have beside its own; null for none. */
  readonly percents: readonly number[] | null;
  /** Which requests are counted; null for all. */
  readonly filter: RequestFilter | null;
  /** Gets each second of the run in order. */
  readonly windows: (window: Window) => void;
}

export interface Analysis extends SoundRun {
  readonly summary: Summary;
}

/**
 * Analyses the ledger at `path`, a file or a run folder. Throws UnusableLedger, and FilterError when the filter gives
 * no answer for a request.
 */
export function analyze(path: string, options: AnalyzeOptions): Analysis {
  const { filter, percents } = options;
  const kept = filter === null ? null : judgeRequests(path, filter);
  let fold: Fold | null = null;
  const read = readRecordedRun(path, (run) => {
    // Arrivals are no requests: a part of the requests says nothing of them.
    const begun = foldOf(run, options.windows, kept === null);
    fold = begun;
    if (kept === null) return (entry, shard) => begun.add(entry, shard);
    const gate = new KeptRequests(run.scenario, kept);
    return (entry, shard) => {
      if (gate.admits(entry)) begun.add(entry, shard);
    };
  });
  const sound = soundRun(path, read);
  const result = (fold as Fold | null)!.close();
  const summary = {
    ...summarise(result, sound.run),
    ...(filter === null ? {} : { filter: filter.expression }),
    ...(percents === null ? {} : { percentiles: percentilesOf(result, percents) }),
  };
  return { ...sound, summary };
}

/** Numbers of the requests that pass the filter. */
function judgeRequests(path: string, filter: RequestFilter): BitSet {
  const kept = new BitSet();
  let join: RequestJoin | null = null;
  const read = readRecordedRun(path, (run) => {
    const passes = filter.of(run.scenario);
    const begun = new RequestJoin(run.scenario, (request) => {
      if (passes(request)) kept.add(request.number);
    });
    join = begun;
    return (entry) => begun.add(entry);
  });
  soundRun(path, read);
  (join as RequestJoin | null)!.close();
  return kept;
}
