/** The time axis of a plan: buckets of a round length, at most PLAN_BUCKETS_MAX of them. */
import { PLAN_BUCKETS_MAX } from "../base/limits.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import type { Precision, Series } from "../model/plan.ts";

/** Seconds, minutes, hours; 12 hours are enough for the longest run. */
const ROUND_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];

export interface Buckets {
  readonly bucketNs: number;
  readonly count: number;
  readonly lengthNs: number;
}

/** The buckets of a run of this length. */
export function bucketsFor(lengthNs: number): Buckets {
  const fits = (seconds: number) => lengthNs <= seconds * NS_PER_SECOND * PLAN_BUCKETS_MAX;
  const bucketNs = ROUND_SECONDS.find(fits)! * NS_PER_SECOND;
  return { bucketNs, count: Math.ceil(lengthNs / bucketNs), lengthNs };
}

export function seriesOf({ bucketNs, lengthNs }: Buckets, values: Iterable<number>, precision: Precision): Series {
  return {
    bucket_seconds: bucketNs / NS_PER_SECOND,
    seconds: lengthNs / NS_PER_SECOND,
    precision,
    values: [...values],
  };
}
