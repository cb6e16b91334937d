/**
 * A world from a seed: a scenario, a network with faults, a disk, a number of shards, signals and a generator that is
 * late. Everything that the swarm varies is drawn here; nothing else is random.
 */
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US } from "../../src/base/units.ts";
import { STOP_CODES } from "../../src/model/entry.ts";
import {
  type ClosedSchedule,
  type Flow,
  METHODS,
  type RequestSpec,
  type Scenario,
  type SequenceStep,
  type Target,
  type UserGroup,
} from "../../src/model/scenario.ts";
import { beginningBefore, levels, rampThenHold, usersMaxUntil } from "../../src/scenario/phases.ts";
import { Dice } from "../../src/sim/dice.ts";
import { drawFaultPlan, type FaultPlan, HEAL_NS } from "../../src/sim/fault-plan.ts";
import { drawTraffic } from "./traffic.ts";
import { drawValues } from "./values.ts";

export interface World {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly faults: FaultPlan;
  readonly shards: number;
  /** Requests to stop, in order. */
  readonly stops: readonly { readonly atNs: number; readonly reason: number }[];
  /** A turn comes up to this late. */
  readonly lagNsMax: number;
  /** Chance per mille that a turn comes later still, as when the disk is behind; and how much. */
  readonly stallPerMille: number;
  readonly stallNsMax: number;
  /** Where the disk is full; Infinity for never. */
  readonly diskBytes: number;
  /** The run has ended by then, or it hangs. */
  readonly endNsMax: number;
  /** A request issued from here on does not fail: nothing of before the heal moment is under way any more. */
  readonly calmAtNs: number;
}

/** Requests that a world should come to, so that ten thousand worlds take minutes. */
const REQUESTS_WANTED = 700;

/** Streams of a world's seed that are no connection's. What HTTP/2 adds has its own: other worlds stay as they are. */
const OWNER_WORLD = 0xffff_0000;
const OWNER_HTTP2 = 0xffff_0300;
const OWNER_TRAFFIC = 0xffff_0400;
const OWNER_VALUES = 0xffff_0500;

/** Chance per mille that a world knows HTTP/2, and that a target of it speaks nothing else. */
const HTTP2_WORLDS = 333;
const HTTP2_TARGETS = 800;
/** Chance per mille that answers of a world are looked into, that its users have a sequence then, and the share that gives. */
const VALUES_WORLDS = 350;
const VALUES_SEQUENCES = 600;
const GIVES = [500, 950, 1000] as const;

