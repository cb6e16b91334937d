/** From the iterations of each group to the requests of each name, as exactly as the scenario allows. */
import type { Amount, PlannedFlow, PlannedRequest } from "../model/plan.ts";
import type { Scenario, UserGroup } from "../model/scenario.ts";
import { atMostIf, isBound, sumOf, times } from "./amounts.ts";
import type { FlowWork } from "./plan-flows.ts";

/** A group's iterations, and what they send. */
export interface GroupWork {
  readonly group: UserGroup;
  readonly works: readonly FlowWork[];
  readonly iterations: Amount | null;
  readonly requests: Amount | null;
  /** The run's end may come in the middle of an iteration that was counted. */
  readonly endCuts: boolean;
}

/** Requests of an iteration, as expected. */
function requestsPerIteration(works: readonly FlowWork[]): number {
  return works.reduce((sum, work) => sum + work.share * work.requestsPerIteration, 0);
}

/** The requests of so many iterations whose flows are chosen by weight. */
export function requestsOf(iterations: Amount, works: readonly FlowWork[], endCuts: boolean): Amount {
  const isSame = works.every((work) => work.requestsPerIteration === works[0]!.requestsPerIteration);
  return send(iterations, requestsPerIteration(works), isSame, endCuts);
}

export function plannedFlows({ works, iterations }: GroupWork): PlannedFlow[] {
  return works.map(({ flow, share, requestsPerIteration }) => ({
    name: flow.name,
    share,
    requests_per_iteration: requestsPerIteration,
    iterations: iterations === null ? null : send(iterations, share, works.length === 1, false),
  }));
}

/** What is planned of each request, in the order of the scenario. */
export function plannedRequests(groups: readonly GroupWork[], { requests }: Scenario): PlannedRequest[] {
  const total = sumOf(groups.map((group) => group.requests));
  const shared = groups.map((group) => (groups.length === 1 ? 1 : shareOf(group.requests, total)));
  return requests.map(({ name }, index) => {
    const sending = groups.filter(({ works }) => works.some(({ timesOf }) => timesOf.has(index)));
    const shares = groups.map(({ works }, group) => {
      const ofGroup = shared[group]!;
      return ofGroup === null ? null : (ofGroup * expectedTimes(works, index)) / requestsPerIteration(works);
    });
    return {
      name,
      share: shares.reduce((sum, share) => (sum === null || share === null ? null : sum + share), 0),
      requests: sumOf(sending.map((group) => requestOf(group, index))),
    };
  });
}

function shareOf(requests: Amount | null, total: Amount | null): number | null {
  if (requests === null || total === null || isBound(total.precision) || total.value === 0) return null;
  return requests.value / total.value;
}

function expectedTimes(works: readonly FlowWork[], request: number): number {
  return works.reduce((sum, { share, timesOf }) => sum + share * (timesOf.get(request) ?? 0), 0);
}

function requestOf({ works, iterations, endCuts }: GroupWork, request: number): Amount | null {
  if (iterations === null) return null;
  const timesOf = (work: FlowWork) => work.timesOf.get(request) ?? 0;
  const isSame = works.every((work) => timesOf(work) === timesOf(works[0]!) && (work.isFixed || timesOf(work) === 0));
  return send(iterations, expectedTimes(works, request), isSame, endCuts);
}

/** `perIteration` for each iteration, as expected unless that `isCertain`. */
function send(iterations: Amount, perIteration: number, isCertain: boolean, endCuts: boolean): Amount {
  const { value, precision } = times(iterations, perIteration, isCertain ? "exact" : "about");
  return atMostIf(endCuts, { value: Math.round(value), precision });
}
