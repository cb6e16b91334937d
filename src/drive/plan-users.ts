/**
 * A closed group beforehand: its schedule is walked through with the engine's own cursor, change by change. How many
 * requests its users send is the server's affair, but for two bounds: the iterations that each has, and pauses, because
 * a user that lives T ns and rests p ns after each iteration begins at most ceil(T / p) of them.
 */
import { Population } from "../engine/population.ts";
import type { Amount, Series } from "../model/plan.ts";
import type { UserGroup, UserPhase } from "../model/scenario.ts";
import { atMost, exactly } from "./amounts.ts";
import { type Buckets, seriesOf } from "./plan-buckets.ts";
import type { FlowWork } from "./plan-flows.ts";
import { requestsOf } from "./plan-work.ts";

export interface UserForecast {
  readonly usersMax: number;
  readonly spawns: Amount;
  /** Null without a bound. */
  readonly iterations: Amount | null;
  readonly requests: Amount | null;
  readonly series: Series | null;
}

/**
 * @param iterations of each user, or null. @param endNs of the run, or null.
 * @param buckets of the time series; null when the run has no known length.
 */
export function forecastUsers(
  group: UserGroup,
  phases: readonly UserPhase[],
  works: readonly FlowWork[],
  iterations: number | null,
  endNs: number | null,
  buckets: Buckets | null,
): UserForecast {
  const { identities } = group;
  if (iterations !== null && endNs === null) {
    const all = exactly(identities * iterations);
    return {
      usersMax: identities,
      spawns: exactly(identities),
      iterations: all,
      requests: requestsOf(all, works, false),
      series: null,
    };
  }
  const most = Math.max(...works.map(({ requestsPerIteration }) => requestsPerIteration));
  const pauses = new PauseBound(works);
  const walk = walkUsers(phases, identities, endNs!, buckets!, (ns) => pauses.add(ns));
  const byCount = iterations === null ? Number.POSITIVE_INFINITY : identities * iterations;
  const bound = (byPauses: number, factor: number) => {
    const value = Math.min(byPauses, byCount * factor);
    return value === Number.POSITIVE_INFINITY ? null : atMost(value);
  };
  return {
    usersMax: walk.usersMax,
    // A user that is still busy when it is to leave and to come again stays.
    spawns: walk.comeAgain ? atMost(walk.spawns) : exactly(walk.spawns),
    iterations: bound(pauses.iterations, 1),
    requests: bound(pauses.requests, most),
    series: seriesOf(buckets!, walk.values, "exact"),
  };
}

/** The most that users with pauses can begin. */
class PauseBound {
  iterations = 0;
  requests = 0;
  readonly #pauseNs: number;
  readonly #mostRequests: number;
  /** Requests per ns of the busiest flow; null when all flows are alike. */
  readonly #rate: number | null;

  constructor(works: readonly FlowWork[]) {
    const parts = works.map(({ flow, requestsPerIteration }) => ({
      requestsPerIteration,
      pauseNs: flow.thinkTime.minNs,
    }));
    const [first] = parts as [(typeof parts)[number]];
    this.#pauseNs = Math.min(...parts.map(({ pauseNs }) => pauseNs));
    this.#mostRequests = Math.max(...parts.map((part) => part.requestsPerIteration));
    const isAlike = parts.every(
      (part) => part.pauseNs === first.pauseNs && part.requestsPerIteration === first.requestsPerIteration,
    );
    this.#rate = isAlike ? null : Math.max(...parts.map((part) => part.requestsPerIteration / part.pauseNs));
  }

  /** A user lives `ns`. */
  add(ns: number): void {
    const iterations = this.#pauseNs === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(ns / this.#pauseNs));
    this.iterations += iterations;
    this.requests +=
      this.#rate === null || this.#pauseNs === 0
        ? iterations * this.#mostRequests
        : Math.floor(this.#rate * ns) + this.#mostRequests;
  }
}

interface Walk {
  readonly usersMax: number;
  readonly spawns: number;
  /** Users who have left are wanted again. */
  readonly comeAgain: boolean;
  readonly values: Float64Array;
}

/** @param lived told for each user how long it is wanted, ns. */
function walkUsers(
  phases: readonly UserPhase[],
  identities: number,
  endNs: number,
  { bucketNs, count }: Buckets,
  lived: (ns: number) => void,
): Walk {
  const population = new Population(phases);
  const since = new Float64Array(identities);
  const values = new Float64Array(count);
  let [lastNs, usersMax, spawns, comeAgain, fallen] = [0, 0, 0, false, false];
  const hold = (untilNs: number) => {
    const users = population.count;
    if (untilNs === lastNs || users === 0) return;
    usersMax = Math.max(usersMax, users);
    const last = Math.ceil(untilNs / bucketNs);
    for (let bucket = Math.floor(lastNs / bucketNs); bucket < last; bucket++) {
      if (values[bucket]! < users) values[bucket] = users;
    }
  };
  while (population.nextNs < endNs) {
    const atNs = population.nextNs;
    const before = population.count;
    hold(atNs);
    lastNs = atNs;
    population.step();
    if (population.count > before) {
      spawns++;
      comeAgain ||= fallen;
      since[before] = atNs;
    } else {
      fallen = true;
      lived(atNs - since[population.count]!);
    }
  }
  hold(endNs);
  for (let user = 0; user < population.count; user++) lived(endNs - since[user]!);
  return { usersMax, spawns, comeAgain, values };
}
