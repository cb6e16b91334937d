/**
 * Open groups beforehand. Their totals come from the integral of the rate. Moments come from the engine's own cursor, one
 * arrival at a time, when there are few enough; beyond that the integral stands for them.
 */
import { PLAN_ARRIVALS_MAX } from "../base/limits.ts";
import { RateIntegral } from "../base/rate-integral.ts";
import { NEVER, NS_PER_SECOND } from "../base/units.ts";
import { Arrivals } from "../engine/arrivals.ts";
import type { PeakRate, Series } from "../model/plan.ts";
import type { OpenSchedule, RateStage, Scenario } from "../model/scenario.ts";
import { type Buckets, seriesOf } from "./plan-buckets.ts";

export interface ArrivalForecast {
  /** Index of the group. */
  readonly group: number;
  readonly arrivals: number;
  readonly lengthNs: number;
  readonly peak: PeakRate;
  /** Highest rate of the schedule, per second. */
  readonly scheduledPeak: number;
  readonly series: Series;
}

export interface ArrivalForecasts {
  readonly groups: readonly ArrivalForecast[];
  /** Of all groups together; null without one. */
  readonly peak: PeakRate | null;
}

interface OpenGroup {
  readonly group: number;
  readonly schedule: OpenSchedule;
}

/** Length of the longest open schedule, ns; 0 without one. */
export function openLengthNs(scenario: Scenario): number {
  return openGroups(scenario).reduce((most, { schedule }) => Math.max(most, stagesNs(schedule.stages)), 0);
}

/** @param seed unsigned 64-bit decimal. @param buckets null without an open group. */
export function forecastArrivals(scenario: Scenario, seed: string, buckets: Buckets | null): ArrivalForecasts {
  const open = openGroups(scenario);
  if (open.length === 0 || buckets === null) return { groups: [], peak: null };
  const untilNs = scenario.durationNs ?? NEVER;
  const totals = open.map(({ schedule }) => new RateIntegral(schedule.stages, untilNs).arrivals);
  const isWalked = totals.reduce((sum, total) => sum + total, 0) <= PLAN_ARRIVALS_MAX;
  const everybody = new Float64Array(Math.ceil(buckets.lengthNs / NS_PER_SECOND));
  const groups = open.map(({ group, schedule }, index): ArrivalForecast => {
    const scheduledPeak = highestRate([schedule], untilNs);
    const perSecond = new Float64Array(everybody.length);
    const counts = isWalked
      ? walk(new Arrivals(schedule, seed, group, untilNs), buckets, perSecond)
      : integrate(schedule, untilNs, buckets);
    for (let second = 0; second < perSecond.length; second++) everybody[second]! += perSecond[second]!;
    return {
      group,
      arrivals: totals[index]!,
      lengthNs: Math.min(stagesNs(schedule.stages), untilNs),
      peak: isWalked && schedule.distribution === "poisson" ? busiest(perSecond) : ofSchedule(scheduledPeak),
      scheduledPeak,
      series: seriesOf(buckets, counts, isWalked ? "exact" : "about"),
    };
  });
  const schedules = open.map(({ schedule }) => schedule);
  const counted = isWalked && schedules.some(({ distribution }) => distribution === "poisson");
  return { groups, peak: counted ? busiest(everybody) : ofSchedule(highestRate(schedules, untilNs)) };
}

function openGroups({ groups }: Scenario): OpenGroup[] {
  return groups.flatMap(({ schedule }, group) => (schedule.type === "arrivals" ? [{ group, schedule }] : []));
}

function stagesNs(stages: readonly RateStage[]): number {
  return stages.reduce((sum, { durationNs }) => sum + durationNs, 0);
}

/** Counts the arrivals within each bucket, and within each second. */
function walk(arrivals: Arrivals, { bucketNs, count }: Buckets, perSecond: Float64Array): Float64Array {
  const counts = new Float64Array(count);
  for (; arrivals.nextNs !== NEVER; arrivals.step()) {
    counts[Math.floor(arrivals.nextNs / bucketNs)]!++;
    perSecond[Math.floor(arrivals.nextNs / NS_PER_SECOND)]!++;
  }
  return counts;
}

function integrate({ stages }: OpenSchedule, untilNs: number, { bucketNs, count }: Buckets): number[] {
  const before = Array.from(
    { length: count + 1 },
    (_, edge) => new RateIntegral(stages, Math.min(untilNs, edge * bucketNs)).arrivals,
  );
  return before.slice(1).map((total, bucket) => total - before[bucket]!);
}

function busiest(perSecond: Float64Array): PeakRate {
  return { per_second: perSecond.reduce((most, count) => Math.max(most, count), 0), basis: "busiest_second" };
}

function ofSchedule(perSecond: number): PeakRate {
  return { per_second: perSecond, basis: "schedule" };
}

/** The highest sum of the rates, per second: their sum is linear between the moments at which a stage begins or ends. */
function highestRate(schedules: readonly OpenSchedule[], untilNs: number): number {
  const bends: { readonly atNs: number; readonly rate: number; readonly slope: number }[] = [];
  for (const { stages } of schedules) {
    let startNs = 0;
    for (const { durationNs, fromMicroRate, toMicroRate } of stages) {
      if (startNs >= untilNs) break;
      const lengthNs = Math.min(durationNs, untilNs - startNs);
      const slope = (toMicroRate - fromMicroRate) / durationNs;
      bends.push({ atNs: startNs, rate: fromMicroRate, slope });
      startNs += lengthNs;
      bends.push({ atNs: startNs, rate: -(fromMicroRate + slope * lengthNs), slope: -slope });
    }
  }
  bends.sort((a, b) => a.atNs - b.atNs);
  let [rate, slope, atNs, highest] = [0, 0, 0, 0];
  for (let next = 0; next < bends.length; ) {
    rate += slope * (bends[next]!.atNs - atNs);
    atNs = bends[next]!.atNs;
    highest = Math.max(highest, rate);
    for (; next < bends.length && bends[next]!.atNs === atNs; next++) {
      rate += bends[next]!.rate;
      slope += bends[next]!.slope;
    }
    highest = Math.max(highest, rate);
  }
  return Math.round(highest) / 1_000_000;
}
