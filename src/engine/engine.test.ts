import { expect, test } from "vitest";
import { type Answer, afterMs, type Done, MS, of, play, request, scenario } from "../../test/support/engine-play.ts";
import { CONNECT_BACKOFF_NS, NOTHING_REACHED_STOP_NS } from "../base/limits.ts";
import { NEVER } from "../base/units.ts";
import { FAILED_SENT, KIND, RETIRE_CODES, STOP_CODES } from "../model/entry.ts";

test("Engine issues one request after another per user, planned when the user became ready", () => {
  const log = play(scenario({ usersMax: 2, durationNs: 100 * MS }), afterMs(30));
  expect(of(log, "request_issued").map(({ atNs, user, b }) => [Math.round(atNs / MS), user, b])).toEqual([
    [0, 0, 0],
    [0, 1, 0],
    [30, 0, 0],
    [30, 1, 0],
    [60, 0, 0],
    [60, 1, 0],
    [90, 0, 0],
    [90, 1, 0],
  ]);
  expect(of(log, "stop_begun")).toMatchObject([{ atNs: 100 * MS, code: STOP_CODES.duration }]);
  expect(of(log, "user_retired").map(({ atNs }) => Math.round(atNs / MS))).toEqual([120, 120]);
});

test("Engine runs exactly users x iterations and then stops", () => {
  const log = play(scenario({ usersMax: 3, iterations: 5, durationNs: null }), (user) => ({
    afterNs: (user + 1) * MS,
  }));
  expect(of(log, "request_issued")).toHaveLength(15);
  expect(of(log, "user_retired").every(({ code }) => code === RETIRE_CODES.iterations)).toBe(true);
  expect(of(log, "stop_begun")).toMatchObject([{ code: STOP_CODES.iterations }]);
});

test("Engine runs a sequence's steps in order with their repeats, and thinks only between iterations", () => {
  const plan = scenario({
    iterations: 2,
    durationNs: null,
    requests: [request("login"), request("item"), request("logout")],
    steps: [
      { request: 0, repeat: 1 },
      { request: 1, repeat: 3 },
      { request: 2, repeat: 1 },
    ],
    thinkTime: { minNs: 100 * MS, maxNs: 100 * MS },
  });
  const issued = of(play(plan, afterMs(1)), "request_issued");
  expect(issued.map(({ code }) => code)).toEqual([0, 1, 1, 1, 2, 0, 1, 1, 1, 2]);
  expect(issued.map(({ atNs }) => atNs / MS)).toEqual([0, 1, 2, 3, 4, 105, 106, 107, 108, 109]);
});

test("Engine reports how late a turn was against the plan, and issues all that was planned before the end", () => {
  const plan = scenario({ durationNs: 100 * MS, thinkTime: { minNs: 9 * MS, maxNs: 9 * MS } });
  const log = play(plan, afterMs(1), { lateNs: 5 * MS });
  const late = of(log, "request_issued").slice(1);
  expect(late.every(({ b }) => b === 5 * MS)).toBe(true);
  expect(late.every(({ atNs, b }) => atNs - b < 100 * MS)).toBe(true);
});

test("Engine draws each user's requests and pauses from its own stream, whatever the answers are", () => {
  const plan = scenario({
    usersMax: 4,
    durationNs: 20_000 * MS,
    requests: [request("a", 1), request("b", 2), request("c", 0.5)],
    thinkTime: { minNs: 1 * MS, maxNs: 50 * MS },
  });
  const life = (log: Done[], user: number): number[] =>
    of(log, "request_issued")
      .filter((done) => done.user === user)
      .map(({ code }) => code)
      .slice(0, 80);
  const fast = play(plan, afterMs(1));
  const slow = play(plan, (user) => ({ afterNs: (20 + 10 * user) * MS }));
  const failing = play(plan, (_, __, nth) =>
    nth % 3 === 0 ? { afterNs: 2 * MS, kind: KIND.request_failed, flags: FAILED_SENT } : { afterNs: 2000 * MS },
  );
  for (let user = 0; user < 4; user++) {
    expect(life(fast, user)).toHaveLength(80);
    expect(life(slow, user)).toEqual(life(fast, user));
    const failed = life(failing, user);
    expect(failed.length).toBeGreaterThan(20);
    expect(failed).toEqual(life(fast, user).slice(0, failed.length));
  }
  expect(life(fast, 0)).not.toEqual(life(fast, 1));
});

test("Engine splits users over shards without changing what any of them does", () => {
  const plan = scenario({ usersMax: 5, durationNs: 500 * MS, requests: [request("a"), request("b")] });
  const answer: Answer = (user) => ({ afterNs: (3 + user) * MS });
  const key = ({ atNs, user, code }: Done): string => `${user}@${atNs}:${code}`;
  const whole = of(play(plan, answer), "request_issued").map(key).sort();
  const parts = [0, 1, 2].flatMap((shard) => of(play(plan, answer, { shard, shards: 3 }), "request_issued").map(key));
  expect(parts.sort()).toEqual(whole);
});