export function drawWorld(seed: number): World {
  const dice = new Dice(String(seed), OWNER_WORLD);
  const http2Dice = new Dice(String(seed), OWNER_HTTP2);
  const knowsHttp2 = http2Dice.chance(HTTP2_WORLDS);
  const unreachable = dice.chance(8);
  const users = unreachable ? dice.between(1, 3) : dice.pick([1, dice.between(1, 8), dice.between(1, 40)]);
  const serviceNsMax = dice.pick([50 * NS_PER_US, NS_PER_MS, 10 * NS_PER_MS]);
  const delayNsMax = dice.pick([20 * NS_PER_US, 300 * NS_PER_US, 3 * NS_PER_MS]);
  const lagNsMax = dice.pick([0, 0, 100 * NS_PER_US, 4 * NS_PER_MS]);
  const thinkTime = drawThinkTime(dice);
  const perRequestNs = serviceNsMax / 2 + 2 * delayNsMax + lagNsMax + (thinkTime.minNs + thinkTime.maxNs) / 2;
  const lengthNs = Math.round(Math.max(30 * NS_PER_MS, (REQUESTS_WANTED * perRequestNs) / users));
  const durationNs = unreachable ? 12 * NS_PER_SECOND : Math.min(lengthNs, 20 * NS_PER_SECOND);
  const shards = dice.pick([1, 1, 2, 3]);
  const plainTargets = drawTargets(dice, shards);
  const targets = knowsHttp2 ? plainTargets.map((target) => drawHttp2Target(http2Dice, target, shards)) : plainTargets;
  const smallRequests = drawRequests(dice, targets.length);
  const requests = knowsHttp2 ? smallRequests.map((request) => drawLarge(http2Dice, request)) : smallRequests;
  const valuesDice = new Dice(String(seed), OWNER_VALUES);
  const looksInto = valuesDice.chance(VALUES_WORLDS);
  const plainSequence = dice.chance(350) ? drawSequence(dice, requests.length) : null;
  const needsSequence = looksInto && plainSequence === null && valuesDice.chance(VALUES_SEQUENCES);
  const sequence = needsSequence ? drawSequence(valuesDice, requests.length) : plainSequence;
  const stepsPerIteration = sequence?.reduce((sum, { repeat }) => sum + repeat, 0) ?? 1;
  const byIterations = dice.chance(300);
  const iterations = byIterations ? dice.between(1, Math.ceil(REQUESTS_WANTED / users / stepsPerIteration)) : null;
  const { schedule, ...run } = drawRun(dice, users, durationNs, byIterations);
  const plainScenario: Scenario = {
    metadata: { name: `swarm ${seed}`, description: "", version: "", author: "", tags: [] },
    ...run,
    identities: run.usersMax,
    iterations,
    seed: String(dice.below(2 ** 32)),
    gracefulStopNs: dice.pick([0, dice.below(20 * NS_PER_MS), dice.below(400 * NS_PER_MS)]),
    targets,
    requests,
    flows: [
      {
        name: "",
        weight: 1,
        steps: sequence,
        requests: requests.map((_, index) => index),
        thinkTime,
        onFailure: "continue",
      },
    ],
    groups: [{ name: "", flows: [0], schedule, firstIdentity: 0, identities: run.usersMax }],
    data: [],
    secrets: [],
    variables: [],
    captures: [],
    rules: [],
    criteria: dice.chance(500)
      ? [{ name: "error_rate", request: null, measure: { kind: "error_rate" }, bound: 0.1, abortAfterNs: null }]
      : [],
    limits: { eventLogBytesMax: 1e9, connectionsMax: 1e5, memoryBytesMax: 1e9 },
  };
  const trafficDice = new Dice(String(seed), OWNER_TRAFFIC);
  const traffic = unreachable
    ? plainScenario
    : drawTraffic(trafficDice, plainScenario, { shards, requests: REQUESTS_WANTED / stepsPerIteration, durationNs });
  const scenario = looksInto ? drawValues(valuesDice, traffic) : traffic;
  const timeoutNsMax = Math.max(...requests.map(({ timeoutNs }) => timeoutNs));
  const drawn = drawFaultPlan(dice, http2Dice, {
    delayNsMax,
    serviceNsMax,
    lateNsMax: 2 * timeoutNsMax,
    healAtNs: unreachable ? durationNs : dice.between(Math.floor(durationNs / 4), durationNs),
  });
  const givesPerMille = looksInto ? valuesDice.pick(GIVES) : 0;
  const perMille = unreachable ? { ...drawn.perMille, refused: 1000 } : drawn.perMille;
  const faults = { ...drawn, perMille, givesPerMille };
  const stallPerMille = dice.pick([0, 0, 2]);
  const stallNsMax = stallPerMille === 0 ? 0 : dice.pick([20 * NS_PER_MS, 300 * NS_PER_MS]);
  const lateNs = 4 * (lagNsMax + stallNsMax);
  const perStepNs = timeoutNsMax + 100 * NS_PER_MS + lateNs;
  const perIterationNs = stepsPerIteration * perStepNs + thinkTime.maxNs + lateNs;
  const lastNs = scenario.durationNs ?? (iterations ?? 0) * perIterationNs;
  return {
    seed,
    scenario,
    faults,
    shards,
    stops: drawStops(dice, durationNs),
    lagNsMax,
    stallPerMille,
    stallNsMax,
    diskBytes: dice.chance(120) ? dice.between(100, 40_000) : Number.POSITIVE_INFINITY,
    endNsMax: lastNs + scenario.gracefulStopNs + lateNs + NS_PER_MS,
    calmAtNs: faults.healAtNs + 2 * HEAL_NS + 100 * delayNsMax + serviceNsMax + 2 * (lagNsMax + stallNsMax),
  };
}

