import { expect, test } from "vitest";
import { afterMs, type Done, flow, MS, of, play, request, scenario } from "../../test/support/engine-play.ts";
import { NEVER, NS_PER_SECOND } from "../base/units.ts";
import {
  DROP_CODES,
  KIND,
  RESPONSE_CHECK_FAILED,
  RESPONSE_EXPECTED,
  RETIRE_CODES,
  STOP_CODES,
} from "../model/entry.ts";
import type { OpenSchedule, Scenario } from "../model/scenario.ts";

interface Opening {
  readonly rate: number;
  readonly seconds: number;
  readonly aliveMax?: number;
  readonly distribution?: OpenSchedule["distribution"];
}

/** Arrivals at one rate, each of which sends one request. */
function arriving({ rate, seconds, aliveMax = 1_000, distribution = "even" }: Opening): Scenario {
  const durationNs = seconds * NS_PER_SECOND;
  const stages = [{ durationNs, fromMicroRate: rate * 1e6, toMicroRate: rate * 1e6 }];
  const schedule = { type: "arrivals", stages, distribution, aliveMax } as const;
  return scenario({
    usersMax: aliveMax,
    identities: rate * seconds,
    durationNs,
    groups: [{ name: "", flows: [0], schedule, firstIdentity: 0, identities: rate * seconds }],
  });
}

/** Who was planned to send when, in the order of identities. */
function planOf(log: Done[]): [identity: number, plannedNs: number][] {
  return [...of(log, "request_issued"), ...of(log, "arrival_dropped")]
    .map(({ user, atNs, b }): [number, number] => [user, atNs - b])
    .sort(([a], [b]) => a - b);
}

test("each arrival is a new user, planned by the rate however late its turn", () => {
  for (const lateNs of [0, 7 * MS, 400 * MS]) {
    const log = play(arriving({ rate: 100, seconds: 2 }), afterMs(30), { lateNs });
    expect(planOf(log)).toEqual(Array.from({ length: 200 }, (_, n) => [n, n * 10 * MS]));
    expect(of(log, "user_retired")).toHaveLength(200);
    expect(of(log, "user_retired").every(({ code }) => code === RETIRE_CODES.iterations)).toBe(true);
  }
});

test("Poisson arrivals: as many, at moments that the seed decides", () => {
  const one = play(arriving({ rate: 300, seconds: 10, distribution: "poisson" }), afterMs(5));
  const other = play(arriving({ rate: 300, seconds: 10, distribution: "poisson" }), afterMs(50), { lateNs: 3 * MS });
  expect(of(one, "request_issued")).toHaveLength(3_000);
  expect(planOf(one)).toEqual(planOf(other));
});

test("a server that never answers fills the users up; every further arrival is dropped, and none waits", () => {
  const plan = arriving({ rate: 100, seconds: 5, aliveMax: 20 });
  const log = play({ ...plan, requests: [request("a", 1, 1_000 * MS)] }, () => ({ afterNs: NEVER }));
  const issued = of(log, "request_issued").length;
  const dropped = of(log, "arrival_dropped");
  expect(issued + dropped.length).toBe(500);
  // Twenty in each second: they time out after one.
  expect(issued).toBe(100);
  expect(dropped.every(({ code }) => code === DROP_CODES.max_vus)).toBe(true);
  expect(of(log, "request_issued").every(({ b }) => b === 0)).toBe(true);
});

test("an arrival takes the place of whoever is done in its own turn: answered, or timed out", () => {
  const plan = arriving({ rate: 100, seconds: 1, aliveMax: 1 });
  const answered = play(plan, afterMs(10));
  expect(planOf(answered)).toEqual(Array.from({ length: 100 }, (_, n) => [n, n * 10 * MS]));
  expect(of(answered, "arrival_dropped")).toEqual([]);
  const timedOut = play({ ...plan, requests: [request("a", 1, 10 * MS)] }, () => ({ afterNs: NEVER }));
  expect(of(timedOut, "request_timed_out")).toHaveLength(100);
  expect(of(timedOut, "arrival_dropped")).toEqual([]);
});

test("answers and arrivals that a late turn finds together are no reason to drop anybody", () => {
  const plan = arriving({ rate: 10, seconds: 1, aliveMax: 1 });
  const log = play(plan, afterMs(30), { lateNs: 90 * MS });
  expect(of(log, "arrival_dropped")).toEqual([]);
  expect(of(log, "request_issued").every(({ b }) => b <= 90 * MS)).toBe(true);
});

test("the shards of a run share its arrivals and its bound, and nobody comes twice", () => {
  const plan = arriving({ rate: 100, seconds: 3, aliveMax: 7 });
  const logs = [0, 1, 2].map((shard) => play(plan, afterMs(10), { shard, shards: 3 }));
  const identities = logs.flatMap((log) => planOf(log).map(([identity]) => identity));
  expect(identities.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n));
  const stuck = [0, 1, 2].map((shard) => play(plan, () => ({ afterNs: NEVER }), { shard, shards: 3 }));
  const aliveMost = stuck.map((log) => of(log, "request_issued").filter(({ atNs }) => atNs < 900 * MS).length);
  expect(aliveMost).toEqual([3, 2, 2]);
});

test("arrivals that still wait for answers at the end have the graceful stop to get them", () => {
  const log = play(arriving({ rate: 10, seconds: 1 }), afterMs(300));
  expect(of(log, "stop_begun")).toMatchObject([{ atNs: NS_PER_SECOND, code: STOP_CODES.duration }]);
  expect(of(log, "user_retired")).toHaveLength(10);
  expect(of(log, "request_unfinished")).toHaveLength(0);
});

