/**
 * What a scenario will do, said beforehand: nothing is sent. Numbers come from the same cursors and tables as the
 * engine's; each says whether it is exact, a bound or an estimate (model/plan).
 */
import { NS_PER_SECOND } from "../base/units.ts";
import type { Plan, PlannedGroup } from "../model/plan.ts";
import type { OpenSchedule, Scenario, UserGroup } from "../model/scenario.ts";
import { exactly, sumOf } from "./amounts.ts";
import { type ArrivalForecast, forecastArrivals, openLengthNs } from "./plan-arrivals.ts";
import { type Buckets, bucketsFor } from "./plan-buckets.ts";
import { planConnections, type SocketLimits } from "./plan-connections.ts";
import { flowWorks } from "./plan-flows.ts";
import { type LedgerPlace, planLedger } from "./plan-ledger.ts";
import { connectionWarnings, dataWarnings, ledgerWarnings, obstaclesOf } from "./plan-remarks.ts";
import { forecastUsers, type UserForecast } from "./plan-users.ts";
import { type GroupWork, plannedFlows, plannedRequests, requestsOf } from "./plan-work.ts";

/** What a plan depends on beside the scenario. */
export interface PlanFacts {
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  readonly seedDrawn: boolean;
  readonly shards: number;
  /** Length of the manifest's JSON. */
  readonly manifestBytes: number;
  readonly limits: SocketLimits;
  readonly ledger: LedgerPlace;
}

/** A group, and what is known of it beforehand. */
type Forecast = GroupWork & { readonly usersMax: number } & (
    | { readonly users: UserForecast; readonly arrivals: null }
    | { readonly users: null; readonly arrivals: ArrivalForecast; readonly schedule: OpenSchedule }
  );

/** The plan of a run of `scenario`. */
export function planAhead(scenario: Scenario, facts: PlanFacts): Plan {
  const { durationNs, gracefulStopNs, metadata } = scenario;
  const lengthNs = durationNs ?? openLengthNs(scenario);
  const buckets = lengthNs === 0 ? null : bucketsFor(lengthNs);
  const open = forecastArrivals(scenario, facts.seed, buckets);
  const groups = scenario.groups.map((group, index) => {
    const arrivals = open.groups.find((each) => each.group === index);
    return arrivals === undefined ? closedGroup(group, scenario, buckets) : openGroup(group, arrivals, scenario);
  });
  const usersMax = groups.map((group) => group.usersMax);
  const arrivals = open.groups.reduce((sum, group) => sum + group.arrivals, 0);
  const spawns = sumOf(groups.map(({ users, arrivals }) => users?.spawns ?? exactly(arrivals!.arrivals)))!;
  const mayDrop = groups.some((group) => group.arrivals !== null && dropsAny(group, facts.shards));
  const requests = sumOf(groups.map((group) => group.requests));
  const byRequest = plannedRequests(groups, scenario);
  const connections = planConnections(scenario, usersMax, facts.shards, facts.limits);
  const seconds = durationNs === null ? null : durationNs / NS_PER_SECOND;
  const ledger = planLedger(
    scenario,
    {
      requests,
      byRequest,
      spawns,
      sockets: connections.sockets,
      seconds,
      shards: facts.shards,
      manifestBytes: facts.manifestBytes,
    },
    facts.ledger,
  );
  return {
    version: "1",
    name: metadata.name,
    seed: facts.seed,
    seed_drawn: facts.seedDrawn,
    shards: facts.shards,
    duration_seconds: seconds,
    graceful_stop_seconds: gracefulStopNs / NS_PER_SECOND,
    users_max: usersMax.reduce((sum, users) => sum + users, 0),
    arrivals,
    iterations: sumOf(groups.map((group) => group.iterations)),
    requests,
    peak_rate: open.peak,
    fewer_if: obstaclesOf(groups, mayDrop, scenario),
    groups: groups.map((group) => plannedGroup(group, scenario, facts.shards)),
    by_request: byRequest,
    connections,
    ledger,
    warnings: [...dataWarnings(groups, scenario), ...connectionWarnings(connections), ...ledgerWarnings(ledger)],
  };
}

function closedGroup(group: UserGroup, scenario: Scenario, buckets: Buckets | null): Forecast {
  const works = flowWorks(group, scenario);
  const { schedule } = group;
  const phases = schedule.type === "arrivals" ? [] : schedule.phases;
  const users = forecastUsers(group, phases, works, scenario.iterations, scenario.durationNs, buckets);
  const { usersMax, iterations, requests } = users;
  return { group, works, usersMax, iterations, requests, endCuts: false, users, arrivals: null };
}

function openGroup(group: UserGroup, arrivals: ArrivalForecast, scenario: Scenario): Forecast {
  const works = flowWorks(group, scenario);
  const schedule = group.schedule as OpenSchedule;
  const iterations = exactly(arrivals.arrivals);
  const endCuts = scenario.durationNs !== null && works.some((work) => work.requestsPerIteration > 1);
  return {
    group,
    works,
    usersMax: Math.min(schedule.aliveMax, arrivals.arrivals),
    iterations,
    requests: requestsOf(iterations, works, endCuts),
    endCuts,
    users: null,
    arrivals,
    schedule,
  };
}

/** Whether more arrivals may be alive than a shard allows; each allows its share. */
function dropsAny({ schedule, arrivals }: Forecast & { readonly users: null }, shards: number): boolean {
  return Math.floor(schedule.aliveMax / shards) < Math.ceil(arrivals.arrivals / shards);
}

function plannedGroup(forecast: Forecast, { iterations }: Scenario, shards: number): PlannedGroup {
  const { group } = forecast;
  const base = {
    name: group.name,
    iterations: forecast.iterations,
    requests: forecast.requests,
    flows: plannedFlows(forecast),
  };
  if (forecast.arrivals === null) {
    const { usersMax, spawns, series } = forecast.users;
    const type = group.schedule.type as Exclude<UserGroup["schedule"]["type"], "arrivals">;
    return { ...base, type, users_max: usersMax, iterations_per_user: iterations, spawns, series };
  }
  const { schedule, arrivals } = forecast;
  return {
    ...base,
    type: "arrivals",
    distribution: schedule.distribution,
    seconds: arrivals.lengthNs / NS_PER_SECOND,
    arrivals: arrivals.arrivals,
    alive_max: schedule.aliveMax,
    peak_rate: arrivals.peak,
    iteration_seconds_at_peak: dropsAny(forecast, shards) ? schedule.aliveMax / arrivals.scheduledPeak : null,
    series: arrivals.series,
  };
}
