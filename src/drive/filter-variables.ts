/** What a filter may speak of: the variables of a request, each with its type, its meaning, and where it comes from. */
import { NS_PER_MS, NS_PER_SECOND } from "../base/units.ts";
import type { RequestRecord } from "../model/request-record.ts";
import type { Scenario } from "../model/scenario.ts";

export type FilterValue = string | bigint | number | boolean;

/** The Common Expression Language has 64-bit integers: ours reach it as bigint, and a `number` is its double. */
export interface FilterVariable {
  readonly name: string;
  readonly type: "string" | "int" | "double" | "bool";
  readonly read: (request: RequestRecord, scenario: Scenario) => FilterValue;
}

export const FILTER_VARIABLES: readonly FilterVariable[] = [
  { name: "request", type: "string", read: ({ request }, { requests }) => requests[request]?.name ?? "" },
  { name: "target", type: "string", read: ({ target }, { targets }) => targets[target]?.name ?? "" },
  { name: "method", type: "string", read: ({ request }, { requests }) => requests[request]?.method ?? "" },
  { name: "outcome", type: "string", read: ({ outcome }) => outcome },
  { name: "failure", type: "string", read: ({ failure }) => failure },
  { name: "status", type: "int", read: ({ status }) => BigInt(status) },
  { name: "user", type: "int", read: ({ user }) => BigInt(user) },
  { name: "bytes_in", type: "int", read: ({ bytesIn }) => BigInt(bytesIn) },
  { name: "bytes_out", type: "int", read: ({ bytesOut }) => BigInt(bytesOut) },
  { name: "latency_ms", type: "double", read: (request) => latencyNs(request) / NS_PER_MS },
  { name: "service_ms", type: "double", read: (request) => serviceNs(request) / NS_PER_MS },
  { name: "wait_ms", type: "double", read: ({ waitNs }) => waitNs / NS_PER_MS },
  { name: "ttfb_ms", type: "double", read: ({ ttfbNs }) => ttfbNs / NS_PER_MS },
  { name: "lateness_ms", type: "double", read: ({ latenessNs }) => latenessNs / NS_PER_MS },
  { name: "planned_s", type: "double", read: ({ plannedNs }) => plannedNs / NS_PER_SECOND },
  { name: "time_s", type: "double", read: ({ endNs }) => endNs / NS_PER_SECOND },
  { name: "reused", type: "bool", read: ({ reused }) => reused },
];

/** The variables by type, for a message: "string: request, target; int: status". */
export function filterVariableList(): string {
  const types = [...new Set(FILTER_VARIABLES.map((variable) => variable.type))];
  return types
    .map((type) => {
      const names = FILTER_VARIABLES.filter((variable) => variable.type === type).map((variable) => variable.name);
      return `  ${type}: ${names.join(", ")}`;
    })
    .join("\n");
}

/** From the planned moment to the end, whatever end that was. */
function latencyNs({ endNs, plannedNs }: RequestRecord): number {
  return endNs - plannedNs;
}

/** From the first byte written to the end; 0 when none is known to have been written. */
function serviceNs(request: RequestRecord): number {
  return request.sent ? latencyNs(request) - request.waitNs : 0;
}
