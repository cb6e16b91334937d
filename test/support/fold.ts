/** Entries by hand, and what the fold makes of them. */

import { Fold, type FoldPlan } from "../../src/metrics/fold.ts";
import { type SummaryContext, summarise } from "../../src/metrics/summarise.ts";
import { type Entry, KIND, type KindName } from "../../src/model/entry.ts";
import type { Summary, Window } from "../../src/model/summary.ts";

export const MS = 1_000_000;
export const SECOND = 1_000 * MS;

const REQUESTS = [
  { name: "list", method: "GET" },
  { name: "create", method: "POST" },
] as const;

export const RULES = [
  { request: 0, words: "status 2xx or 404" },
  { request: 0, words: "body contains ok" },
  { request: 1, words: "status 201" },
];

export const PLAN: FoldPlan = {
  usersMax: 8,
  identities: 8,
  requests: REQUESTS,
  rules: [],
  arrivals: null,
  shardCount: 1,
  plannedEndNs: null,
  windows: () => {},
};

const CONTEXT: SummaryContext = {
  manifest: {
    run_id: "run_1",
    simulated: true,
    start_time: null,
    seed: "42",
    shards: 1,
    io: "simulated",
    scenario: { sha256: "00" },
  },
  scenario: { metadata: { name: "test", version: "1.0" }, vus: 4, criteria: [] },
};

export function entry(timeNs: number, kind: KindName, fields: Partial<Omit<Entry, "timeNs" | "kind">> = {}): Entry {
  return { timeNs, kind: KIND[kind], identity: 0, flags: 0, code: 0, a: 0, b: 0, c: 0, ...fields };
}

/** An issue and its response, planned at `timeNs`, with 100 bytes out and 1000 in. */
export function exchange(user: number, timeNs: number, latencyNs: number, status = 200, request = 0): Entry[] {
  return [
    entry(timeNs, "request_issued", { identity: user, code: request, c: 100 }),
    entry(timeNs + latencyNs, "response_received", { identity: user, code: status, a: 1000 }),
  ];
}

interface Run {
  readonly summary: Summary;
  readonly windows: readonly Window[];
}

export function run(entries: readonly (readonly [Entry, shard: number])[], plan: Partial<FoldPlan> = {}): Run {
  const windows: Window[] = [];
  const fold = new Fold({
    ...PLAN,
    windows: (window) => windows.push(window),
    ...plan,
  });
  const reused = entry(0, "text");
  for (const [next, shard] of entries) fold.add(Object.assign(reused, next), shard);
  return { summary: summarise(fold.close(), CONTEXT), windows };
}

export function runOne(entries: readonly Entry[], plan: Partial<FoldPlan> = {}): Run {
  return run(
    entries.map((one) => [one, 0]),
    plan,
  );
}
