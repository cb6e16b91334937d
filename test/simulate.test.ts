/** `z6 simulate`: equal inputs, equal bytes; a plan that no answer can move; verdicts, mistakes and speed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ShardEvent } from "../src/drive/ledger-file.ts";
import { eventsOf, type RunResult, readRun, startZ6, temporaryFolder, z6 } from "./support/z6.ts";

const SCENARIO = `
[runtime]
duration_seconds = 20
vus = 12
prng_seed = 42

[target]
base_url = "http://127.0.0.1:9"

[[requests]]
name = "read"
path = "/read"
weight = 3
timeout_ms = 400

[[requests]]
name = "write"
method = "POST"
path = "/write"
body = "{}"

[think_time]
type = "random"
min_ms = 50
max_ms = 300
`;

/** Simulates a scenario given as text, against a model given as text ("" for the default server). */
function simulate(scenario: string, model: string, ...args: string[]): Promise<RunResult> {
  return simulateWith({}, scenario, model, ...args);
}

async function simulateWith(
  env: Readonly<Record<string, string>>,
  scenario: string,
  model: string,
  ...args: string[]
): Promise<RunResult> {
  const folder = temporaryFolder();
  const scenarioFile = join(folder, "scenario.toml");
  const modelFile = join(folder, "model.toml");
  const output = join(folder, "run");
  writeFileSync(scenarioFile, scenario);
  writeFileSync(modelFile, model);
  const command = ["simulate", scenarioFile, "--model", modelFile, "--output", output, ...args];
  return readRun(output, await startZ6(command, { env }).finished);
}

const ledgerOf = ({ folder }: RunResult): Buffer => readFileSync(join(folder, "events.log"));
const metadataOf = ({ folder }: RunResult): { fingerprint: string; model: string } =>
  JSON.parse(readFileSync(join(folder, "metadata.json"), "utf8"));

test("the same scenario, seed and model have the same ledger, byte for byte", async () => {
  const [one, other] = await Promise.all([simulate(SCENARIO, ""), simulate(SCENARIO, "")]);
  expect(one.code).toBe(0);
  expect(ledgerOf(one).equals(ledgerOf(other))).toBe(true);
  expect(metadataOf(one).fingerprint).toBe(metadataOf(other).fingerprint);
  expect(one.stdout).toContain(metadataOf(one).fingerprint);
  expect(one.stdout).toContain("SIMULATED");
  expect(one.metrics).toMatchObject({ simulated: true, books: { balanced: true }, lag: { max_ns: 0 } });
  expect(one.metrics.requests.total).toBeGreaterThan(500);
});

test("another seed and another model have another fingerprint; a model in other words has not", async () => {
  const [given, seeded, slower, worded] = await Promise.all([
    simulate(SCENARIO, ""),
    simulate(SCENARIO, "", "--seed", "43"),
    simulate(SCENARIO, "", "--service-ms", "30"),
    simulate(SCENARIO, "# the default\n[server]\nworkers = 64\n"),
  ]);
  const fingerprints = [given, seeded, slower].map((run) => metadataOf(run).fingerprint);
  expect(new Set(fingerprints).size).toBe(3);
  expect(metadataOf(worded).fingerprint).toBe(fingerprints[0]);
});

test("the model in the ledger gives the same simulation again", async () => {
  const first = await simulate(SCENARIO, "[faults]\nerror_ratio = 0.1\n", "--workers", "3");
  const again = await simulate(SCENARIO, metadataOf(first).model);
  expect(metadataOf(again).fingerprint).toBe(metadataOf(first).fingerprint);
});

/** Of each user in turn: the requests it sent, and the pauses between an end and the next planned moment. */
function plansOf(events: readonly ShardEvent[]): { requests: string[]; pausesNs: number[] }[] {
  const plans: { requests: string[]; pausesNs: number[] }[] = [];
  const settledNs: number[] = [];
  for (const event of events) {
    switch (event.kind) {
      case "request_issued": {
        plans[event.user] ??= { requests: [], pausesNs: [] };
        const plan = plans[event.user]!;
        const settled = settledNs[event.user];
        plan.requests.push(`${event.request} ${event.hash}`);
        if (settled !== undefined) plan.pausesNs.push(event.timeNs - event.latenessNs - settled);
        break;
      }
      case "response_received":
      case "request_failed":
      case "request_timed_out":
        settledNs[event.user] = event.timeNs;
        break;
    }
  }
  return plans;
}

