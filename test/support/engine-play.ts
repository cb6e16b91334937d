/** An engine played in virtual time against a function that answers, and scenarios that are short to write. */
import { expect } from "vitest";
import { EntryRing } from "../../src/base/entry-ring.ts";
import { NEVER } from "../../src/base/units.ts";
import { Engine } from "../../src/engine/engine.ts";
import { KIND, KIND_NAMES, STOP_CODES, type StopReason } from "../../src/model/entry.ts";
import { FAILURE_CODES } from "../../src/model/failure.ts";
import type { OnFailure } from "../../src/model/rule.ts";
import type {
  Flow,
  RequestSpec,
  Scenario,
  SequenceStep,
  Target,
  UserGroup,
  UserPhase,
} from "../../src/model/scenario.ts";

export const MS = 1_000_000;

const TARGET: Target = {
  name: "",
  baseUrl: "http://127.0.0.1",
  host: "127.0.0.1",
  port: 80,
  basePath: "",
  tls: null,
  httpVersion: "http1.1",
  maxConnections: null,
  maxStreamsPerConnection: 100,
  connectionTimeoutNs: 10_000 * MS,
  headers: [],
  cookies: false,
  weight: 1,
};

export function request(name: string, weight = 1, timeoutNs = 1_000 * MS): RequestSpec {
  return { name, method: "GET", path: "/", headers: [], body: null, timeoutNs, weight, target: null, onFailure: null };
}

/** What a test changes in a scenario of one user who sends one request again and again for a second. */
interface Changes extends Partial<Omit<Scenario, "flows" | "groups">> {
  readonly phases?: UserPhase[];
  readonly steps?: SequenceStep[];
  readonly thinkTime?: Flow["thinkTime"];
  readonly onFailure?: OnFailure;
  readonly flows?: Flow[];
  readonly groups?: UserGroup[];
}

export function flow(changes: Partial<Flow> = {}): Flow {
  const thinkTime = { minNs: 0, maxNs: 0 };
  return { name: "", weight: 1, steps: null, requests: [0], thinkTime, onFailure: "restart", ...changes };
}

export function scenario(changes: Changes): Scenario {
  const { phases, steps, thinkTime = { minNs: 0, maxNs: 0 }, onFailure = "restart", ...rest } = changes;
  const durationNs = changes.durationNs === undefined ? 1_000 * MS : changes.durationNs;
  const usersMax = changes.usersMax ?? 1;
  const requests = changes.requests ?? [request("a")];
  return {
    metadata: { name: "t", description: "", version: "", author: "", tags: [] },
    usersMax,
    identities: usersMax,
    vus: usersMax,
    durationNs,
    iterations: null,
    seed: "1",
    gracefulStopNs: 500 * MS,
    targets: [TARGET],
    requests,
    flows: [flow({ steps: steps ?? null, requests: requests.map((_, index) => index), thinkTime, onFailure })],
    groups: [
      {
        name: "",
        flows: [0],
        schedule: {
          type: "constant",
          phases: phases ?? [{ startNs: 0, durationNs: durationNs ?? 0, fromUsers: usersMax, toUsers: usersMax }],
        },
        firstIdentity: 0,
        identities: usersMax,
      },
    ],
    data: [],
    secrets: [],
    variables: [],
    captures: [],
    rules: [],
    criteria: [],
    limits: { eventLogBytesMax: 1e9, connectionsMax: 1e5, memoryBytesMax: 1e9 },
    ...rest,
  };
}

export interface Done {
  readonly atNs: number;
  readonly kind: string;
  readonly user: number;
  readonly code: number;
  readonly b: number;
}

/** What answers a request: after how long, and with which input; NEVER for no answer at all. */
export type Answer = (
  user: number,
  request: number,
  nth: number,
) => { afterNs: number; kind?: number; flags?: number; status?: number };

/** Runs an engine in virtual time against `answer`; `lateNs` delays every turn behind its wake-up. */
export function play(
  plan: Scenario,
  answer: Answer,
  options: { shard?: number; shards?: number; lateNs?: number; stopsAtNs?: number[]; stopReason?: StopReason } = {},
): Done[] {
  const { shard = 0, shards = 1, lateNs = 0, stopsAtNs = [], stopReason = "sigint" } = options;
  const engine = new Engine({
    scenario: plan,
    seed: plan.seed ?? "1",
    shard,
    shards,
    rendered: { hash: new Uint32Array(100), bytes: new Float64Array(100), dynamic: new Uint8Array(100) },
    messages: null,
  });
  const pending: { atNs: number; user: number; kind: number; flags: number; code: number }[] = [];
  const counts = new Map<number, number>();
  const log: Done[] = [];
  const inputs = new EntryRing(4096);
  let nowNs = 0;
  for (let turns = 0; !engine.done; turns++) {
    expect(turns).toBeLessThan(1_000_000);
    engine.begin(nowNs);
    while (stopsAtNs.length > 0 && stopsAtNs[0]! <= nowNs) {
      stopsAtNs.shift();
      inputs.push(KIND.stop_requested, 0, 0, STOP_CODES[stopReason]);
      engine.take(inputs, inputs.take(), nowNs);
    }
    pending.sort((x, y) => x.atNs - y.atNs || x.user - y.user);
    while (pending.length > 0 && pending[0]!.atNs <= nowNs) {
      const { user, kind, flags, code } = pending.shift()!;
      inputs.push(kind, user, flags, code);
      engine.take(inputs, inputs.take(), nowNs);
    }
    engine.advance(nowNs);
    while (engine.commands.count > 0) {
      const at = engine.commands.take();
      const kind = engine.commands.kind[at]!;
      const user = engine.commands.identity[at]!;
      const code = engine.commands.code[at]!;
      log.push({ atNs: nowNs, kind: KIND_NAMES[kind]!, user, code, b: engine.commands.b[at]! });
      if (kind === KIND.request_issued) {
        const nth = counts.get(user) ?? 0;
        counts.set(user, nth + 1);
        const { afterNs, kind: inputKind = KIND.response_received, flags = 0, status = 200 } = answer(user, code, nth);
        const inputCode = inputKind === KIND.request_failed ? FAILURE_CODES.connection_refused : status;
        if (afterNs < NEVER) pending.push({ atNs: nowNs + afterNs, user, kind: inputKind, flags, code: inputCode });
      }
      if (kind === KIND.request_timed_out || kind === KIND.request_unfinished) {
        const cancelled = pending.findIndex((input) => input.user === user);
        if (cancelled >= 0) pending.splice(cancelled, 1);
      }
    }
    const wakeNs = Math.min(engine.wakeAtNs(), ...pending.map((input) => input.atNs), ...stopsAtNs);
    nowNs = Math.max(nowNs + 1, wakeNs + lateNs);
  }
  return log;
}

export const of = (log: Done[], kind: string): Done[] => log.filter((done) => done.kind === kind);
export const afterMs = (ms: number) => (): { afterNs: number } => ({ afterNs: ms * MS });