/** One line for each part, in the order in which they are drawn. */
export function describeWorld(world: World): string {
  const { scenario, faults } = world;
  const { targets, requests } = scenario;
  const [{ schedule }] = scenario.groups as [UserGroup];
  const ms = (ns: number): string => `${Math.round(ns / NS_PER_US) / 1000} ms`;
  const phases =
    schedule.type === "arrivals"
      ? schedule.stages.map((s) => `${s.fromMicroRate}-${s.toMicroRate} for ${ms(s.durationNs)}`)
      : schedule.phases.map((p) => `${p.fromUsers}-${p.toUsers} for ${ms(p.durationNs)}`);
  const flows = scenario.flows.map(
    ({ steps, requests: chosen, thinkTime, onFailure }) =>
      `${steps?.map(({ request, repeat }) => `${request}x${repeat}`).join(" ") ?? `one of ${chosen.join(" ")}`}, think ${ms(thinkTime.minNs)}-${ms(thinkTime.maxNs)}, ${onFailure}`,
  );
  const active = Object.entries(faults.perMille).filter(([, rate]) => rate > 0);
  return [
    `seed ${world.seed}: ${world.shards} shard(s), ${scenario.usersMax} users`,
    `  schedule ${schedule.type}: ${phases.join(", ")}; duration ${scenario.durationNs === null ? "none" : ms(scenario.durationNs)}, iterations ${scenario.iterations ?? "none"}`,
    `  graceful stop ${ms(scenario.gracefulStopNs)}, stops ${world.stops.map(({ atNs }) => ms(atNs)).join(", ") || "none"}`,
    `  targets ${targets.map(({ host, httpVersion, maxConnections, maxStreamsPerConnection, connectionTimeoutNs }) => `${host} (${httpVersion}, ${maxConnections ?? "own"} connections x ${maxStreamsPerConnection}, ${ms(connectionTimeoutNs)} to connect)`).join(", ")}`,
    `  requests ${requests.map(({ method, body, timeoutNs }) => `${method} ${body instanceof Uint8Array ? body.length : 0} B in ${ms(timeoutNs)}`).join(", ")}`,
    `  flows: ${flows.join("; ")}`,
    `  captures ${scenario.captures.map(({ request, variable, finder }) => `v${variable} of ${request} by ${finder.kind}`).join(", ") || "none"}; rules ${scenario.rules.map(({ request, words }) => `${request} ${words}`).join(", ") || "none"}; data ${scenario.data.map(({ pick, rows }) => `${rows} rows ${pick}`).join(", ") || "none"}; gifts ${faults.givesPerMille}/1000`,
    `  network: delay ${ms(faults.delayNsMax)}, service ${ms(faults.serviceNsMax)}, late ${ms(faults.lateNsMax)}, cut ${faults.cutPerMille}/1000, body ${faults.bodyBytesMax} B, unsent ${faults.unsentPerMille}/1000, heals at ${ms(faults.healAtNs)}`,
    `  faults per mille: ${active.map(([fault, rate]) => `${fault} ${rate}`).join(", ") || "none"}`,
    `  generator: lag ${ms(world.lagNsMax)}, stalls ${world.stallPerMille}/1000 of ${ms(world.stallNsMax)}; disk ${world.diskBytes} B`,
  ].join("\n");
}

function drawThinkTime(dice: Dice): Flow["thinkTime"] {
  if (dice.chance(450)) return { minNs: 0, maxNs: 0 };
  const minNs = dice.pick([0, dice.below(5 * NS_PER_MS), dice.below(50 * NS_PER_MS)]);
  return { minNs, maxNs: minNs + dice.pick([0, dice.below(20 * NS_PER_MS)]) };
}

function drawTargets(dice: Dice, shards: number): Target[] {
  return Array.from({ length: dice.pick([1, 1, 2, 3]) }, (_, i) => {
    const host = dice.chance(300) ? `host-${i}.example` : `10.0.0.${i + 1}`;
    return {
      name: `t${i}`,
      baseUrl: `http://${host}`,
      host,
      port: 80 + i,
      basePath: dice.pick(["", "/base"]),
      tls: null,
      httpVersion: "http1.1",
      maxConnections: dice.chance(400) ? shards + dice.below(6) : null,
      maxStreamsPerConnection: 1,
      connectionTimeoutNs: dice.between(NS_PER_MS, 200 * NS_PER_MS),
      headers: dice.chance(300) ? [["X-Target", String(i)]] : [],
      cookies: false,
      weight: dice.between(1, 5),
    };
  });
}