test("no answer moves the plan: against a fast, a slow and a failing server the requests and pauses are the same", async () => {
  const runs = await Promise.all([
    simulate(SCENARIO, "[service_time]\nduration_ms = 1\n"),
    simulate(SCENARIO, '[service_time]\ntype = "long_tail"\nmedian_ms = 150\np99_ms = 900\n[server]\nworkers = 6\n'),
    simulate(SCENARIO, "[faults]\nerror_ratio = 0.3\ndrop_ratio = 0.3\n[server]\nworkers = 1\nqueue_max = 2\n"),
  ]);
  const [fast, slow, failing] = runs.map((run) => plansOf(run.events));
  expect(runs[1]!.metrics.books.timed_out).toBeGreaterThan(5);
  expect(runs[2]!.metrics.books.failed).toBeGreaterThan(50);
  for (const other of [slow!, failing!]) {
    for (const [user, plan] of other.entries()) {
      const count = Math.min(plan.requests.length, fast![user]!.requests.length);
      expect(count).toBeGreaterThan(20);
      expect(plan.requests.slice(0, count)).toEqual(fast![user]!.requests.slice(0, count));
      expect(plan.pausesNs.slice(0, count - 1)).toEqual(fast![user]!.pausesNs.slice(0, count - 1));
    }
  }
});

test("every request ends exactly once, and what the ledger says is what the model says", async () => {
  const { events, metrics, code } = await simulate(
    SCENARIO,
    "[service_time]\nduration_ms = 10\n[server]\nworkers = 0\nresponse_bytes = 77\n[network]\nround_trip_ms = 5\n",
  );
  expect(code).toBe(0);
  const responses = eventsOf(events, "response_received");
  expect(responses).toHaveLength(metrics.requests.total);
  expect(new Set(responses.map(({ ttfbNs, waitNs, bytesIn }) => `${ttfbNs} ${waitNs} ${bytesIn}`))).toEqual(
    new Set(["15000000 0 77"]),
  );
  expect(metrics.connections).toMatchObject({ opened: 12, closed: 12, errors: 0 });
  expect(metrics.latency).toMatchObject({ min_ns: 15_000_000, max_ns: 15_000_000 });
});

test("a stall is in the latency of the requests that it held up", async () => {
  const stall = "[[stalls]]\nstart_seconds = 5\nduration_seconds = 2\n";
  const scenario = SCENARIO.replace("timeout_ms = 400", "");
  const { metrics } = await simulate(scenario, `[service_time]\nduration_ms = 10\n${stall}`);
  expect(metrics.latency.max_ns).toBeGreaterThan(1_990_000_000);
  expect(metrics.latency.max_ns).toBeLessThanOrEqual(2_010_500_000);
  expect(metrics.latency.p50_ns).toBeLessThan(10_600_000);
});

test("assertions are judged, exit 1 when one does not hold; 3 when nothing was answered", async () => {
  const strict = `${SCENARIO}[assertions]\np50_latency_ms = 500\np99_latency_ms = 30\n`;
  const judged = await simulate(strict, "");
  expect(judged.code).toBe(1);
  expect(judged.metrics.assertions).toMatchObject([{ passed: true }, { passed: false }]);
  expect((await simulate(strict, "", "--service-ms", "3", "--json")).code).toBe(0);
  expect((await simulate(SCENARIO, "", "--drop-ratio", "1")).code).toBe(3);
});

test("--json prints the metrics and nothing else", async () => {
  const { stdout, stderr, metrics } = await simulate(SCENARIO, "", "--json", "--quiet");
  expect(JSON.parse(stdout)).toEqual(metrics);
  expect(stderr).toBe("");
});

