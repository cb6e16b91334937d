import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entry, exchange, MS, PLAN, RULES, run, runOne, SECOND } from "../../test/support/fold.ts";
import {
  CONNECTION_RESUMED,
  type Entry,
  type KindName,
  PROTOCOL_CODES,
  STOP_CODES,
  type StopReason,
} from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import { Fold } from "./fold.ts";

describe("Fold", () => {
  it("derives latency, service time and phases from the planned moment", () => {
    const { summary } = runOne([
      entry(12 * MS, "request_issued", { b: 2 * MS, c: 100 }),
      entry(40 * MS, "response_received", { code: 200, a: 1000, b: 5 * MS, c: 15 * MS, flags: 1 }),
    ]);
    expect(summary.latency).toMatchObject({ count: 1, min_ns: 30 * MS, max_ns: 30 * MS, p50_ns: 30 * MS });
    expect(summary.service_time.max_ns).toBe(25 * MS);
    expect(summary.phases.wait.max_ns).toBe(5 * MS);
    expect(summary.phases.ttfb.max_ns).toBe(15 * MS);
    expect(summary.phases.body.max_ns).toBe(10 * MS);
    expect(summary.lag).toMatchObject({ p999_ns: 2 * MS, max_ns: 2 * MS });
    expect(summary.connections.reused).toBe(1);
    expect(summary.throughput).toMatchObject({ bytes_in: 1000, bytes_out: 100 });
    expect(summary.books).toMatchObject({ balanced: true, problems: [] });
  });

  it("keeps the three kinds of error apart", () => {
    const { summary } = runOne([
      ...exchange(0, 0, MS, 200),
      ...exchange(1, 0, MS, 404, 1),
      ...exchange(2, 0, MS, 503),
      ...exchange(3, 0, MS, 301),
      entry(2 * MS, "request_issued", { identity: 4 }),
      entry(3 * MS, "request_failed", { identity: 4, code: FAILURE_CODES.connection_reset, c: 7 }),
      entry(4 * MS, "request_issued", { identity: 4, code: 1 }),
      entry(5 * MS, "request_timed_out", { identity: 4 }),
      entry(6 * MS, "request_issued", { identity: 4 }),
      entry(7 * MS, "request_unfinished", { identity: 4 }),
      entry(8 * MS, "arrival_dropped", { identity: 9 }),
    ]);
    expect(summary.requests).toEqual({
      planned: 8,
      total: 7,
      dropped: 1,
      success: 2,
      failed: 4,
      unfinished: 1,
      success_rate: 2 / 7,
      by_method: { GET: 5, POST: 2 },
      by_status: { 200: 1, 301: 1, 404: 1, 503: 1 },
    });
    expect(summary.errors).toEqual({
      total: 4,
      rate: 4 / 7,
      by_kind: { connection_reset: 1, request_timeout: 1, status_4xx: 1, status_5xx: 1 },
    });
    expect(summary.books).toEqual({
      balanced: true,
      planned: 8,
      issued: 7,
      dropped: 1,
      completed: 4,
      failed: 1,
      timed_out: 1,
      unfinished: 1,
      problems: [],
    });
    expect(summary.by_request.create).toMatchObject({ requests: { total: 2, success: 0, failed: 2 } });
    expect(summary.latency.count).toBe(4);
    expect(summary.throughput.bytes_in).toBe(4007);
  });

  it("says what was counted so far, and why a shard began to stop", () => {
    const fold = new Fold({ ...PLAN, shardCount: 2 });
    for (const one of exchange(0, SECOND, 10 * MS)) fold.add(one, 0);
    expect(fold.soFar().totals.completed).toBe(1);
    expect(fold.soFar().byRequest.map(({ completed }) => completed)).toEqual([1, 0]);
    fold.add(entry(2 * SECOND, "stop_requested", { code: STOP_CODES.sigint }), 1);
    expect(fold.stopBegun).toBeNull();
    fold.add(entry(1.5 * SECOND, "stop_begun", { code: STOP_CODES.data_exhausted }), 0);
    expect(fold.stopBegun).toBe("data_exhausted");
    expect(fold.live(2 * SECOND)).toMatchObject({ stopReason: "data_exhausted", dropped: 0 });
  });

  it("names what cut a run short rather than the shards that had done their work by then", () => {
    const begun = (timeNs: number, reason: StopReason) => entry(timeNs, "stop_begun", { code: STOP_CODES[reason] });
    const request = entry(2.5 * SECOND, "stop_requested", { code: STOP_CODES.sigint });
    const reasonOf = (entries: [Entry, number][]) => run(entries, { shardCount: 2 }).summary.runtime.stop_reason;
    const done: [Entry, number] = [begun(SECOND, "iterations"), 0];
    expect(reasonOf([done, [begun(2 * SECOND, "data_exhausted"), 1]])).toBe("data_exhausted");
    expect(reasonOf([done, [request, 0], [begun(2.5 * SECOND, "sigint"), 1]])).toBe("sigint");
    // A signal that comes when all is done changes nothing.
    expect(reasonOf([done, [begun(2 * SECOND, "iterations"), 1], [request, 0], [request, 1]])).toBe("iterations");
    const ended = entry(3 * SECOND, "run_ended", { code: STOP_CODES.iterations });
    expect(reasonOf([done, [begun(2 * SECOND, "sigterm"), 1], [ended, 0]])).toBe("iterations");
  });

  it("counts connections and their phases", () => {
    const { summary } = runOne([
      entry(0, "target_resolved", { b: 3 * MS }),
      entry(1, "connection_opened", { flags: PROTOCOL_CODES["http1.1"], b: MS }),
      entry(2, "connection_opened", {
        flags: PROTOCOL_CODES["http2+tls"] | CONNECTION_RESUMED,
        b: 2 * MS,
        c: 9 * MS,
      }),
      entry(3, "connection_failed", { code: FAILURE_CODES.connection_refused }),
      entry(4, "connection_closed"),
      entry(5, "backpressure_on"),
      entry(6, "backpressure_off", { b: 500 }),
      entry(7, "backpressure_off", { b: 600 }),
    ]);
    expect(summary.connections).toEqual({ opened: 2, resumed: 1, reused: 0, errors: 1, closed: 1 });
    expect(summary.phases.dns).toMatchObject({ count: 1, max_ns: 3 * MS });
    expect(summary.phases.connect).toMatchObject({ count: 2, min_ns: MS, max_ns: 2 * MS });
    expect(summary.phases.tls).toMatchObject({ count: 1, max_ns: 9 * MS });
    expect(summary.lag.paused_for_disk_ns).toBe(1100);
  });

  it("hands out one row a second and measures to the planned end", () => {
    const entries = [entry(0, "user_spawned"), entry(0, "user_spawned", { identity: 1 })];
    for (const [second, count] of [3, 1, 0, 2].entries()) {
      for (let i = 0; i < count; i++) entries.push(...exchange(0, second * SECOND + i * 10 * MS, MS));
    }
    entries.push(
      entry(3.5 * SECOND, "stop_begun", { code: STOP_CODES.duration }),
      ...exchange(1, 3.6 * SECOND, MS),
      entry(3.7 * SECOND, "user_retired"),
      entry(4 * SECOND, "user_retired", { identity: 1 }),
      entry(4 * SECOND, "run_ended", { code: STOP_CODES.duration }),
    );
    const { summary, windows } = runOne(entries, { plannedEndNs: 3.5 * SECOND });
    expect(windows.map((row) => [row.tickNs / SECOND, row.users, row.issued, row.completed, row.rps])).toEqual([
      [1, 2, 3, 3, 3],
      [2, 2, 1, 1, 1],
      [3, 2, 0, 0, 0],
      [4, 1, 3, 3, 3],
    ]);
    expect(windows[2]).toMatchObject({ latencyP50Ns: null, lagP99Ns: null, bytesIn: 0 });
    expect(summary.throughput).toMatchObject({ rps: 7 / 3.5, peak_rps: 3, min_rps: 0 });
    expect(summary.runtime).toMatchObject({ duration_seconds: 3.5, stop_reason: "duration" });
  });

  it("measures to the stop when that comes before the planned end", () => {
    const { summary } = runOne(
      [...exchange(0, 0, MS), entry(2.5 * SECOND, "stop_requested", { code: STOP_CODES.sigint })].concat(
        entry(2.5 * SECOND, "stop_begun", { code: STOP_CODES.sigint }),
        entry(9 * SECOND, "heartbeat"),
      ),
      { plannedEndNs: 60 * SECOND },
    );
    expect(summary.runtime).toMatchObject({ duration_seconds: 2.5, stop_reason: "sigint" });
    expect(summary.throughput).toMatchObject({ rps: 1 / 2.5, peak_rps: 1, min_rps: 0 });
  });

  it("measures a ledger that was cut off to its last entry", () => {
    const { summary } = runOne([...exchange(0, 0, MS), entry(1.5 * SECOND, "request_issued")]);
    expect(summary.runtime).toMatchObject({ duration_seconds: 1.5, stop_reason: null });
    expect(summary.books.balanced).toBe(false);
    expect(summary.books.problems).toEqual(["1 request was issued and never settled"]);
  });

  it("has no peak when the run has no whole second, and no figures when nothing happened", () => {
    expect(runOne(exchange(0, 0, MS)).summary.throughput).toMatchObject({ peak_rps: null, min_rps: null });
    const { summary, windows } = runOne([]);
    expect(windows).toEqual([]);
    expect(summary.requests.success_rate).toBeNull();
    expect(summary.errors.rate).toBeNull();
    expect(summary.throughput.rps).toBe(0);
    expect(summary.books.balanced).toBe(true);
  });

  it("says when the generator is the bottleneck", () => {
    const late = (latenessNs: number) =>
      runOne([entry(SECOND, "request_issued", { b: latenessNs }), entry(SECOND + 1, "response_received")]).summary.lag;
    expect(late(10 * MS).generator_limited).toBe(false);
    expect(late(11 * MS).generator_limited).toBe(true);
    // An arrival that is looked at late may be dropped for that alone, in the last second of the run as well.
    const drop = runOne([entry(1.5 * SECOND, "arrival_dropped", { identity: 7, code: 1, b: 20 * MS })]);
    expect(drop.summary.lag).toMatchObject({ max_ns: 20 * MS, generator_limited: true });
  });

  it("says how busy the generator was, and that one without a reserve may be the bottleneck", () => {
    const beat = (seconds: number, busyMs: number) => entry(seconds * SECOND, "heartbeat", { b: busyMs * MS });
    expect(runOne([beat(1, 250), beat(3, 1500)]).summary.lag).toMatchObject({
      busy_mean: 1.75 / 3,
      busy_max: 0.75,
      generator_limited: false,
    });
    expect(runOne([beat(1, 990), beat(2, 970)]).summary.lag.generator_limited).toBe(true);
    const twoShards = run(
      [
        [beat(1, 900), 0],
        [beat(1, 100), 1],
      ],
      { shardCount: 2 },
    );
    expect(twoShards.summary.lag).toMatchObject({ busy_mean: 0.5, busy_max: 0.9 });
    expect(runOne([]).summary.lag).toMatchObject({ busy_mean: null, busy_max: null });
  });

  it.each<[string, Entry[], string[]]>([
    [
      "an outcome without a request",
      [...exchange(0, 0, MS), entry(2 * MS, "response_received"), entry(2 * MS, "request_timed_out", { identity: 1 })],
      ["2 outcomes belong to no issued request"],
    ],
    [
      "a second request before the first settled",
      [entry(0, "request_issued"), ...exchange(0, 1, MS)],
      ["1 request was issued while the one before it had not settled"],
    ],
    ["a user who does not exist", exchange(8, 0, MS), ["2 entries name users that the scenario does not have"]],
    [
      "a request that does not exist",
      exchange(0, 0, MS, 200, 2),
      ["1 entry names a request that the scenario does not have"],
    ],
    [
      "a failure and a status that do not exist",
      [...exchange(0, 0, MS, 1000), entry(MS, "request_issued"), entry(MS, "request_failed", { code: 999 })],
      ["2 entries carry a status or failure code that does not exist"],
    ],
    [
      "a broken rule that does not exist, and one of another request than is in flight",
      [
        entry(0, "request_issued"),
        entry(1, "check_failed", { code: 3 }),
        entry(1, "check_failed", { code: 2 }),
        entry(1, "check_failed", { identity: 1 }),
        entry(2, "response_received", { code: 200 }),
      ],
      ["1 entry names a rule that the scenario does not have", "2 broken rules belong to no request in flight"],
    ],
    [
      "phases longer than the whole",
      [entry(0, "request_issued"), entry(10, "response_received", { b: 6, c: 5, code: 200 })],
      ["1 response has phases longer than its latency, which is left out"],
    ],
  ])("notes %s instead of throwing", (_, entries, problems) => {
    const { books } = runOne(entries, { rules: RULES }).summary;
    expect(books.balanced).toBe(false);
    expect(books.problems).toEqual(problems);
  });

  it("notes entries of a shard that the run does not have", () => {
    const { books } = run([[entry(0, "heartbeat"), 1]]).summary;
    expect(books.problems).toEqual(["1 entry comes from a shard that the run does not have"]);
  });

  it("survives any entries whatever", () => {
    const anyEntry = fc.record({
      timeNs: fc.nat({ max: 20 }).map((n) => n * 300 * MS),
      identity: fc.nat({ max: 9 }),
      kind: fc.nat({ max: 25 }),
      flags: fc.nat({ max: 255 }),
      code: fc.nat({ max: 65_535 }),
      a: fc.nat({ max: 2 ** 32 - 1 }),
      b: fc.maxSafeNat().map((n) => n % 2 ** 48),
      c: fc.maxSafeNat().map((n) => n % 2 ** 48),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEntry, fc.nat({ max: 2 })), { maxLength: 60 }), (entries) => {
        const { summary } = run(entries, { shardCount: 2, rules: RULES });
        const { issued, completed, failed, timed_out, unfinished, balanced } = summary.books;
        if (balanced) expect(issued).toBe(completed + failed + timed_out + unfinished);
      }),
    );
  });

  it("gives the same summary and rows however the work is split over shards and interleaved", () => {
    const outcome = fc.record({
      pauseNs: fc.nat({ max: 700 }).map((n) => n * MS),
      latencyNs: fc.nat({ max: 700 }).map((n) => n * MS + 1),
      request: fc.nat({ max: 1 }),
      kind: fc.constantFrom<KindName>("response_received", "request_failed", "request_timed_out"),
      code: fc.constantFrom(1, 3, 4),
    });
    const users = fc.array(fc.array(outcome, { maxLength: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(users, fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat()), (plans, shardCount, choices) => {
        const perUser = plans.map((plan, user) => {
          let timeNs = 0;
          const entries = [entry(0, "user_spawned", { identity: user })];
          for (const { pauseNs, latencyNs, request, kind, code } of plan) {
            timeNs += pauseNs;
            entries.push(entry(timeNs, "request_issued", { identity: user, code: request, b: pauseNs % 7, c: 10 }));
            timeNs += latencyNs;
            entries.push(entry(timeNs, kind, { identity: user, code, a: 20 }));
          }
          return entries;
        });
        const inOrder = (lists: Entry[][]) => lists.flat().sort((x, y) => x.timeNs - y.timeNs);
        // Every shard says when it stopped and that it is through, as a run does.
        const stopNs = 7 * SECOND;
        const close = [entry(stopNs, "stop_begun", { code: STOP_CODES.duration })];
        const plan = { plannedEndNs: stopNs };
        const whole = inOrder([...perUser, close]);
        const single = runOne(whole, plan);

        const queues = Array.from({ length: shardCount }, (_, shard) =>
          inOrder([...perUser.filter((_, user) => user % shardCount === shard), close]),
        );
        const mixed: [Entry, number][] = [];
        while (queues.some((queue) => queue.length > 0)) {
          const waiting = [...queues.keys()].filter((shard) => queues[shard]!.length > 0);
          const shard = waiting[choices.next().value % waiting.length]!;
          mixed.push([queues[shard]!.shift()!, shard]);
        }
        const split = run(mixed, { ...plan, shardCount });
        expect(split.summary).toEqual(single.summary);
        expect(split.windows).toEqual(single.windows);
      }),
    );
  });

  it("closes the oldest window when a shard lags too far behind, and loses nothing", () => {
    const late = exchange(1, 100 * MS, MS);
    const { summary, windows } = run(
      [
        ...[0, 4, 9, 12].flatMap((second) => exchange(0, second * SECOND, MS).map((one) => [one, 0] as const)),
        ...late.map((one) => [one, 1] as const),
      ],
      { shardCount: 2 },
    );
    expect(summary.books).toMatchObject({ balanced: true, completed: 5 });
    expect(windows.map((row) => row.completed)).toEqual([1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1]);
  });

  it("shows the second under way on the live screen", () => {
    const fold = new Fold(PLAN);
    const entries = [
      entry(0, "user_spawned"),
      ...exchange(0, 0, 100 * MS),
      ...exchange(0, 1.2 * SECOND, 300 * MS),
      entry(1.6 * SECOND, "request_issued"),
    ];
    for (const one of entries) fold.add(one, 0);
    const live = fold.live(1.7 * SECOND);
    expect(live).toMatchObject({
      nowNs: 1.7 * SECOND,
      users: 1,
      issued: 3,
      completed: 2,
      inFlight: 1,
      rpsHistory: [1],
    });
    expect(live.latencyP99Ns).toBe(300 * MS);
    expect(live.window).toMatchObject({ tickNs: SECOND, completed: 1, latencyMaxNs: 100 * MS });
  });
});
