/** What may go otherwise than planned, and what does not fit: sentences, each warning with what to change. */
import { LEDGER_RESERVE_BYTES } from "../base/limits.ts";
import { sharersOf, uniqueSetsOf } from "../engine/unique-rows.ts";
import type { PlannedConnections, PlannedLedger } from "../model/plan.ts";
import type { Scenario } from "../model/scenario.ts";
import { amountText } from "../report/plan-words.ts";
import { formatBytes, formatCount, plural } from "../report/units.ts";
import { isBound } from "./amounts.ts";
import { failuresShorten } from "./plan-flows.ts";
import type { GroupWork } from "./plan-work.ts";

/**
 * What may keep planned requests from being sent.
 * @param mayDrop whether an open group may have more arrivals alive than it allows.
 */
export function obstaclesOf(groups: readonly GroupWork[], mayDrop: boolean, scenario: Scenario): string[] {
  const sentences: string[] = [];
  const isCounted = ({ requests, endCuts }: GroupWork) =>
    requests !== null && (endCuts || !isBound(requests.precision));
  const shorten = groups.some(
    (group) => isCounted(group) && group.works.some((work) => failuresShorten(work, isOpen(group), scenario)),
  );
  if (shorten) sentences.push("A request fails: its user leaves out what was to follow in the iteration (on_failure).");
  if (mayDrop) sentences.push("An arrival finds max_vus others alive: it is dropped.");
  if (groups.some(({ endCuts }) => endCuts)) {
    sentences.push("The run ends while an iteration is under way: the rest of it is left out.");
  }
  if (scenario.criteria.some(({ abortAfterNs }) => abortAfterNs !== null)) {
    sentences.push("An assertion with abort_on_fail fails: the run stops.");
  }
  return sentences;
}

function isOpen({ group }: GroupWork): boolean {
  return group.schedule.type === "arrivals";
}

/** Warnings about data of which no row is used twice: one for each group that may need more than there is. */
export function dataWarnings(groups: readonly GroupWork[], scenario: Scenario): string[] {
  const warnings: string[] = [];
  for (const [set, { name, pick, rows }] of scenario.data.entries()) {
    if (pick !== "unique") continue;
    const sharers = sharersOf(set, scenario);
    const advice = 'let rows be used again (pick = "by_user" or "random").';
    for (const [index, work] of groups.entries()) {
      const firstRank = sharers.firstRank[index]!;
      if (firstRank === null) continue;
      const { group } = work;
      const perUser = isOpen(work) ? 1 : scenario.iterations;
      const needed = ((perUser ?? 1) - 1) * sharers.users + firstRank + group.identities;
      const whose = group.name === "" ? "" : ` of ${group.name}`;
      // A closed group's user that chooses another flow takes no row, so there may be enough.
      const isFixed = isOpen(work) || work.works.every(({ flow }) => uniqueSetsOf(flow, scenario).includes(set));
      if (needed > rows) {
        warnings.push(
          `The users${whose} ${isFixed ? "" : "may "}need up to ${plural(needed, "row")} of ${name}, which has ` +
            `${formatCount(rows)}: the run stops where there is none left. Add rows, or ${advice}`,
        );
      } else if (perUser === null) {
        const lasting = plural(Math.floor(rows / sharers.users), "iteration");
        warnings.push(
          `${name} has rows for ${lasting} of each user${whose}${isFixed ? "" : " with a flow that uses it"}: the run ` +
            `stops where there is none left. If that may be too few, ${advice}`,
        );
      }
    }
  }
  return warnings;
}

export function connectionWarnings(connections: PlannedConnections): string[] {
  const warnings: string[] = [];
  const { sockets, file_descriptors: files, file_descriptors_max: filesMax, local_ports: ports } = connections;
  if (filesMax !== null && files > filesMax) {
    warnings.push(
      `This run may need ${plural(sockets.value, "socket")}, and the process may open ${formatCount(filesMax)} files: ` +
        `requests beyond that fail as out_of_file_descriptors. Raise the limit (ulimit -n ${files}) or bound the ` +
        "connections ([target] max_connections).",
    );
  }
  for (const { address, connections: needed } of connections.destinations) {
    if (ports === null || needed <= ports) continue;
    warnings.push(
      `This run may need ${plural(needed, "connection")} to ${address}, and this machine has ${plural(ports, "local port")} ` +
        "for one address and port: requests beyond that fail as out_of_ports. Bound the connections ([target] " +
        "max_connections), widen the range (sysctl net.ipv4.ip_local_port_range), or give the server more addresses.",
    );
  }
  return warnings;
}

export function ledgerWarnings(ledger: PlannedLedger): string[] {
  const { bytes, bytes_max: bytesMax, free_disk_bytes: free, folder, bytes_per_million_requests: perMillion } = ledger;
  if (bytes === null) {
    if (free === null || free >= perMillion) return [];
    return [
      `${formatBytes(free)} are free at ${folder}: room for less than a million requests. Free some, or choose another ` +
        "disk (--output).",
    ];
  }
  const warnings: string[] = [];
  const size = `The ledger takes ${amountText(bytes, formatBytes)}`;
  if (bytes.value > bytesMax - LEDGER_RESERVE_BYTES) {
    warnings.push(
      `${size}, and max_event_log_size_mb allows ${formatBytes(bytesMax)}: the run stops before it is over ` +
        "(ledger_full). Raise that limit, or plan fewer requests.",
    );
  }
  if (free !== null && bytes.value > free) {
    warnings.push(
      `${size}, and ${formatBytes(free)} are free at ${folder}: the run ends where the disk is full. Free some, choose ` +
        "another disk (--output), or plan fewer requests.",
    );
  }
  return warnings;
}