test("a model with three mistakes shows three, each at its place, exit 2", async () => {
  const folder = temporaryFolder();
  const scenario = join(folder, "scenario.toml");
  const model = join(folder, "model.toml");
  writeFileSync(scenario, SCENARIO);
  writeFileSync(model, '[service_time]\ntype = "longtail"\n[server]\nworkres = 3\nqueue_max = -1\n');
  const { code, stdout, stderr } = await z6("simulate", scenario, "--model", model, "--output", join(folder, "run"));
  expect(code).toBe(2);
  expect(stdout).toBe("");
  const places = [...stderr.matchAll(/^.*model\.toml:(\d+):(\d+): /gm)].map(([, line, column]) => `${line}:${column}`);
  expect(places).toEqual(["2:8", "4:1", "5:13"]);
  expect(stderr).toContain("did you mean `workers`?");
});

test("a ledger that may not grow further ends the simulation, within its bound and with balanced books", async () => {
  const { metrics, folder, code, stdout } = await simulate(
    `${SCENARIO.replace("duration_seconds = 20", "duration_seconds = 100000")}[limits]\nmax_event_log_size_mb = 1\n`,
    "",
  );
  expect(code).toBe(3);
  expect(stdout).toContain("STOPPED EARLY: the ledger came to the size that it may have");
  expect(metrics.runtime.stop_reason).toBe("ledger_full");
  expect(metrics.books.balanced).toBe(true);
  expect(readFileSync(join(folder, "events.log")).length).toBeLessThanOrEqual(1024 * 1024);
});

test("a run that finds its data used up says so, and was not carried out as planned", async () => {
  const people = join(temporaryFolder(), "people.json");
  writeFileSync(people, JSON.stringify(Array.from({ length: 90 }, (_, i) => ({ name: `p${i}` }))));
  const unique = `${SCENARIO.replace('"/read"', '"/read?of={{people.name}}"')}
[data.people]
file = "${people}"
pick = "unique"
`;
  const { code, stdout, metrics } = await simulate(unique, "");
  expect(code).toBe(3);
  expect(metrics.runtime.stop_reason).toBe("data_exhausted");
  expect(metrics.books.balanced).toBe(true);
  expect(stdout).toContain("STOPPED EARLY: a user found no row left");
  // A verdict that the run did come to goes before.
  expect((await simulate(`${unique}[assertions]\nrps_min = 1e6\n`, "")).code).toBe(1);
});

test("a server that refuses at once does not make time stand still", async () => {
  const eager = SCENARIO.replace(/\[think_time\][\s\S]*/, "").replace("duration_seconds = 20", "duration_seconds = 2");
  const { metrics, code } = await simulate(eager, "[server]\nworkers = 1\nqueue_max = 0\n");
  expect(code).toBe(0);
  expect(metrics.requests.by_status["503"]).toBeGreaterThan(1000);
  expect(metrics.requests.total).toBeLessThan(12 * 4001);
});

test("a simulation is fast: far more than 50,000 requests a second", async () => {
  const scenario = SCENARIO.replace(/\[think_time\][\s\S]*/, "").replace("vus = 12", "vus = 64");
  const startedAtMs = performance.now();
  const { metrics } = await simulate(scenario, "", "--service-ms", "5");
  const seconds = (performance.now() - startedAtMs) / 1000;
  expect(metrics.requests.total).toBe(64 * 3637);
  expect(metrics.requests.total / seconds).toBeGreaterThan(50_000);
});

test("what a secret is changes no byte of a simulation", async () => {
  const secret = SCENARIO.replace('path = "/read"', 'path = "/read"\nheaders = { "X-Key" = "{{env.Z6_TEST_KEY}}" }');
  const [one, other, longer] = await Promise.all(
    ["sesame", "secret", "secrets"].map((key) => simulateWith({ Z6_TEST_KEY: key }, secret, "")),
  );
  expect(one!.code, one!.stderr).toBe(0);
  expect(ledgerOf(one!).equals(ledgerOf(other!))).toBe(true);
  expect(ledgerOf(one!).equals(ledgerOf(longer!))).toBe(false);
  expect(await z6("replay", one!.folder)).toMatchObject({ code: 0 });
});
