/** `z6 diff` as a user runs it, and the two promises of its statistics: noise stays noise, 10 % is found. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { diffRuns } from "../src/drive/diff.ts";
import { DIFF_METRICS, type RunDiff } from "../src/model/diff.ts";
import { type SyntheticRun, writeSyntheticRun } from "./support/synthetic-run.ts";
import { temporaryFolder, z6 } from "./support/z6.ts";

const SCHEMA = JSON.parse(readFileSync(join(import.meta.dirname, "../schema/diff.schema.json"), "utf8"));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(SCHEMA);
const PAIRS = 20;
const THRESHOLD = 5;
/** A sixth of the default load: enough for every verdict, and quick. */
const MEDIAN_NS = 48e6;

/** Writes two runs and returns their folders. */
function twoRuns(a: SyntheticRun, b: SyntheticRun): [string, string] {
  const folder = temporaryFolder();
  const paths: [string, string] = [join(folder, "a"), join(folder, "b")];
  writeSyntheticRun(paths[0], { medianNs: MEDIAN_NS, ...a });
  writeSyntheticRun(paths[1], { medianNs: MEDIAN_NS, ...b });
  return paths;
}

function verdicts(diff: RunDiff, request: string | null = null): Record<string, string> {
  const group = diff.groups.find((one) => one.request === request)!;
  return Object.fromEntries(group.comparisons.map(({ metric, verdict }) => [metric, verdict]));
}

async function diffJson(...args: string[]): Promise<{ code: number | null; diff: RunDiff }> {
  const { code, stdout } = await z6("diff", ...args, "--json");
  const diff = JSON.parse(stdout) as RunDiff;
  validate(diff);
  expect(validate.errors ?? []).toEqual([]);
  return { code, diff };
}

it(`${PAIRS} runs repeated with another seed differ in one figure at most, and 10 % is found each time`, () => {
  const requests = ["read"];
  let real = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const [before, repeated] = twoRuns({ seed: 100 + pair, requests }, { seed: 200 + pair, requests });
    real += diffRuns(before, repeated, THRESHOLD).differences;
    const slowed = join(temporaryFolder(), "slowed");
    writeSyntheticRun(slowed, { seed: 300 + pair, medianNs: MEDIAN_NS, slowdown: 1.1, requests });
    const diff = diffRuns(before, slowed, THRESHOLD);
    expect(verdicts(diff)).toMatchObject({ latency_p50: "slower", latency_mean: "slower" });
    expect(diff.regressions).toBeGreaterThan(0);
  }
  expect(real).toBeLessThanOrEqual(1);
});

