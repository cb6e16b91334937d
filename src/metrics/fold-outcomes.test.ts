/** What the fold says of rules, of single requests and of the arrivals of an open model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entry, exchange, MS, RULES, runOne, SECOND } from "../../test/support/fold.ts";
import { type Entry, RESPONSE_CHECK_FAILED, RESPONSE_EXPECTED, RESPONSE_REUSED, STOP_CODES } from "../model/entry.ts";
import type { FoldPlan } from "./fold.ts";

describe("Fold", () => {
  it("keeps a broken rule apart from a status, and takes a status that a rule asks for as a success", () => {
    const [expected, broken] = [RESPONSE_EXPECTED, RESPONSE_CHECK_FAILED];
    const answer = (user: number, status: number, flags: number, rules: readonly number[] = []): Entry[] => {
      const [issued, response] = exchange(user, 0, MS, status) as [Entry, Entry];
      const found = rules.map((rule) => entry(MS, "check_failed", { identity: user, code: rule }));
      return [issued, ...found, { ...response, flags }];
    };
    const { summary, windows } = runOne(
      [
        ...answer(0, 200, RESPONSE_REUSED),
        ...answer(1, 404, expected),
        ...answer(2, 503, expected | broken, [1]),
        ...answer(3, 404, broken, [0, 1]),
        ...answer(4, 302, broken, [0]),
        ...answer(5, 500, 0),
        entry(SECOND, "heartbeat"),
      ],
      { rules: RULES },
    );
    expect(summary.requests).toMatchObject({ total: 6, success: 2, failed: 4, success_rate: 2 / 6 });
    expect(summary.errors).toEqual({
      total: 4,
      rate: 4 / 6,
      by_kind: { status_4xx: 1, status_5xx: 1, check_failed: 2 },
    });
    const counts = [
      { rule: "status 2xx or 404", failed: 2, passed: 4 },
      { rule: "body contains ok", failed: 2, passed: 4 },
    ];
    expect(summary.checks).toEqual([
      ...counts.map((count) => ({ request: "list", ...count })),
      { request: "create", rule: "status 201", failed: 0, passed: 0 },
    ]);
    expect(summary.by_request.list!.checks).toEqual(counts);
    expect(summary.connections.reused).toBe(1);
    expect(windows[0]!.failed).toBe(4);
    expect(summary.books).toMatchObject({ balanced: true, completed: 6, failed: 0 });
  });

  it("gives each request its throughput", () => {
    const { summary } = runOne([
      ...exchange(0, 0, MS),
      ...exchange(0, SECOND, MS, 200, 1),
      ...exchange(0, 1.5 * SECOND, 0.5 * SECOND, 200, 1),
    ]);
    expect(summary.by_request.list!.throughput).toEqual({ rps: 1 / 2, bytes_in: 1000, bytes_out: 100 });
    expect(summary.by_request.create!.throughput).toEqual({ rps: 2 / 2, bytes_in: 2000, bytes_out: 200 });
  });

  describe("with an open group", () => {
    // Identity 0 is a user, 1 .. 4,000,000,000 are arrivals, of whom two may be there at once.
    const open: Partial<FoldPlan> = {
      usersMax: 3,
      identities: 4_000_000_001,
      arrivals: { planned: 5, aliveMax: 2, groups: [{ firstIdentity: 1, identities: 4_000_000_000 }] },
      plannedEndNs: 4 * SECOND,
    };
    const arrive = (identity: number, timeNs: number): Entry[] => [
      entry(timeNs, "user_spawned", { identity }),
      ...exchange(identity, timeNs, MS),
      entry(timeNs + MS, "user_retired", { identity }),
    ];
    const start = [entry(0, "user_spawned"), ...arrive(1, MS), ...arrive(4_000_000_000, 2 * MS)];
    const drops = [2, 3].map((identity) => entry(SECOND, "arrival_dropped", { identity, code: 1 }));
    const end = (reason: "duration" | "sigint") => [entry(4 * SECOND, "stop_begun", { code: STOP_CODES[reason] })];

    it("accounts for every planned arrival", () => {
      const { summary } = runOne([...start, ...drops, ...arrive(5, 2 * SECOND), ...end("duration")], open);
      expect(summary.arrivals).toEqual({ planned: 5, started: 3, dropped: 2, not_reached: 0, max_vus: 2 });
      expect(summary.books).toMatchObject({ balanced: true, planned: 5, issued: 3, dropped: 2 });
      expect(summary.latency.count).toBe(3);
    });

    it("misses what never came, unless the run was stopped before it could", () => {
      const whole = runOne([...start, ...drops, ...end("duration")], open).summary;
      expect(whole.arrivals!.not_reached).toBe(1);
      expect(whole.books.problems).toEqual(["1 planned arrival neither came nor was dropped"]);
      expect(whole.books.balanced).toBe(false);
      const stopped = runOne([...start, ...end("sigint")], open).summary;
      expect(stopped.arrivals).toMatchObject({ started: 2, dropped: 0, not_reached: 3 });
      expect(stopped.books.balanced).toBe(true);
    });

    it("notes arrivals beyond the plan, and more at once than there may be", () => {
      const five = [1, 2, 3, 4, 5].flatMap((identity) => arrive(identity, MS));
      const { summary } = runOne([...five, ...drops.slice(1), ...end("duration")], open);
      expect(summary.books.problems).toEqual(["1 arrival came or was dropped beyond the plan"]);
      const crowd = [7, 8, 9, 10].map((identity) => entry(0, "request_issued", { identity }));
      const late = [9, 10, 7].map((identity) => entry(MS, "response_received", { identity, code: 200 }));
      expect(runOne([...crowd, ...late, ...end("sigint")], open).summary.books.problems).toEqual([
        "1 request was issued and never settled",
        "1 outcome belongs to no issued request",
        "1 request was issued while as many users as the scenario allows at once had one in flight",
      ]);
      expect(runOne([...exchange(4_000_000_001, 0, MS), ...end("sigint")], open).summary.books.problems).toEqual([
        "2 entries name users that the scenario does not have",
      ]);
    });

    it("joins however many arrivals have come before", () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat({ max: 2 ** 32 - 2 }), fc.nat({ max: 900 })), { maxLength: 60 }),
          (list) => {
            const seen = new Set<number>();
            const entries: Entry[] = [];
            let [timeNs, latencyNs] = [0, 0];
            for (const [identity, ms] of list.filter(([one]) => !seen.has(one) && seen.add(one))) {
              timeNs += SECOND;
              latencyNs += ms * MS;
              entries.push(...exchange(identity, timeNs, ms * MS));
            }
            const { summary } = runOne(entries, { ...open, identities: 2 ** 32 - 1, arrivals: null });
            expect(summary.books).toMatchObject({ balanced: true, completed: seen.size });
            expect((summary.latency.mean_ns ?? 0) * seen.size).toBeCloseTo(latencyNs, -2);
          },
        ),
      );
    });
  });
});
