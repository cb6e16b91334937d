import { describe, expect, it } from "vitest";
import type { Criterion } from "../model/scenario.ts";
import { judge } from "./criteria.ts";
import { Fold } from "./fold.ts";
import { summarise } from "./summarise.ts";

const MS = 1_000_000;
const REQUESTS = [{ name: "create_user", method: "POST" }];
const EMPTY = summarise(
  new Fold({ usersMax: 1, requests: REQUESTS, shardCount: 1, plannedEndNs: null, windows: () => {} }).close(),
  {
    manifest: {
      run_id: "r",
      simulated: true,
      start_time: null,
      seed: "1",
      shards: 1,
      io: "simulated",
      scenario: { sha256: "" },
    },
    scenario: { metadata: { name: "", version: "" }, vus: 1, criteria: [] },
  },
);

/** 200 requests in 10 s: 190 with status 200, 8 with 500, 2 failed. */
const RUN: typeof EMPTY = {
  ...EMPTY,
  runtime: { ...EMPTY.runtime, duration_seconds: 10 },
  requests: { ...EMPTY.requests, total: 200, success_rate: 0.95, by_status: { 200: 190, 500: 8 } },
  latency: { ...EMPTY.latency, count: 198, mean_ns: 12.3456 * MS, p99_ns: 89.4 * MS, p95_ns: 100.02 * MS },
  errors: { total: 10, rate: 0.05, by_kind: { status_5xx: 8, connection_reset: 2 } },
};

function criterion(name: string, measure: Criterion["measure"], bound: number, request: number | null = null) {
  return { name, request, measure, bound };
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
