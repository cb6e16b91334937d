/** The scenario of a warm-up: of the same shape as the run's, but with few users, who never pause and never run out of data. */
import { NS_PER_SECOND } from "../base/units.ts";
import type { Scenario, Schedule } from "../model/scenario.ts";

const LENGTH_NS = 60 * NS_PER_SECOND;

/**
 * @param startNs when its first turn is; arrivals come from then on.
 * @param turnNs between two turns. In an open model `users` arrive in each.
 */
export function warmUpScenario(scenario: Scenario, users: number, startNs: number, turnNs: number): Scenario {
  const open = scenario.groups.find(({ schedule }) => schedule.type === "arrivals");
  const microRate = Math.floor((users * NS_PER_SECOND * 1e6) / turnNs);
  const schedule: Schedule =
    open?.schedule.type === "arrivals"
      ? {
          ...open.schedule,
          stages: [
            { durationNs: Math.max(1, startNs), fromMicroRate: 0, toMicroRate: 0 },
            { durationNs: NS_PER_SECOND, fromMicroRate: microRate, toMicroRate: microRate },
          ],
          aliveMax: users,
        }
      : { type: "constant", phases: [{ startNs: 0, durationNs: LENGTH_NS, fromUsers: users, toUsers: users }] };
  const identities = open === undefined ? users : Math.ceil((microRate * NS_PER_SECOND) / 1e15) + 1;
  return {
    ...scenario,
    usersMax: users,
    identities,
    iterations: null,
    durationNs: LENGTH_NS,
    flows: scenario.flows.map((flow) => ({
      ...flow,
      thinkTime: { minNs: 0, maxNs: Math.min(flow.thinkTime.maxNs, turnNs) },
    })),
    groups: [{ name: "", flows: scenario.flows.map((_, index) => index), schedule, firstIdentity: 0, identities }],
    data: scenario.data.map((set) => ({ ...set, pick: "by_user" })),
    captures: [],
    rules: [],
  };
}
