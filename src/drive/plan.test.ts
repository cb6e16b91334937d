/** A plan against the engine itself: what was said beforehand is what the engine then does. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterMs, type Done, flow, MS, of, play, request, scenario } from "../../test/support/engine-play.ts";
import { RateIntegral } from "../base/rate-integral.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import { STOP_CODES } from "../model/entry.ts";
import type { Plan, PlannedArrivals, PlannedUsers } from "../model/plan.ts";
import type { Flow, OpenSchedule, Scenario, UserGroup, UserPhase } from "../model/scenario.ts";
import { planAhead } from "./plan.ts";

const FACTS = {
  seed: "42",
  seedDrawn: false,
  shards: 1,
  manifestBytes: 1_000,
  limits: { fileDescriptors: 1_048_576, localPorts: 28_232 },
  ledger: { folder: "results", freeDiskBytes: 1e12 },
};

function plan(one: Scenario, facts: Partial<typeof FACTS> = {}): Plan {
  return planAhead(one, { ...FACTS, seed: one.seed ?? "42", ...facts });
}

/** Stages as [rate at the beginning, rate at the end, seconds]. */
type Stages = readonly (readonly [from: number, to: number, seconds: number])[];

function arrivals(
  stages: Stages,
  changes: Partial<OpenSchedule> = {},
  more: Parameters<typeof scenario>[0] = {},
): Scenario {
  const schedule: OpenSchedule = {
    type: "arrivals",
    distribution: "even",
    aliveMax: 1_000,
    stages: stages.map(([from, to, seconds]) => ({
      fromMicroRate: from * 1e6,
      toMicroRate: to * 1e6,
      durationNs: Math.round(seconds * NS_PER_SECOND),
    })),
    ...changes,
  };
  const { arrivals: identities } = new RateIntegral(schedule.stages);
  const group: UserGroup = { name: "", flows: [0], schedule, firstIdentity: 0, identities };
  const durationNs = schedule.stages.reduce((sum, stage) => sum + stage.durationNs, 0);
  return scenario({ usersMax: schedule.aliveMax, identities, durationNs, groups: [group], ...more });
}

function openOf({ groups }: Plan): PlannedArrivals {
  const open = groups.find((group) => group.type === "arrivals");
  expect(open).toBeDefined();
  return open as PlannedArrivals;
}

function closedOf({ groups }: Plan): PlannedUsers {
  return groups.find((group) => group.type !== "arrivals") as PlannedUsers;
}

function users(levels: readonly (readonly [from: number, to: number, seconds: number])[]): UserPhase[] {
  let startNs = 0;
  return levels.map(([fromUsers, toUsers, seconds]) => {
    const phase = { startNs, durationNs: seconds * NS_PER_SECOND, fromUsers, toUsers };
    startNs += phase.durationNs;
    return phase;
  });
}

const exact = (value: number) => ({ value, precision: "exact" });
const atMost = (value: number) => ({ value, precision: "at_most" });

