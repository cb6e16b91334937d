/** `z6 plan` as a user runs it: what it says beforehand, and that the run then is so. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { Plan, PlannedArrivals } from "../src/model/plan.ts";
import { startTarget } from "../src/target/server.ts";
import { eventsOf, readRun, startZ6, temporaryFolder, z6 } from "./support/z6.ts";

const ROOT = join(import.meta.dirname, "..");
const SCHEMA = JSON.parse(readFileSync(join(ROOT, "schema/plan.schema.json"), "utf8"));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(SCHEMA);
const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".toml"));

function scenarioFile(text: string): string {
  const file = join(temporaryFolder(), "planned.toml");
  writeFileSync(file, text);
  return file;
}

async function planJson(...args: string[]): Promise<Plan> {
  const { code, stdout, stderr } = await z6("plan", ...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const plan = JSON.parse(stdout) as Plan;
  validate(plan);
  expect(validate.errors ?? []).toEqual([]);
  return plan;
}

function arrivals(schedule: string, more = "", runtime = ""): string {
  return `
[runtime]
prng_seed = 11
${runtime}
[target]
base_url = "http://127.0.0.1:9"
[schedule]
type = "arrivals"
${schedule}
[[requests]]
name = "home"
path = "/"
${more}
`;
}

const STAGES = `
distribution = "poisson"
max_vus = 400
stages = [{ start_rate = 20, rate = 200, duration_seconds = 10 }, { rate = 50, duration_seconds = 5 }]
`;

describe("z6 plan", () => {
  it.each(EXAMPLES)(
    "plans examples/%s, as text of 100 columns without colour and as JSON of the schema",
    async (name) => {
      const file = join(ROOT, "examples", name);
      const env = { API_KEY: "k", API_TOKEN: "t" };
      const { code, stdout, stderr } = await startZ6(["plan", file], { env }).finished;
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(stdout).toContain("planned; nothing was sent");
      expect(stdout).toMatch(/Verdict {2}(everything fits|\d+ warnings?)\n/);
      expect(stdout).not.toContain("\u001b");
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
      const json = await startZ6(["plan", file, "--json"], { env }).finished;
      validate(JSON.parse(json.stdout));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it("300 per second for 10 s are 3,000 arrivals, for each spacing, seed and number of shards", async () => {
    for (const distribution of ["even", "poisson"]) {
      const spacing = `rate = 300\ndistribution = "${distribution}"\nmax_vus = 50`;
      const file = scenarioFile(arrivals(spacing, "", "duration_seconds = 10"));
      for (const args of [[], ["--seed", "5"], ["--shards", "3"]]) {
        const plan = await planJson(file, ...args);
        expect(plan.arrivals).toBe(3_000);
        expect(plan.requests).toEqual({ value: 3_000, precision: "exact" });
        expect(plan.users_max).toBe(50);
      }
    }
  });

  it("a simulation of the plan has its arrivals second by second, and its requests", async () => {
    const file = scenarioFile(arrivals(STAGES));
    const folder = join(temporaryFolder(), "simulated");
    const plan = await planJson(file, "--output", folder);
    expect(existsSync(folder)).toBe(false);
    const run = readRun(folder, await z6("simulate", file, "--output", folder, "--quiet"));
    const spawned = eventsOf(run.events, "user_spawned");
    const dropped = eventsOf(run.events, "arrival_dropped");
    expect(spawned.length + dropped.length).toBe(plan.arrivals);
    expect(dropped).toEqual([]);
    expect(run.metrics.requests.total).toBe(plan.requests?.value);
    const [{ series, peak_rate: peak }] = plan.groups as [PlannedArrivals];
    const counts: number[] = Array(series.values.length).fill(0);
    for (const { timeNs } of spawned) counts[Math.floor(timeNs / 1e9 / series.bucket_seconds)]!++;
    expect(series.values).toEqual(counts);
    expect(peak).toEqual({ per_second: Math.max(...counts), basis: "busiest_second" });
  });

  it("a run takes the ledger, the sockets and the users that were planned", async () => {
    const target = await startTarget();
    const text = arrivals("rate = 300\nmax_vus = 60", "", "duration_seconds = 3");
    const file = scenarioFile(text.replace("http://127.0.0.1:9", target.url));
    const folder = join(temporaryFolder(), "run");
    const plan = await planJson(file, "--output", folder);
    const run = readRun(folder, await z6("run", file, "--output", folder, "--quiet"));
    await target.close();
    expect(run.metrics.requests.total).toBe(plan.requests?.value);
    expect(eventsOf(run.events, "connection_opened").length).toBeLessThanOrEqual(plan.connections.sockets.value);
    const bytes = statSync(join(folder, "events.log")).size;
    expect(plan.ledger.bytes?.precision).toBe("about");
    expect(Math.abs(plan.ledger.bytes!.value / bytes - 1)).toBeLessThan(0.05);
  });

  it("options change the plan as they change the run", async () => {
    const file = scenarioFile(`
[runtime]
duration_seconds = 60
vus = 10
[target]
base_url = "http://127.0.0.1:9"
[[requests]]
name = "home"
path = "/"
[think_time]
duration_ms = 1000
`);
    const plan = await planJson(file, "--duration", "20", "--vus", "3", "--seed", "9", "--shards", "2");
    expect(plan).toMatchObject({ duration_seconds: 20, users_max: 3, seed: "9", seed_drawn: false, shards: 2 });
    expect(plan.requests).toEqual({ value: 60, precision: "at_most" });
    expect((await planJson(file)).seed_drawn).toBe(true);
    const { code, stderr } = await z6("plan", file, "--shards", "11");
    expect(code).toBe(2);
    expect(stderr).toBe("z6: --shards 11: this scenario has users and connections for at most 10\n");
  });

  it("says what does not fit, and exits with 0 all the same", async () => {
    const file = scenarioFile(arrivals(STAGES, "[limits]\nmax_event_log_size_mb = 1\n"));
    const { code, stdout } = await startZ6(["plan", file], { ulimit: 300 }).finished;
    expect(code).toBe(0);
    expect(stdout).toContain("Verdict  2 warnings\n");
    expect(stdout).toMatch(/WARNING: This run may need 400 sockets, and the process may open 300 files:/);
    expect(stdout).toMatch(/ulimit -n 440/);
    expect(stdout).toMatch(/max_event_log_size_mb allows 1\.05 MB/);
  });

  it("a scenario that is wrong is shown as by validate, with exit 2", async () => {
    const file = scenarioFile(arrivals("rate = -1"));
    const planned = await z6("plan", file);
    expect(planned.code).toBe(2);
    expect(planned.stdout).toBe("");
    expect(planned.stderr).toBe((await z6("validate", file)).stderr);
    expect(planned.stderr).toMatch(/planned\.toml:9:8: /);
  });
});