test("Engine times a request out at its deadline and goes on", () => {
  const log = play(scenario({ durationNs: 250 * MS, requests: [request("a", 1, 100 * MS)] }), () => ({
    afterNs: NEVER,
  }));
  expect(of(log, "request_timed_out").map(({ atNs }) => Math.round(atNs / MS))).toEqual([100, 200, 300]);
});

test("Engine gives up requests in flight when the graceful stop is over", () => {
  const log = play(scenario({ usersMax: 3, durationNs: 200 * MS, requests: [request("a", 1, 9_000 * MS)] }), () => ({
    afterNs: NEVER,
  }));
  expect(of(log, "request_unfinished").map(({ atNs, user }) => [atNs / MS, user])).toEqual([
    [700, 0],
    [700, 1],
    [700, 2],
  ]);
});

test("Engine stops gracefully at the first request to stop, at once at the second", () => {
  const plan = scenario({
    durationNs: 60_000 * MS,
    gracefulStopNs: 30_000 * MS,
    requests: [request("a", 1, 9_000 * MS)],
  });
  const log = play(plan, () => ({ afterNs: NEVER }), { stopsAtNs: [300 * MS, 400 * MS] });
  expect(of(log, "stop_begun")).toMatchObject([{ atNs: 300 * MS, code: STOP_CODES.sigint }]);
  expect(of(log, "request_unfinished")).toMatchObject([{ atNs: 400 * MS }]);
});

test.each(["assertion_failed", "data_exhausted", "memory", "ledger_full"] as const)(
  "Engine that has stopped gives nothing up for %s: only a signal asks for more than a stop",
  (stopReason) => {
    const plan = scenario({ durationNs: 100 * MS, gracefulStopNs: 500 * MS });
    const log = play(plan, afterMs(300), { stopsAtNs: [150 * MS], stopReason });
    expect(of(log, "stop_begun")).toMatchObject([{ atNs: 100 * MS, code: STOP_CODES.duration }]);
    expect(of(log, "request_unfinished")).toEqual([]);
    expect(of(log, "user_retired")).toMatchObject([{ atNs: 300 * MS }]);
  },
);

test("Engine retires the highest users when the schedule falls, after their iteration", () => {
  const phases = [
    { startNs: 0, durationNs: 100 * MS, fromUsers: 3, toUsers: 3 },
    { startNs: 100 * MS, durationNs: 900 * MS, fromUsers: 1, toUsers: 1 },
  ];
  const log = play(scenario({ usersMax: 3, phases }), afterMs(40));
  const early = of(log, "user_retired").filter(({ code }) => code === RETIRE_CODES.schedule);
  expect(early.map(({ atNs, user }) => [Math.round(atNs / MS), user])).toEqual([
    [120, 1],
    [120, 2],
  ]);
});

test("Engine retires a user who is thinking as soon as the schedule falls, and spawns it again when it rises", () => {
  const phases = [
    { startNs: 0, durationNs: 100 * MS, fromUsers: 2, toUsers: 2 },
    { startNs: 100 * MS, durationNs: 100 * MS, fromUsers: 1, toUsers: 1 },
    { startNs: 200 * MS, durationNs: 100 * MS, fromUsers: 2, toUsers: 2 },
  ];
  const plan = scenario({ usersMax: 2, phases, durationNs: 300 * MS, thinkTime: { minNs: 80 * MS, maxNs: 80 * MS } });
  const log = play(plan, afterMs(1)).filter(({ user }) => user === 1);
  expect(log.map(({ kind, atNs }) => `${kind}@${Math.floor(atNs / MS)}`)).toEqual([
    "user_spawned@0",
    "request_issued@0",
    "request_issued@81",
    "user_retired@100",
    "user_spawned@200",
    "request_issued@200",
    "request_issued@281",
    "user_retired@300",
  ]);
});

test("Engine waits after a connection that could not be made, and ends a run that reaches nothing", () => {
  const log = play(scenario({ durationNs: 60_000 * MS }), () => ({ afterNs: 0, kind: KIND.request_failed }));
  const issued = of(log, "request_issued");
  expect(issued[1]!.atNs - issued[0]!.atNs).toBeGreaterThanOrEqual(CONNECT_BACKOFF_NS);
  expect(of(log, "stop_begun")).toMatchObject([{ code: STOP_CODES.nothing_reached }]);
  expect(of(log, "stop_begun")[0]!.atNs).toBeGreaterThanOrEqual(NOTHING_REACHED_STOP_NS);
});

test("Engine bounds what one turn gives and loses nothing by it", () => {
  const log = play(scenario({ usersMax: 5_000, durationNs: 10 * MS }), afterMs(100));
  expect(of(log, "request_issued")).toHaveLength(5_000);
  expect(of(log, "request_issued").every(({ atNs, b }) => atNs - b === 0)).toBe(true);
  expect(new Set(of(log, "request_issued").map(({ atNs }) => atNs)).size).toBeGreaterThan(1);
  expect(of(log, "user_retired")).toHaveLength(5_000);
});
