/** The sockets that a run needs at most, and what this machine allows. */
import { OWN_FILE_DESCRIPTORS } from "../base/limits.ts";
import { connectionsNeeded } from "../client/connections-needed.ts";
import { placesOf } from "../engine/crowd.ts";
import type { PlannedConnections } from "../model/plan.ts";
import type { Scenario, Target } from "../model/scenario.ts";
import { atMost } from "./amounts.ts";

/** What the machine allows; null where it does not say. */
export interface SocketLimits {
  readonly fileDescriptors: number | null;
  readonly localPorts: number | null;
}

/** Users of each group alive at once, at most, as the scenario alone says it. */
export function groupUsersMax({ groups }: Scenario): readonly number[] {
  return groups.map(({ schedule, identities }) =>
    schedule.type === "arrivals" ? Math.min(schedule.aliveMax, identities) : identities,
  );
}

/** @param usersMax users of each group alive at once, at most. */
export function planConnections(
  scenario: Scenario,
  usersMax: readonly number[],
  shards: number,
  limits: SocketLimits,
): PlannedConnections {
  const places = Array.from({ length: shards }, (_, shard) => placesOf(scenario, shard, shards));
  const targets = scenario.targets.map((target, index) => {
    const needed = connectionsNeeded(target, usersOf(index, scenario, usersMax), places);
    return {
      name: target.name,
      base_url: target.baseUrl,
      connections: needed.connections,
      connections_http2: needed.http2,
    };
  });
  const byAddress = new Map<string, number>();
  targets.forEach(({ connections }, index) => {
    const address = addressOf(scenario.targets[index]!);
    byAddress.set(address, (byAddress.get(address) ?? 0) + connections);
  });
  const sockets = targets.reduce((sum, { connections }) => sum + connections, 0);
  return {
    sockets: atMost(sockets),
    file_descriptors: sockets + OWN_FILE_DESCRIPTORS,
    file_descriptors_max: limits.fileDescriptors,
    local_ports: limits.localPorts,
    targets,
    destinations: [...byAddress].map(([address, connections]) => ({ address, connections })),
  };
}

function addressOf({ host, port }: Target): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Users alive at once who may send to a target. */
function usersOf(target: number, { groups, flows, requests }: Scenario, usersMax: readonly number[]): number {
  const reaches = (request: number) => (requests[request]!.target ?? target) === target;
  const mayReach = (flow: number) => flows[flow]!.requests.some(reaches);
  return groups.reduce((sum, group, index) => sum + (group.flows.some(mayReach) ? usersMax[index]! : 0), 0);
}
