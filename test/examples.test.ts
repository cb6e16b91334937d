/** Every example does what its first lines say, against `z6 target`, for as long as a test can wait. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTargetInWorker, type WorkerTarget } from "./support/target.ts";
import { readRun, startZ6, z6 } from "./support/z6.ts";

const EXAMPLES = join(import.meta.dirname, "../examples");
const SECONDS = 3;

const FILES = readdirSync(EXAMPLES).filter((file) => file.endsWith(".toml"));

let target: WorkerTarget;
let folder: string;

beforeAll(async () => {
  target = await startTargetInWorker({});
  folder = mkdtempSync(join(tmpdir(), "z6-examples-"));
  cpSync(join(EXAMPLES, "data"), join(folder, "data"), { recursive: true });
});

afterAll(async () => {
  await target.close();
  rmSync(folder, { recursive: true, force: true });
});

test("there are those that people start from", () => {
  for (const name of ["smoke", "ramp", "spike", "soak", "login-flow", "arrivals"])
    expect(FILES).toContain(`${name}.toml`);
});

describe.each(FILES)("%s", (file) => {
  test(`runs for ${SECONDS} s without a failure, and replays`, { timeout: 60_000 }, async () => {
    const text = readFileSync(join(EXAMPLES, file), "utf8");
    const copy = join(folder, file);
    const output = join(folder, `${file}.run`);
    writeFileSync(copy, text.replaceAll("http://127.0.0.1:8080", target.url));
    const duration = text.includes("iterations =") ? [] : ["--duration", String(SECONDS)];
    const args = ["run", copy, "--output", output, "--no-live", ...duration];
    const { code, metrics } = readRun(output, await startZ6(args).finished);
    expect(metrics.requests.total).toBeGreaterThan(9);
    expect(metrics.errors.by_kind).toEqual({});
    expect(metrics.books).toMatchObject({ balanced: true, problems: [] });
    expect(metrics.assertions.filter(({ passed }) => !passed)).toEqual([]);
    expect(code).toBe(0);
    expect((await z6("replay", output)).code).toBe(0);
  });

  test("is planned beforehand, and simulated", { timeout: 60_000 }, async () => {
    const plan = await z6("plan", join(EXAMPLES, file));
    expect(plan).toMatchObject({ code: 0, stderr: "" });
    const output = join(folder, `${file}.simulated`);
    const simulated = await z6("simulate", join(EXAMPLES, file), "--output", output);
    expect([0, 1]).toContain(simulated.code);
    expect((await z6("replay", output)).code).toBe(0);
  });
});