/** The same target, and perhaps its servers speak HTTP/2. */
function drawHttp2Target(dice: Dice, target: Target, shards: number): Target {
  if (!dice.chance(HTTP2_TARGETS)) return target;
  return {
    ...target,
    httpVersion: "http2",
    maxConnections: dice.chance(700) ? shards - 1 + dice.between(1, 4) : null,
    maxStreamsPerConnection: dice.pick([1, dice.between(1, 8), dice.between(1, 50)]),
  };
}

/** The same request, now and then with a body that no window takes at once. */
function drawLarge(dice: Dice, request: RequestSpec): RequestSpec {
  if (request.body === null || !dice.chance(60)) return request;
  return { ...request, body: new Uint8Array(dice.between(50_000, 300_000)).fill(0x62) };
}

function drawRequests(dice: Dice, targetCount: number): RequestSpec[] {
  return Array.from({ length: dice.between(1, 4) }, (_, i) => {
    const method = dice.pick(METHODS);
    const hasBody = method === "POST" || method === "PUT" || method === "PATCH" || dice.chance(50);
    return {
      name: `r${i}`,
      method,
      path: `/r${i}?x=${"y".repeat(dice.below(40))}`,
      headers: dice.chance(300) ? [["X-Request", "z".repeat(dice.below(200))]] : [],
      body: hasBody ? new Uint8Array(dice.pick([0, dice.below(200), dice.below(5000)])).fill(0x61 + i) : null,
      timeoutNs: dice.pick([dice.between(NS_PER_MS, 10 * NS_PER_MS), dice.between(20 * NS_PER_MS, 300 * NS_PER_MS)]),
      weight: dice.between(1, 10),
      target: dice.chance(300) ? dice.below(targetCount) : null,
      onFailure: null,
    };
  });
}

function drawSequence(dice: Dice, requestCount: number): SequenceStep[] {
  return Array.from({ length: dice.between(1, 4) }, () => ({
    request: dice.below(requestCount),
    repeat: dice.pick([1, 1, dice.between(1, 4)]),
  }));
}

/** Users over time, and the end. Iterations go with a constant schedule only, as in a scenario file. */
function drawRun(
  dice: Dice,
  users: number,
  durationNs: number,
  byIterations: boolean,
): Pick<Scenario, "usersMax" | "vus" | "durationNs"> & { readonly schedule: ClosedSchedule } {
  const type: ClosedSchedule["type"] = byIterations ? "constant" : dice.pick(["constant", "ramp", "spike", "steps"]);
  const endNs = byIterations && dice.chance(700) ? null : durationNs;
  const someNs = (): number => dice.between(1, Math.floor(durationNs / 2));
  const someUsers = (): number => dice.below(users + 1);
  const all = ((): ClosedSchedule["phases"] => {
    switch (type) {
      case "constant":
        return levels([{ users, durationNs: endNs ?? 1_000 * NS_PER_SECOND }]);
      case "ramp":
        return rampThenHold(someUsers(), users, someNs(), someNs());
      case "spike":
        return levels([
          { users: someUsers(), durationNs: someNs() },
          { users, durationNs: someNs() },
          { users: someUsers(), durationNs: someNs() },
        ]);
      case "steps":
        return levels(
          [users, someUsers(), someUsers(), someUsers()].map((level) => ({ users: level, durationNs: someNs() })),
        );
    }
  })();
  const phases = beginningBefore(all, endNs ?? Number.MAX_SAFE_INTEGER);
  const usersMax = usersMaxUntil(phases, endNs ?? 1_000 * NS_PER_SECOND);
  // A file whose schedule never has a user is refused.
  if (usersMax === 0) return drawRun(dice, users, durationNs, byIterations);
  return { usersMax, vus: usersMax, durationNs: endNs, schedule: { type, phases } };
}

function drawStops(dice: Dice, durationNs: number): World["stops"] {
  const count = dice.chance(250) ? dice.between(1, 3) : 0;
  return Array.from({ length: count }, () => ({
    atNs: dice.between(0, Math.floor(durationNs * 1.2)),
    reason: dice.pick([STOP_CODES.sigint, STOP_CODES.sigterm, STOP_CODES.ledger_full]),
  })).sort((one, other) => one.atNs - other.atNs);
}
