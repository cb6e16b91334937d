/**
 * Two runs, compared: for all requests and for each name in both, every metric with an interval and a verdict.
 *
 *   windows of A ─► resamples ─► figures ─┐
 *                                         ├─► difference in each resample ─► standard error ─► interval ─► verdict
 *   windows of B ─► resamples ─► figures ─┘
 */
import { assert } from "../base/assert.ts";
import {
  type Comparison,
  DIFF_METRICS,
  type DiffGroup,
  type DiffMethod,
  type DiffMetric,
  type UnclearReason,
} from "../model/diff.ts";
import { figureOf } from "./compare-figures.ts";
import { replicates } from "./compare-replicates.ts";
import { COMPARE_BLOCKS, COMPARE_RESAMPLES, drawResamples } from "./compare-resample.ts";
import { contrast, intervalOf } from "./compare-scale.ts";
import { COMPARE_CONFIDENCE, SimultaneousIntervals } from "./compare-simultaneous.ts";
import { judgeDifference, unclearReason, type VerdictRules, withoutVerdict } from "./compare-verdict.ts";
import { COMPARE_WINDOWS, type WindowCounts } from "./compare-windows.ts";

/** One run as the comparison needs it: its windows and the names of its requests, by index. */
export interface ComparedRun {
  readonly windows: WindowCounts;
  readonly names: readonly string[];
}

/** What was compared and how. */
export interface RunComparison {
  readonly method: DiffMethod;
  readonly groups: readonly DiffGroup[];
}

/** A comparison that waits for the critical value, which takes all of them. Without an error it has no verdict. */
interface Pending {
  readonly metric: DiffMetric;
  readonly a: number | null;
  readonly b: number | null;
  /** Standard error of the contrast, or why there is none. */
  readonly error: number | UnclearReason;
}

/** Compares B with A. The same two runs give the same answer, to the last bit. */
export function compareRuns(a: ComparedRun, b: ComparedRun, rules: VerdictRules): RunComparison {
  const weightsA = drawResamples(0);
  const weightsB = drawResamples(1);
  const intervals = new SimultaneousIntervals();
  const groups = groupsOf(a, b).map(({ request, inA, inB }) => {
    const resampledA = replicates(a.windows, inA, weightsA);
    const resampledB = replicates(b.windows, inB, weightsB);
    const pending = DIFF_METRICS.map((metric): Pending => {
      const unclear = whyUnclear(metric, a.windows, inA, b.windows, inB);
      return {
        metric,
        a: figureOf(metric, a.windows.totals[inA]!, a.windows.endNs),
        b: figureOf(metric, b.windows.totals[inB]!, b.windows.endNs),
        error: unclear ?? intervals.add(contrasts(metric, resampledA[metric], resampledB[metric])),
      };
    });
    return { request, inA, inB, pending };
  });
  const critical = intervals.criticalValue();
  return {
    method: {
      confidence: COMPARE_CONFIDENCE,
      resamples: COMPARE_RESAMPLES,
      windows: COMPARE_WINDOWS,
      blocks: COMPARE_BLOCKS,
      critical_value: critical,
    },
    groups: groups.map(({ request, inA, inB, pending }) => ({
      request,
      requests_a: a.windows.totals[inA]!.issued,
      requests_b: b.windows.totals[inB]!.issued,
      comparisons: pending.map((one) => compared(one, critical ?? 0, rules)),
    })),
  };
}

function compared({ metric, a, b, error }: Pending, critical: number, rules: VerdictRules): Comparison {
  if (typeof error === "string") return withoutVerdict(metric, a, b, error);
  assert(a !== null && b !== null, "what is judged was measured");
  const middle = contrast(metric, a, b);
  const interval = intervalOf(metric, middle - critical * error, middle + critical * error);
  return judgeDifference(metric, a, b, interval, rules);
}

function contrasts(metric: DiffMetric, a: Float64Array, b: Float64Array): Float64Array {
  return b.map((value, i) => contrast(metric, a[i]!, value));
}

/** All requests, then each name that both runs have, with its group in either. */
function groupsOf(
  a: ComparedRun,
  b: ComparedRun,
): { readonly request: string | null; readonly inA: number; readonly inB: number }[] {
  const named = a.names.flatMap((request, i) => {
    const at = b.names.indexOf(request);
    return at < 0 ? [] : [{ request, inA: i + 1, inB: at + 1 }];
  });
  return [{ request: null, inA: 0, inB: 0 }, ...named];
}

function whyUnclear(metric: DiffMetric, a: WindowCounts, inA: number, b: WindowCounts, inB: number) {
  return unclearReason(metric, a.totals[inA]!, a.endNs) ?? unclearReason(metric, b.totals[inB]!, b.endNs);
}
