/** What one iteration of a flow sends, as far as the scenario alone says it. */
import type { Flow, Scenario, UserGroup } from "../model/scenario.ts";

/** A flow of a group. */
export interface FlowWork {
  readonly flow: Flow;
  /** Of the group's iterations. */
  readonly share: number;
  readonly requestsPerIteration: number;
  /** How often an iteration sends each request; by index. Expected values where a request is chosen by weight. */
  readonly timesOf: ReadonlyMap<number, number>;
  /** Whether `timesOf` leaves nothing to chance. */
  readonly isFixed: boolean;
}

/** The flows of a group, in its order. */
export function flowWorks(group: UserGroup, scenario: Scenario): FlowWork[] {
  const flows = group.flows.map((index) => scenario.flows[index]!);
  const weights = flows.reduce((sum, { weight }) => sum + weight, 0);
  return flows.map((flow) => ({ flow, share: flow.weight / weights, ...iterationOf(flow, scenario) }));
}

function iterationOf(
  { steps, requests }: Flow,
  scenario: Scenario,
): Pick<FlowWork, "requestsPerIteration" | "timesOf" | "isFixed"> {
  const timesOf = new Map<number, number>();
  const add = (request: number, times: number) => timesOf.set(request, (timesOf.get(request) ?? 0) + times);
  if (steps === null) {
    const weightOf = (request: number) => scenario.requests[request]!.weight;
    const weights = requests.reduce((sum, request) => sum + weightOf(request), 0);
    for (const request of requests) add(request, weightOf(request) / weights);
    return { requestsPerIteration: 1, timesOf, isFixed: requests.length === 1 };
  }
  for (const { request, repeat } of steps) add(request, repeat);
  return { requestsPerIteration: steps.reduce((sum, { repeat }) => sum + repeat, 0), timesOf, isFixed: true };
}

/** Whether a request that fails may keep later ones of its user from being sent. */
export function failuresShorten(
  { flow, requestsPerIteration }: FlowWork,
  isOpen: boolean,
  scenario: Scenario,
): boolean {
  return flow.requests.some((request) => {
    const onFailure = scenario.requests[request]!.onFailure ?? flow.onFailure;
    if (onFailure === "continue") return false;
    return requestsPerIteration > 1 || (onFailure === "stop" && !isOpen);
  });
}