describe("open groups", () => {
  test("300 per second for 10 s are exactly 3,000 arrivals and requests, Poisson included", () => {
    for (const distribution of ["even", "poisson"] as const) {
      const planned = plan(arrivals([[300, 300, 10]], { distribution, aliveMax: 5_000 }));
      expect(planned.arrivals).toBe(3_000);
      expect(planned.requests).toEqual(exact(3_000));
      expect(planned.users_max).toBe(3_000);
      expect(planned.fewer_if).toEqual([]);
      expect(openOf(planned).iteration_seconds_at_peak).toBeNull();
    }
  });

  test("max_vus bounds users and sockets, and says how slow answers may be", () => {
    const planned = plan(arrivals([[100, 300, 10]], { aliveMax: 60 }));
    expect(planned.users_max).toBe(60);
    expect(planned.connections.sockets).toEqual(atMost(60));
    expect(openOf(planned).iteration_seconds_at_peak).toBeCloseTo(0.2, 9);
    expect(planned.fewer_if.join()).toContain("max_vus");
  });

  test("each shard allows its share of max_vus: 10 arrivals may be too many for 11", () => {
    expect(plan(arrivals([[10, 10, 1]], { aliveMax: 11 })).fewer_if).toEqual([]);
    expect(plan(arrivals([[10, 10, 1]], { aliveMax: 11 }), { shards: 4 }).fewer_if.join()).toContain("max_vus");
  });

  test("the peak of even arrivals is that of the rates, summed over groups, at the moment where it is highest", () => {
    const first = arrivals([
      [0, 100, 10],
      [50, 50, 10],
    ]);
    expect(plan(first).peak_rate).toEqual({ per_second: 100, basis: "schedule" });
    const [group] = first.groups as [UserGroup];
    const second = arrivals([[80, 0, 20]]).groups[0]!;
    // 100 t / 10 + 80 - 80 t / 20 is highest at t = 10 s, before the first falls to 50.
    expect(plan({ ...first, groups: [group, second] }).peak_rate).toEqual({ per_second: 140, basis: "schedule" });
    expect(plan({ ...first, durationNs: 5 * NS_PER_SECOND }).peak_rate?.per_second).toBe(50);
  });

  test("beyond the arrivals that can be walked through, rates stand for them, and that is said", () => {
    const planned = openOf(plan(arrivals([[100_000, 100_000, 600]], { distribution: "poisson" })));
    expect(planned.arrivals).toBe(60_000_000);
    expect(planned.peak_rate).toEqual({ per_second: 100_000, basis: "schedule" });
    expect(planned.series.precision).toBe("about");
    expect(planned.series.values).toEqual(Array(60).fill(1_000_000));
  });

  test("iterations of several requests may be cut off by the end of the run", () => {
    const steps = [
      { request: 0, repeat: 1 },
      { request: 1, repeat: 3 },
    ];
    const requests = [request("login"), request("view")];
    const planned = plan(arrivals([[10, 10, 10]], {}, { steps, requests }));
    expect(planned.iterations).toEqual(exact(100));
    expect(planned.requests).toEqual(atMost(400));
    expect(planned.by_request).toEqual([
      { name: "login", share: 0.25, requests: atMost(100) },
      { name: "view", share: 0.75, requests: atMost(300) },
    ]);
    expect(planned.fewer_if).toHaveLength(2);
  });

  test("flows that are chosen by weight are an expectation, unless all send the same", () => {
    const requests = [request("a"), request("b")];
    const two = (steps: Flow["steps"]) =>
      arrivals(
        [[10, 10, 10]],
        {},
        {
          requests,
          flows: [flow({ name: "x", weight: 3, steps, requests: [0] }), flow({ name: "y", requests: [1] })],
          groups: [],
        },
      );
    const withGroup = (one: Scenario): Scenario => ({
      ...one,
      groups: [{ ...arrivals([[10, 10, 10]]).groups[0]!, flows: [0, 1] }],
    });
    const alike = plan(withGroup(two(null)));
    expect(alike.requests).toEqual(exact(100));
    expect(alike.by_request[0]).toEqual({ name: "a", share: 0.75, requests: { value: 75, precision: "about" } });
    const unlike = plan(withGroup(two([{ request: 0, repeat: 5 }])));
    expect(unlike.requests).toEqual({ value: 400, precision: "at_most_about" });
    expect(openOf(unlike).flows.map(({ iterations }) => iterations?.precision)).toEqual(["about", "about"]);
  });

  test("whatever the stages: the engine spawns as many, in the same buckets, and sends as many requests", () => {
    const stage = fc.tuple(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(
        fc.array(stage, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("even" as const, "poisson" as const),
        fc.integer({ min: 1, max: 12_000 }),
        fc.nat(),
        (stages, distribution, untilMs, seed) => {
          const whole = arrivals(stages, { distribution }, { seed: String(seed) });
          const one = { ...whole, durationNs: Math.min(whole.durationNs!, untilMs * MS) };
          const planned = plan(one);
          const log = play(one, afterMs(1));
          const spawned = of(log, "user_spawned");
          expect(planned.arrivals).toBe(spawned.length);
          expect(planned.requests).toEqual(exact(of(log, "request_issued").length));
          const { series, peak_rate: peak } = openOf(planned);
          expect(series.precision).toBe("exact");
          expect(series.values).toEqual(countBy(spawned, series.bucket_seconds, series.values.length));
          const seconds = countBy(spawned, 1, Math.ceil(one.durationNs / NS_PER_SECOND));
          if (distribution === "poisson") {
            expect(peak).toEqual({ per_second: Math.max(...seconds), basis: "busiest_second" });
          } else {
            expect(Math.max(...seconds)).toBeLessThanOrEqual(Math.floor(peak.per_second) + 1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  function countBy(log: readonly Done[], bucketSeconds: number, count: number): number[] {
    const counts: number[] = Array(count).fill(0);
    for (const { atNs } of log) counts[Math.floor(atNs / NS_PER_SECOND / bucketSeconds)]!++;
    return counts;
  }
});

describe("closed groups", () => {
  test("with iterations: exactly users x iterations x requests, as the engine does", () => {
    const steps = [
      { request: 0, repeat: 2 },
      { request: 1, repeat: 1 },
    ];
    const one = scenario({
      usersMax: 7,
      durationNs: null,
      iterations: 4,
      steps,
      requests: [request("a"), request("b")],
    });
    const planned = plan(one);
    expect(planned.requests).toEqual(exact(84));
    expect(planned.duration_seconds).toBeNull();
    expect(closedOf(planned)).toMatchObject({ users_max: 7, iterations_per_user: 4, spawns: exact(7), series: null });
    const log = play(one, afterMs(3));
    expect(of(log, "request_issued")).toHaveLength(84);
    expect(planned.by_request.map(({ requests }) => requests)).toEqual([exact(56), exact(28)]);
  });

  test("for a duration without pauses: not known", () => {
    const planned = plan(scenario({ usersMax: 3 }));
    expect(planned.requests).toBeNull();
    expect(planned.iterations).toBeNull();
    expect(planned.ledger.bytes).toBeNull();
    expect(planned.ledger.bytes_per_million_requests).toBeCloseTo(64_062_561, -2);
    expect(planned.fewer_if).toEqual([]);
  });

  test("pauses bound the requests, and answers that take no time reach the bound", () => {
    const one = scenario({ usersMax: 5, thinkTime: { minNs: 10 * MS, maxNs: 10 * MS } });
    expect(plan(one).requests).toEqual(atMost(500));
    expect(
      of(
        play(one, () => ({ afterNs: 1 })),
        "request_issued",
      ),
    ).toHaveLength(500);
  });

  test("users over time: the most alive within each bucket, for each kind of schedule", () => {
    const ramp = plan(scenario({ usersMax: 100, durationNs: 10 * NS_PER_SECOND, phases: users([[0, 100, 10]]) }));
    // The k-th user comes at k * 0.1 s: the last of a second comes at its end, and so counts in the next bucket.
    expect(closedOf(ramp).series?.values).toEqual([9, 19, 29, 39, 49, 59, 69, 79, 89, 99]);
    expect(closedOf(ramp).spawns).toEqual(exact(99));
    const spike = plan(
      scenario({
        usersMax: 50,
        durationNs: 6 * NS_PER_SECOND,
        phases: users([
          [5, 5, 2],
          [50, 50, 1],
          [5, 5, 3],
        ]),
      }),
    );
    expect(closedOf(spike).series?.values).toEqual([5, 5, 50, 5, 5, 5]);
    expect(closedOf(spike)).toMatchObject({ users_max: 50, spawns: exact(50) });
  });

  test("users who come again are at most so many: one who is still busy stays", () => {
    const phases = users([
      [4, 4, 1],
      [1, 1, 1],
      [4, 4, 1],
    ]);
    const planned = plan(scenario({ usersMax: 4, durationNs: 3 * NS_PER_SECOND, phases }));
    expect(closedOf(planned).spawns).toEqual(atMost(7));
  });

  test("30 days have at most 60 buckets", () => {
    const durationNs = 30 * 86_400 * NS_PER_SECOND;
    const { series } = closedOf(plan(scenario({ usersMax: 2, durationNs, phases: users([[2, 2, 30 * 86_400]]) })));
    expect(series).toMatchObject({ bucket_seconds: 43_200, seconds: 2_592_000 });
    expect(series?.values).toEqual(Array(60).fill(2));
  });

  test("whatever the schedule and the flows: the engine spawns no more and sends no more than said", () => {
    const level = fc.tuple(fc.nat(6), fc.nat(6), fc.integer({ min: 1, max: 2 }));
    const someFlow = fc.record({
      weight: fc.integer({ min: 1, max: 3 }),
      repeat: fc.integer({ min: 1, max: 4 }),
      pauseMs: fc.integer({ min: 20, max: 300 }),
      spreadMs: fc.nat(100),
    });
    fc.assert(
      fc.property(
        fc.array(level, { minLength: 1, maxLength: 3 }),
        fc.array(someFlow, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.integer({ min: 1, max: 40 * MS }),
        (levels, list, seed, afterNs) => {
          const phases = users(levels);
          const flows = list.map(({ weight, repeat, pauseMs, spreadMs }) =>
            flow({
              weight,
              steps: [{ request: 0, repeat }],
              thinkTime: { minNs: pauseMs * MS, maxNs: (pauseMs + spreadMs) * MS },
            }),
          );
          const group: UserGroup = {
            name: "",
            flows: flows.map((_, index) => index),
            schedule: { type: "steps", phases },
            firstIdentity: 0,
            identities: 6,
          };
          const durationNs = phases.reduce((sum, phase) => sum + phase.durationNs, 0);
          const one = scenario({ usersMax: 6, durationNs, flows, groups: [group], seed: String(seed) });
          const planned = plan(one);
          const log = play(one, () => ({ afterNs }));
          const spawned = of(log, "user_spawned").length;
          const { spawns } = closedOf(planned);
          if (spawns.precision === "exact") expect(spawned).toBe(spawns.value);
          else expect(spawned).toBeLessThanOrEqual(spawns.value);
          expect(of(log, "request_issued").length).toBeLessThanOrEqual(planned.requests!.value);
          expect(planned.requests!.precision).toBe("at_most");
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("what may go otherwise", () => {
  const shortened = (one: Scenario) => plan(one).fewer_if.some((sentence) => sentence.includes("on_failure"));

  test("a failure costs requests only where something was to follow", () => {
    const steps = [{ request: 0, repeat: 2 }];
    const base = { usersMax: 2, durationNs: null, iterations: 3 } as const;
    expect(shortened(scenario({ ...base, steps }))).toBe(true);
    expect(shortened(scenario({ ...base, steps, onFailure: "continue" }))).toBe(false);
    expect(shortened(scenario(base))).toBe(false);
    expect(shortened(scenario({ ...base, onFailure: "stop" }))).toBe(true);
    expect(shortened(arrivals([[10, 10, 1]], {}, { onFailure: "stop" }))).toBe(false);
    const own = [{ ...request("a"), onFailure: "stop" as const }];
    expect(shortened(scenario({ ...base, requests: own, onFailure: "continue" }))).toBe(true);
  });

  test("rows of which none is used twice run out: beforehand it is said", () => {
    const value = { kind: "data", set: 0, column: 0 } as const;
    const path = { parts: [{ kind: "value", value, escape: "uri" }] } as const;
    const withRows = (rows: number, one: Scenario): Scenario => ({
      ...one,
      requests: [{ ...request("a"), path }],
      data: [{ name: "users", pick: "unique", rows, columns: [] }],
    });
    const closed = scenario({ usersMax: 5, durationNs: null, iterations: 4 });
    expect(plan(withRows(20, closed)).warnings).toEqual([]);
    expect(plan(withRows(19, closed)).warnings).toEqual([
      expect.stringMatching(/up to 20 rows of users, which has 19:/),
    ]);
    const timed = scenario({ usersMax: 5 });
    expect(plan(withRows(12, timed)).warnings).toEqual([expect.stringMatching(/rows for 2 iterations of each user:/)]);
    const shared = withRows(1, timed);
    expect(plan({ ...shared, data: [{ ...shared.data[0]!, pick: "by_user" }] }).warnings).toEqual([]);
    expect(plan(withRows(9, arrivals([[10, 10, 1]]))).warnings).toEqual([expect.stringContaining("up to 10 rows")]);
  });

  test("rows are needed by those alone who use them", () => {
    const value = { kind: "data", set: 0, column: 0 } as const;
    const path = { parts: [{ kind: "value", value, escape: "uri" }] } as const;
    const [buyers] = arrivals([[20, 20, 1]]).groups;
    const [browsers] = scenario({ usersMax: 50 }).groups;
    const shop = (rows: number, changes: Parameters<typeof scenario>[0] = {}): Scenario =>
      scenario({
        requests: [request("look"), { ...request("buy"), path }],
        flows: [flow(), flow({ name: "buy", requests: [1] })],
        usersMax: 70,
        identities: 70,
        groups: [browsers!, { ...buyers!, name: "buy", flows: [1], firstIdentity: 50 }],
        data: [{ name: "codes", pick: "unique", rows, columns: [] }],
        ...changes,
      });
    const stops = (one: Scenario) => of(play(one, afterMs(10)), "stop_begun").map(({ code }) => code);
    expect([plan(shop(20)).warnings, stops(shop(20))]).toEqual([[], [STOP_CODES.duration]]);
    expect([plan(shop(19)).warnings, stops(shop(19))]).toEqual([
      [expect.stringMatching(/^The users of buy need up to 20 rows of codes, which has 19:/)],
      [STOP_CODES.data_exhausted],
    ]);
    const groups = [{ ...browsers!, flows: [0, 1] }];
    expect(plan(shop(149, { groups, iterations: 3, durationNs: null })).warnings).toEqual([
      expect.stringMatching(/^The users may need up to 150 rows/),
    ]);
    expect(plan(shop(101, { groups })).warnings).toEqual([
      expect.stringMatching(/^codes has rows for 2 iterations of each user with a flow that uses it:/),
    ]);
  });
});

describe("what does not fit", () => {
  const many = arrivals([[1_000, 1_000, 60]], { aliveMax: 30_000 });

  test("files, ports, the ledger's bound and the disk: one warning each, with what to change", () => {
    expect(plan(many, { limits: { fileDescriptors: 30_040, localPorts: 30_000 } }).warnings).toEqual([]);
    const { warnings } = plan(
      { ...many, limits: { ...many.limits, eventLogBytesMax: 10e6 } },
      {
        limits: { fileDescriptors: 30_039, localPorts: 29_999 },
        ledger: { folder: "results", freeDiskBytes: 5e6 },
      },
    );
    expect(warnings).toEqual([
      expect.stringMatching(/^This run may need 30,000 sockets, .*ulimit -n 30040\).*max_connections/),
      expect.stringMatching(/^This run may need 30,000 connections to 127\.0\.0\.1:80, .*29,999 local ports/),
      expect.stringMatching(/^The ledger takes about \d.* MB, and max_event_log_size_mb allows 10\.0 MB.*ledger_full/),
      expect.stringMatching(/^The ledger takes about \d.* MB, and 5\.00 MB are free at results.*--output/),
    ]);
  });

  test("what the system does not say is no reason to warn", () => {
    const unknown = { fileDescriptors: null, localPorts: null };
    const facts = { ...FACTS, limits: unknown, ledger: { folder: "results", freeDiskBytes: null } };
    const planned = planAhead(many, facts);
    expect(planned.warnings).toEqual([]);
    expect(planned.connections.local_ports).toBeNull();
  });

  test("two targets at one address share its ports; a target that a group never asks needs no sockets for it", () => {
    const [target] = many.targets;
    const targets = [
      { ...target!, name: "a" },
      { ...target!, name: "b", basePath: "/b" },
      { ...target!, name: "c", port: 81 },
    ];
    const requests = [0, 1, 2].map((index) => ({ ...request(`r${index}`), target: index }));
    const flows = [flow({ requests: [0, 1], steps: null }), flow({ requests: [2] })];
    const [group] = many.groups as [UserGroup];
    const groups: UserGroup[] = [
      group,
      { ...group, flows: [1], schedule: { ...(group.schedule as OpenSchedule), aliveMax: 10 } },
    ];
    const { connections } = plan({ ...many, targets, requests, flows, groups });
    expect(connections.targets.map((each) => each.connections)).toEqual([30_000, 30_000, 10]);
    expect(connections.destinations).toEqual([
      { address: "127.0.0.1:80", connections: 60_000 },
      { address: "127.0.0.1:81", connections: 10 },
    ]);
  });
});
