import { describe, expect, it } from "vitest";
import type { Comparison, DiffRun, RunDiff } from "../model/diff.ts";
import { renderDiff } from "./diff-text.ts";

const RUN: DiffRun = {
  path: "before",
  run_id: "run_2026-01-31_120000",
  name: "API",
  start_time: "2026-01-31T12:00:00.000Z",
  simulated: false,
  fingerprint: "0123456789abcdef".repeat(4),
  complete: true,
  duration_seconds: 10,
  vus: 64,
  seed: "42",
  requests: 64_000,
  generator_limited: false,
  scenario_sha256: "0".repeat(64),
  z6: "0.1.0",
};

const SLOWER: Comparison = {
  metric: "latency_p99",
  unit: "ns",
  a: 100e6,
  b: 112.3e6,
  difference: 12.3e6,
  change: 0.123,
  interval: { low: 0.08, high: 0.171 },
  verdict: "slower",
  reason: null,
  regression: true,
};
const NOISE: Comparison = {
  ...SLOWER,
  change: 0.02,
  interval: { low: -0.01, high: null },
  verdict: "noise",
  regression: false,
};
const UNCLEAR: Comparison = { ...NOISE, interval: null, verdict: "unclear", reason: "too_few_requests" };
const ERRORS: Comparison = {
  ...SLOWER,
  metric: "error_rate",
  unit: "fraction",
  a: 0,
  b: 0.0052,
  difference: 0.0052,
  change: null,
  interval: { low: 0.004, high: 0.0064 },
  verdict: "more_errors",
};

function diffOf(comparisons: readonly Comparison[], more: Partial<RunDiff> = {}): RunDiff {
  return {
    version: "1",
    a: RUN,
    b: RUN,
    warnings: [],
    notes: [],
    threshold_percent: 5,
    same_load: true,
    method: { confidence: 0.99, resamples: 1000, windows: 120, blocks: 24, critical_value: 3.5 },
    groups: [{ request: null, requests_a: 64_000, requests_b: 60_000, comparisons }],
    only_in_a: [],
    only_in_b: [],
    differences: comparisons.filter(({ verdict }) => verdict !== "noise" && verdict !== "unclear").length,
    regressions: comparisons.filter(({ regression }) => regression).length,
    ...more,
  };
}

function text(diff: RunDiff): string {
  return renderDiff(diff, { colour: false });
}

describe("renderDiff", () => {
  it("says of a real difference how large it is and between what", () => {
    const shown = text(diffOf([SLOWER, ERRORS]));
    expect(shown).toContain("Verdict  2 regressions, threshold 5%");
    expect(shown).toContain("✗ all requests: p99 +12.3% (between +8.0% and +17.1%): slower");
    expect(shown).toContain("✗ all requests: error rate +0.52 pp (between +0.40 pp and +0.64 pp): more errors");
  });

  it("names both runs with what identifies them", () => {
    const shown = text(diffOf([NOISE]));
    expect(shown).toContain("A  API  run_2026-01-31_120000  0123456789ab");
    expect(shown).toContain("2026-01-31T12:00:00.000Z · 10.0 s · 64 users · 64,000 requests · seed 42");
  });

  it("tells no difference from not being able to tell", () => {
    expect(text(diffOf([NOISE, UNCLEAR]))).toContain("Verdict  no real difference");
    expect(text(diffOf([NOISE]))).toContain("-1.0% to any amount   noise");
    expect(text(diffOf([UNCLEAR]))).toContain("Verdict  too short to tell");
    expect(text(diffOf([UNCLEAR]))).toContain("too few requests");
  });

  it("paints what is real and leaves noise faint", () => {
    const shown = renderDiff(diffOf([SLOWER, NOISE]), { colour: true });
    expect(shown).toContain("\x1b[1;31m   slower\x1b[0m\x1b[1;31m: regression\x1b[0m");
    expect(shown).toContain("\x1b[2m   noise\x1b[0m");
    expect(text(diffOf([SLOWER, NOISE]))).not.toContain("\x1b");
  });

  it("lists what cannot be compared, and lets no name steer the terminal", () => {
    const shown = text(diffOf([NOISE], { only_in_a: ["old\x1b[2J"], only_in_b: ["new"], warnings: ["beware"] }));
    expect(shown).toContain("Only in A  not compared\n  old?[2J");
    expect(shown).toContain("Only in B  not compared\n  new");
    expect(shown).toContain("WARNING: beware");
  });

  it("shows of many request names those that differ", () => {
    const groups = Array.from({ length: 12 }, (_, i) => ({
      request: i === 0 ? null : `request ${i}`,
      requests_a: 100,
      requests_b: 100,
      comparisons: [i === 7 ? SLOWER : NOISE],
    }));
    const shown = text(diffOf([SLOWER], { groups }));
    expect(shown).toContain("request 7  100 in A, 100 in B");
    expect(shown).not.toContain("request 8");
    expect(shown).toContain("10 request names without a real difference");
  });

  it("keeps to the page", () => {
    for (const row of text(diffOf([SLOWER, NOISE, UNCLEAR, ERRORS])).split("\n")) {
      expect(row.length).toBeLessThanOrEqual(100);
    }
  });
});