describe("z6 diff", () => {
  it("exits with 1 for a regression and says how large it is", async () => {
    const { code, stdout } = await z6("diff", ...twoRuns({ seed: 1 }, { seed: 2, slowdown: 1.2 }));
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ all requests: p50 \+\d+\.\d% \(between \+\d+\.\d% and \+\d+\.\d%\): slower/);
  });

  it("exits with 0 when the change is for the better, or below the threshold", async () => {
    const [a, b] = twoRuns({ seed: 1 }, { seed: 2, slowdown: 1.2 });
    const better = await z6("diff", b, a);
    expect(better.code).toBe(0);
    expect(better.stdout).toContain(": faster");
    const tolerant = await diffJson(a, b, "--threshold", "60");
    expect(tolerant.code).toBe(0);
    expect(tolerant.diff).toMatchObject({ regressions: 0, threshold_percent: 60 });
    expect(verdicts(tolerant.diff).latency_p50).toBe("slower");
  });

  it("gives the same answer twice, for a folder and for its ledger", async () => {
    const [a, b] = twoRuns({ seed: 1 }, { seed: 2, slowdown: 1.1 });
    const first = await diffJson(a, b);
    expect(await diffJson(a, b)).toEqual(first);
    const { diff } = await diffJson(join(a, "events.log"), join(b, "events.log"));
    expect(diff.groups).toEqual(first.diff.groups);
  });

  it("finds no difference between a run and itself", async () => {
    const [a] = twoRuns({ seed: 1 }, { seed: 2 });
    const { code, diff } = await diffJson(a, a);
    expect(code).toBe(0);
    expect(diff).toMatchObject({ differences: 0, warnings: [], notes: ["Both are the same ledger."] });
    for (const { comparisons } of diff.groups) {
      expect(comparisons.map(({ metric }) => metric)).toEqual(DIFF_METRICS);
      for (const { change, difference } of comparisons) expect([change, difference]).toEqual([0, 0]);
    }
  });

  it("sees errors where there were none", async () => {
    const { code, diff } = await diffJson(...twoRuns({ seed: 1 }, { seed: 2, errorRatio: 0.01 }));
    expect(code).toBe(1);
    const errors = diff.groups[0]!.comparisons.find(({ metric }) => metric === "error_rate")!;
    expect(errors).toMatchObject({ a: 0, change: null, verdict: "more_errors", regression: true });
    expect(errors.interval!.low).toBeGreaterThan(0.003);
  });

  it("says when the runs are too short to tell", async () => {
    const [a, b] = twoRuns({ seed: 1, seconds: 0.5 }, { seed: 2, seconds: 0.5, slowdown: 2 });
    const { code, diff } = await diffJson(a, b);
    expect(code).toBe(0);
    expect(new Set(Object.values(verdicts(diff)))).toEqual(new Set(["unclear"]));
    expect((await z6("diff", a, b)).stdout).toContain("too short to tell");
  });

  it("says in words how the scenarios differ, and compares what both have", async () => {
    const { diff } = await diffJson(
      ...twoRuns(
        { seed: 1, requests: ["read", "write"], users: 64 },
        { seed: 1, requests: ["read", "erase"], users: 40, baseUrl: "http://127.0.0.1:9090" },
      ),
    );
    const words = diff.warnings.join("\n");
    expect(words).toContain("users 64 and 40");
    expect(words).toContain("target http://127.0.0.1:8080 and http://127.0.0.1:9090");
    expect(words).toContain("request removed: write");
    expect(words).toContain("request added: erase");
    expect(diff).toMatchObject({ only_in_a: ["write"], only_in_b: ["erase"], same_load: false });
    expect(diff.groups.map(({ request }) => request)).toEqual([null, "read"]);
    const throughput = diff.groups[0]!.comparisons.find(({ metric }) => metric === "throughput")!;
    expect(throughput).toMatchObject({ verdict: "lower_throughput", regression: false });
  });

  it("warns of what makes a run doubtful", async () => {
    const [a, b] = twoRuns({ seed: 1, latenessNs: 20e6 }, { seed: 2, cutOff: true, z6: "0.2.0" });
    const { diff } = await diffJson(a, b);
    expect(diff.a).toMatchObject({ generator_limited: true, complete: true });
    expect(diff.b).toMatchObject({ generator_limited: false, complete: false });
    const words = diff.warnings.join("\n");
    expect(words).toContain("The generator was the bottleneck in A");
    expect(words).toContain("The ledger of B is incomplete (unfinished)");
    expect(words).toContain("different versions of Z6: 0.1.0 and 0.2.0");
    expect(diff.notes).toContain("The seeds differ: 1 and 2.");
  });

  it("exits with 2 for what is no ledger, for a damaged one and for a threshold that is none", async () => {
    const [a, b] = twoRuns({ seed: 1 }, { seed: 2 });
    const other = temporaryFolder();
    writeFileSync(join(other, "no.log"), "this is not a ledger");
    mkdirSync(join(other, "empty"));
    copyFileSync(join(b, "events.log"), join(other, "damaged.log"));
    const bytes = readFileSync(join(other, "damaged.log"));
    bytes[100_000]! ^= 1;
    writeFileSync(join(other, "damaged.log"), bytes);
    for (const [args, words] of [
      [[a, join(other, "no.log")], "not a ledger"],
      [[a, join(other, "empty")], "not a run folder"],
      [[join(other, "nothing"), b], "no such file or folder"],
      [[a, join(other, "damaged.log")], "damaged at byte"],
      [[a, b, "--threshold", "-3"], "percentage"],
    ] as const) {
      const { code, stdout, stderr } = await z6("diff", ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(words);
    }
  });
});
