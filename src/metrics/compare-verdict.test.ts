import { describe, expect, it } from "vitest";
import { Accumulator } from "./accumulator.ts";
import { contrast, intervalOf } from "./compare-scale.ts";
import { judgeDifference, unclearReason } from "./compare-verdict.ts";

const RULES = { threshold: 0.05, sameLoad: true };

function accounts(count: number, latencyNs: number): Accumulator {
  const requests = new Accumulator();
  for (let i = 0; i < count; i++) {
    requests.addIssued(1);
    requests.addResponse(200, 1, 1);
    requests.addDurations(latencyNs, latencyNs);
  }
  return requests;
}

describe("judgeDifference", () => {
  it.each([
    ["latency_p99", 100, 112, { low: 0.08, high: 0.17 }, "slower", true],
    ["latency_p99", 100, 104, { low: 0.02, high: 0.06 }, "slower", false],
    ["latency_p99", 100, 112, { low: -0.01, high: 0.2 }, "noise", false],
    ["latency_p99", 1000, 1009, { low: 0.008, high: 0.01 }, "noise", false],
    ["latency_mean", 100, 80, { low: -0.25, high: -0.15 }, "faster", false],
    ["latency_p50", 0, 5, { low: 0.5, high: null }, "slower", true],
    ["throughput", 100, 80, { low: -0.25, high: -0.15 }, "lower_throughput", true],
    ["throughput", 100, 120, { low: 0.15, high: 0.25 }, "higher_throughput", false],
    ["error_rate", 0, 0.01, { low: 0.005, high: 0.015 }, "more_errors", true],
    ["error_rate", 0.02, 0.01, { low: -0.015, high: -0.005 }, "fewer_errors", false],
    ["error_rate", 0, 0.00005, { low: 0.00004, high: 0.00006 }, "noise", false],
  ] as const)("%s from %f to %f within %j is %s", (metric, a, b, interval, verdict, regression) => {
    expect(judgeDifference(metric, a, b, interval, RULES)).toMatchObject({ verdict, regression });
  });

  it("does not blame lower throughput on the server when less load was planned", () => {
    const interval = { low: -0.25, high: -0.15 };
    const judged = judgeDifference("throughput", 100, 80, interval, { ...RULES, sameLoad: false });
    expect(judged).toMatchObject({ verdict: "lower_throughput", regression: false });
  });
});

describe("unclearReason", () => {
  it.each([
    ["latency_p50", 0, 1e9, "nothing_measured"],
    ["latency_p50", 49, 1e9, "too_few_requests"],
    ["latency_p50", 50, 1e9, null],
    ["latency_p99", 999, 1e9, "too_few_requests"],
    ["latency_p99", 1000, 1e9, null],
    ["throughput", 1000, 20e6, "run_too_short"],
  ] as const)("judges %s of %i requests of 1 ms in %f ns: %s", (metric, count, endNs, reason) => {
    expect(unclearReason(metric, accounts(count, 1e6), endNs)).toBe(reason);
  });

  it("judges the errors of requests of which none was answered, but not their latency", () => {
    const requests = new Accumulator();
    for (let i = 0; i < 100; i++) {
      requests.addIssued(1);
      requests.addTimedOut();
    }
    expect(unclearReason("error_rate", requests, 1e9)).toBeNull();
    expect(unclearReason("latency_mean", requests, 1e9)).toBe("nothing_measured");
  });
});

describe("contrast and intervalOf", () => {
  it("give a change back", () => {
    const middle = contrast("latency_p50", 100, 110);
    expect(intervalOf("latency_p50", middle, middle).low).toBeCloseTo(0.1, 12);
  });

  it("treat doubling and halving alike", () => {
    expect(contrast("throughput", 1, 2)).toBe(-contrast("throughput", 2, 1));
  });

  it("know no upper limit where the scale ends, and no change below nothing", () => {
    expect(intervalOf("latency_p50", -3, 2)).toEqual({ low: -1, high: null });
  });
});
