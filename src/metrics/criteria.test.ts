import { describe, expect, it } from "vitest";
import { exchange, MS, runOne, PLAN as TWO_REQUESTS } from "../../test/support/fold.ts";
import { KIND } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { Criterion } from "../model/scenario.ts";
import { judge, judgeLive, mayAbort } from "./criteria.ts";
import { Fold, type FoldPlan } from "./fold.ts";

const REQUESTS = [{ name: "create_user", method: "POST" }];
const PLAN: FoldPlan = { ...TWO_REQUESTS, usersMax: 1, identities: 1, requests: REQUESTS };
const EMPTY = runOne([], PLAN).summary;

/** 200 requests in 10 s: 190 with status 200, 8 with 500, 2 failed. */
const RUN: typeof EMPTY = {
  ...EMPTY,
  runtime: { ...EMPTY.runtime, duration_seconds: 10 },
  requests: { ...EMPTY.requests, total: 200, success_rate: 0.95, by_status: { 200: 190, 500: 8 } },
  latency: { ...EMPTY.latency, count: 198, mean_ns: 12.3456 * MS, p99_ns: 89.4 * MS, p95_ns: 100.02 * MS },
  errors: { total: 10, rate: 0.05, by_kind: { status_5xx: 8, connection_reset: 2 } },
};

function criterion(name: string, measure: Criterion["measure"], bound: number, request: number | null = null) {
  return { name, request, measure, bound, abortAfterNs: null };
}

describe("judge", () => {
  it.each<[Criterion, boolean, string, string]>([
    [criterion("p99_latency_ms", { kind: "latency", statistic: "p99" }, 100), true, "p99 <= 100 ms", "89.4 ms"],
    [criterion("p99_latency_ms", { kind: "latency", statistic: "p99" }, 89.4), true, "p99 <= 89.4 ms", "89.4 ms"],
    [criterion("p95_latency_ms", { kind: "latency", statistic: "p95" }, 100), false, "p95 <= 100 ms", "100.02 ms"],
    [criterion("mean_latency_ms", { kind: "latency", statistic: "mean" }, 12.5), true, "mean <= 12.5 ms", "12.3 ms"],
    [criterion("error_rate_max", { kind: "error_rate" }, 0.01), false, "error rate <= 1%", "5%"],
    [criterion("success_rate_min", { kind: "success_rate" }, 0.95), true, "success rate >= 95%", "95%"],
    [criterion("status_5xx_max_rate", { kind: "status_5xx_rate" }, 0.001), false, "5xx rate <= 0.1%", "4%"],
    [criterion("rps_min", { kind: "rps" }, 20), false, "throughput >= 20 requests/s", "19.8 requests/s"],
    [criterion("rps_min", { kind: "rps" }, 15.5), true, "throughput >= 15.5 requests/s", "19.8 requests/s"],
  ])("judges $name", (one, passed, expected, actual) => {
    expect(judge([one], RUN, REQUESTS)).toEqual([{ name: one.name, passed, expected, actual }]);
  });

  it("judges single requests by their own numbers", () => {
    const entries = [201, 201, 503, 201].flatMap((status, i) => exchange(0, i * 500 * MS, 500 * MS, status));
    const { summary } = runOne(entries, PLAN);
    const criteria = [
      criterion("rps_min", { kind: "rps" }, 3, 0),
      criterion("status_5xx_max_rate", { kind: "status_5xx_rate" }, 0.2, 0),
      criterion("error_rate_max", { kind: "error_rate" }, 0.25, 0),
      criterion("max_latency_ms", { kind: "latency", statistic: "max" }, 500, 0),
    ];
    expect(judge(criteria, summary, REQUESTS).map(({ passed, actual }) => [passed, actual])).toEqual([
      [false, "2 requests/s"],
      [false, "25%"],
      [true, "25%"],
      [true, "500 ms"],
    ]);
  });

  it("names the request that a criterion is about, and fails what was never measured", () => {
    const criteria = [
      criterion("p99_latency_ms", { kind: "latency", statistic: "p99" }, 200, 0),
      criterion("error_rate_max", { kind: "error_rate" }, 1, 0),
    ];
    expect(judge(criteria, RUN, REQUESTS)).toEqual([
      { name: "create_user.p99_latency_ms", passed: false, expected: "p99 <= 200 ms", actual: "no responses" },
      { name: "create_user.error_rate_max", passed: false, expected: "error rate <= 100%", actual: "no requests" },
    ]);
  });
});

describe("judgeLive", () => {
  const AFTER_NS = 2_000 * MS;
  const rules = [
    criterion("error_rate_max", { kind: "error_rate" }, 0.25),
    criterion("success_rate_min", { kind: "success_rate" }, 0.75, 0),
    criterion("rps_min", { kind: "rps" }, 4),
    criterion("p99_latency_ms", { kind: "latency", statistic: "p99" }, 100),
  ].map((one) => ({ ...one, abortAfterNs: AFTER_NS }));

  /** Of six users: `failed` requests fail, the others are answered after 50 ms; two more are in flight. */
  function counted(failed: number) {
    const fold = new Fold({ ...PLAN, usersMax: 8, identities: 8 });
    const add = (timeNs: number, kind: number, identity: number, code: number) =>
      fold.add({ timeNs, kind, identity, code, flags: 0, a: 0, b: 0, c: 0 }, 0);
    for (let user = 0; user < 8; user++) add(0, KIND.request_issued, user, 0);
    for (let user = 0; user < 6; user++) {
      if (user < failed) add(50 * MS, KIND.request_failed, user, FAILURE_CODES.connection_reset);
      else add(50 * MS, KIND.response_received, user, 200);
    }
    return fold.soFar();
  }

  const failing = (failed: number, nowNs: number, criteria: readonly Criterion[] = rules) =>
    judgeLive(criteria, counted(failed), nowNs, 3_000 * MS).map(({ name }) => name);

  it("names what fails by the requests that have ended, over the time that was seen", () => {
    // 2 of 6 are errors; 4 answers in 3 s.
    expect(failing(2, AFTER_NS)).toEqual(["error_rate_max", "success_rate_min", "rps_min"]);
    // 1 of 6 is one, 6 in flight or ended well: what is in flight is no failure.
    expect(failing(1, AFTER_NS)).toEqual(["rps_min"]);
    expect(failing(0, 5_000 * MS)).toEqual(["rps_min"]);
  });

  it("waits for the delay, and leaves assertions alone that may not end the run", () => {
    expect(failing(6, AFTER_NS - 1)).toEqual([]);
    const patient = rules.map((one) => ({ ...one, abortAfterNs: null }));
    expect(failing(6, AFTER_NS, patient)).toEqual([]);
    expect([mayAbort(rules), mayAbort(patient), mayAbort([])]).toEqual([true, false, false]);
  });

  it("fails nothing that was not measured yet", () => {
    const nothing = new Fold(PLAN).soFar();
    expect(judgeLive(rules, nothing, AFTER_NS, 0)).toEqual([]);
    expect(failing(6, AFTER_NS)).not.toContain("p99_latency_ms");
  });
});