test("a closed and an open group side by side keep to their own identities", () => {
  const open = arriving({ rate: 20, seconds: 1, aliveMax: 30 });
  const log = play(
    scenario({
      requests: [request("browse"), request("buy")],
      usersMax: 32,
      identities: 22,
      flows: [flow({ name: "browsing", requests: [0] }), flow({ name: "buying", requests: [1] })],
      groups: [
        {
          name: "browsing",
          flows: [0],
          schedule: { type: "constant", phases: [{ startNs: 0, durationNs: 1_000 * MS, fromUsers: 2, toUsers: 2 }] },
          firstIdentity: 0,
          identities: 2,
        },
        { ...open.groups[0]!, name: "buying", flows: [1], firstIdentity: 2 },
      ],
    }),
    afterMs(100),
  );
  const issued = of(log, "request_issued");
  expect(issued.filter(({ code }) => code === 0).every(({ user }) => user < 2)).toBe(true);
  expect(issued.filter(({ code }) => code === 0)).toHaveLength(20);
  expect(issued.filter(({ code }) => code === 1).map(({ user }) => user)).toEqual(
    Array.from({ length: 20 }, (_, n) => n + 2),
  );
});

test("flows are chosen for each iteration by their weights, from the user's own stream", () => {
  const plan = scenario({
    requests: [request("a"), request("b"), request("c")],
    iterations: 400,
    durationNs: null,
    flows: [
      flow({ name: "short", requests: [0], weight: 3 }),
      flow({
        name: "long",
        requests: [1, 2],
        steps: [
          { request: 1, repeat: 1 },
          { request: 2, repeat: 2 },
        ],
      }),
    ],
    groups: [
      {
        name: "",
        flows: [0, 1],
        schedule: { type: "constant", phases: [{ startNs: 0, durationNs: NEVER / 2, fromUsers: 1, toUsers: 1 }] },
        firstIdentity: 0,
        identities: 1,
      },
    ],
  });
  const codes = of(play(plan, afterMs(1)), "request_issued").map(({ code }) => code);
  const longs = codes.filter((code) => code === 1).length;
  expect(codes.filter((code) => code === 0).length + longs).toBe(400);
  expect(longs).toBeGreaterThan(70);
  expect(longs).toBeLessThan(130);
  expect(codes.join("")).toMatch(/^(0|122)*$/);
  expect(of(play(plan, afterMs(9)), "request_issued").map(({ code }) => code)).toEqual(codes);
});

const STEPS = [
  { request: 0, repeat: 1 },
  { request: 1, repeat: 1 },
  { request: 2, repeat: 1 },
];

test.each([
  ["continue", "012012012"],
  ["restart", "0101012"],
  ["stop", "01"],
] as const)("on_failure %s", (onFailure, expected) => {
  const plan = scenario({
    requests: [request("a"), request("b"), request("c")],
    steps: STEPS,
    onFailure,
    iterations: 3,
    durationNs: null,
  });
  let failures = 0;
  const log = play(plan, (_, code) => ({ afterNs: MS, status: code === 1 && failures++ < 2 ? 503 : 200 }));
  const codes = of(log, "request_issued").map(({ code }) => code);
  expect(codes.join("")).toBe(expected);
  const [retired] = of(log, "user_retired");
  expect(retired!.code).toBe(onFailure === "stop" ? RETIRE_CODES.failure : RETIRE_CODES.iterations);
});

test("what counts as a failure: a broken check, a timeout, a lost connection; not a status that was asked for", () => {
  const outcomes = [
    { flags: RESPONSE_CHECK_FAILED, fails: true },
    { status: 404, fails: true },
    { status: 404, flags: RESPONSE_EXPECTED, fails: false },
    { kind: KIND.request_failed, fails: true },
    { afterNs: NEVER, fails: true },
    { status: 302, fails: false },
  ];
  for (const { fails, ...outcome } of outcomes) {
    const plan = scenario({
      requests: [request("a", 1, 50 * MS), request("b")],
      steps: STEPS.slice(0, 2),
      iterations: 1,
      durationNs: null,
    });
    const log = play(plan, (_, code) => (code === 0 ? { afterNs: MS, ...outcome } : { afterNs: MS }));
    expect(of(log, "request_issued")).toHaveLength(fails ? 1 : 2);
  }
});

test("a request's own on_failure takes the place of its flow's; an arrival whose iteration is over leaves", () => {
  const requests = [{ ...request("a"), onFailure: "continue" as const }, request("b"), request("c")];
  const open = arriving({ rate: 1, seconds: 1 });
  const plan = { ...open, requests, flows: [flow({ steps: STEPS, requests: [0, 1, 2] })] };
  const log = play(plan, () => ({ afterNs: MS, status: 500 }));
  expect(of(log, "request_issued").map(({ code }) => code)).toEqual([0, 1]);
  expect(of(log, "user_retired")).toMatchObject([{ code: RETIRE_CODES.iterations }]);
});

test("unique rows: iteration after iteration until there is none left, and then the run stops", () => {
  const template = { parts: [{ kind: "value", value: { kind: "data", set: 0, column: 0 }, escape: "none" }] } as const;
  const plan = scenario({
    requests: [{ ...request("a"), path: template }],
    usersMax: 3,
    iterations: 100,
    durationNs: null,
    data: [{ name: "users", pick: "unique", rows: 10, columns: [] }],
  });
  const log = play(plan, afterMs(1));
  // Rows 0 to 8 in three rounds; the fourth has row 9 for user 0 and none for user 1.
  expect(of(log, "request_issued")).toHaveLength(10);
  expect(of(log, "stop_begun")).toMatchObject([{ code: STOP_CODES.data_exhausted }]);
  expect(of(log, "user_retired")).toHaveLength(3);
});
