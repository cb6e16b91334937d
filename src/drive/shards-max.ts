/** How many shards a scenario has work for: one without a user, or without a share of what is bounded, could do nothing. */
import type { Scenario } from "../model/scenario.ts";

export function shardsMax({ usersMax, identities, targets, groups }: Scenario): number {
  const shared = targets.map(({ maxConnections }) => maxConnections ?? usersMax);
  for (const { schedule } of groups) if (schedule.type === "arrivals") shared.push(schedule.aliveMax);
  return Math.min(usersMax, identities, ...shared);
}
