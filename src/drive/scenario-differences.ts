/** What two scenarios ask of a server that is not the same, in words. Names, criteria and limits change nothing. */
import type { RequestSpec, Scenario, Target } from "../model/scenario.ts";
import { formatNs } from "../report/units.ts";

const LISTED_MAX = 10;

/** One phrase for each difference, without a full stop: "users 10 and 20". Empty when both ask the same. */
export function scenarioDifferences(a: Scenario, b: Scenario): string[] {
  const differences: string[] = [];
  const compare = (what: string, from: string, to: string): void => {
    if (from !== to) differences.push(`${what} ${from} and ${to}`);
  };
  compare("users", String(a.vus), String(b.vus));
  compare("duration", durationOf(a), durationOf(b));
  compare("iterations", String(a.iterations ?? "unlimited"), String(b.iterations ?? "unlimited"));
  compare("target", a.targets.map(urlOf).join(", "), b.targets.map(urlOf).join(", "));
  if (!same(a.targets.map(settingsOf), b.targets.map(settingsOf))) differences.push("the settings of the target");
  if (!same(scheduleOf(a), scheduleOf(b)) && a.vus === b.vus && a.durationNs === b.durationNs) {
    differences.push("the schedule of the users");
  }
  if (!same(pausesOf(a), pausesOf(b))) differences.push("the think time");
  if (!same(stepsOf(a), stepsOf(b))) differences.push("the sequence of requests");
  list(differences, "removed", namesOnlyIn(a, b));
  list(differences, "added", namesOnlyIn(b, a));
  list(differences, "changed", changedRequests(a, b));
  return differences;
}

/** Whether both scenarios plan the same users, pauses and mix of requests over the same time. */
export function isSameLoad(a: Scenario, b: Scenario): boolean {
  return same(loadOf(a), loadOf(b));
}

function loadOf(scenario: Scenario): unknown {
  return [
    scenario.usersMax,
    scenario.durationNs,
    scenario.iterations,
    scheduleOf(scenario),
    pausesOf(scenario),
    stepsOf(scenario),
    scenario.requests.map(({ name, weight }) => [name, weight]),
  ];
}

function list(differences: string[], what: string, items: readonly string[]): void {
  if (items.length === 0) return;
  const more = items.length > LISTED_MAX ? ` and ${items.length - LISTED_MAX} more` : "";
  differences.push(
    `${items.length === 1 ? "request" : "requests"} ${what}: ${items.slice(0, LISTED_MAX).join(", ")}${more}`,
  );
}

function namesOnlyIn(one: Scenario, other: Scenario): string[] {
  const names = new Set(other.requests.map(({ name }) => name));
  return one.requests.flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

/** "login (path, body)" for each request of both whose definition changed. */
function changedRequests(a: Scenario, b: Scenario): string[] {
  const before = new Map(a.requests.map((request) => [request.name, request]));
  return b.requests.flatMap((request) => {
    const old = before.get(request.name);
    if (old === undefined) return [];
    const [from, to] = [definitionOf(old, a), definitionOf(request, b)];
    const changed = Object.keys(to).filter((key) => !same(from[key], to[key]));
    return changed.length === 0 ? [] : [`${request.name} (${changed.join(", ")})`];
  });
}

function definitionOf(request: RequestSpec, scenario: Scenario): Record<string, unknown> {
  return {
    method: request.method,
    path: request.path,
    headers: request.headers,
    body: request.body instanceof Uint8Array ? Array.from(request.body) : request.body,
    timeout: request.timeoutNs,
    weight: request.weight,
    target: request.target === null ? null : scenario.targets[request.target]!.name,
  };
}

/** By name, because the same request may have another index. */
function stepsOf({ flows, requests }: Scenario): unknown {
  return flows.map(({ name, weight, steps, onFailure }) => [
    name,
    weight,
    onFailure,
    steps?.map(({ request, repeat }) => [requests[request]!.name, repeat]) ?? null,
  ]);
}

function pausesOf({ flows }: Scenario): unknown {
  return flows.map(({ thinkTime }) => thinkTime);
}

function scheduleOf({ groups }: Scenario): unknown {
  return groups.map(({ name, schedule }) => [name, schedule]);
}

function urlOf(target: Target): string {
  return target.baseUrl;
}

/** What else about a target decides how fast it answers. */
function settingsOf(target: Target): unknown {
  const { httpVersion, maxConnections, maxStreamsPerConnection, connectionTimeoutNs, headers, weight, tls } = target;
  const handshake = tls === null ? null : [tls.minVersion, tls.maxVersion, tls.ciphers, tls.sessionResumption];
  return [httpVersion, maxConnections, maxStreamsPerConnection, connectionTimeoutNs, headers, weight, handshake];
}

function durationOf({ durationNs }: Scenario): string {
  return durationNs === null ? "until the iterations end" : formatNs(durationNs);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
