/** `z6 analyze`, `z6 export` and `z6 inspect` on the ledgers of real runs, held against the runs' own numbers and events. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Ledger, type ShardEvent } from "../src/drive/ledger-file.ts";
import type { Summary } from "../src/model/summary.ts";
import { type RunningTarget, startTarget } from "../src/target/server.ts";
import { eventsOf, type RunResult, readRun, runScenario, startZ6, temporaryFolder, z6 } from "./support/z6.ts";

const MAIN = join(import.meta.dirname, "../dist/cli/main.js");

/** Answers, statuses, dropped connections, time-outs and pauses, by two requests of five users. */
const MIXED = (url: string): string => `
[runtime]
vus = 5
iterations = 40
prng_seed = 7
[target]
base_url = "${url}"
[think_time]
type = "constant"
duration_ms = 20
[[requests]]
name = "home"
method = "GET"
path = "/"
weight = 8
[[requests]]
name = "slow, \\"very\\""
method = "POST"
path = "/delay/1000"
timeout_ms = 40
weight = 1
[assertions]
p99_latency_ms = 5000
error_rate_max = 0.001
[assertions.requests.home]
rps_min = 1
`;

/** A request as the events tell it; the test's own join. */
interface Joined {
  readonly user: number;
  readonly request: number;
  readonly latencyNs: number;
  readonly status: number;
  readonly end: ShardEvent["kind"];
}

let target: RunningTarget;
let run: RunResult;
let joined: Joined[];

function joinedOf(events: readonly ShardEvent[]): Joined[] {
  const open = new Map<number, { request: number; plannedNs: number }>();
  const requests: Joined[] = [];
  for (const event of events) {
    if (event.kind === "request_issued") {
      open.set(event.user, { request: event.request, plannedNs: event.timeNs - event.latenessNs });
    } else if (/^(response_received|request_failed|request_timed_out|request_unfinished)$/.test(event.kind)) {
      const { user, timeNs } = event as ShardEvent & { user: number };
      const { request, plannedNs } = open.get(user)!;
      const status = event.kind === "response_received" ? event.status : 0;
      requests.push({ user, request, latencyNs: timeNs - plannedNs, status, end: event.kind });
    }
  }
  return requests;
}

async function analysis(...args: string[]): Promise<Summary> {
  const { code, stdout, stderr } = await z6("analyze", run.folder, "--format", "json", ...args);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Summary;
}

beforeAll(async () => {
  target = await startTarget({ dropRatio: 0.05, errorRatio: 0.1, seed: "3" });
  const folder = mkdtempSync(join(tmpdir(), "z6-test-"));
  const file = join(folder, "mixed.toml");
  const output = join(folder, "run");
  writeFileSync(file, MIXED(target.url));
  run = readRun(output, await z6("run", file, "--output", output, "--quiet"));
  joined = joinedOf(run.events);
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    await target.close();
  };
});

describe("z6 analyze", () => {
  test("gives a row for each request with --by-request", async () => {
    const { code, stdout } = await z6("analyze", run.folder, "--format", "csv", "--by-request");
    expect(code).toBe(0);
    const rows = parse(stdout) as string[][];
    const issued = rows[0]!.indexOf("issued");
    const named = Object.entries(run.metrics.by_request).map(([name, { requests }]) => [name, String(requests.total)]);
    expect(rows.slice(1).map((row) => [row[0], row[issued]])).toEqual([
      ["", String(run.metrics.requests.total)],
      ...named,
    ]);
  });

  test("computes the run's own metrics.json, byte for byte, from the folder and from the file", async () => {
    expect(run.metrics.books).toMatchObject({ balanced: true, issued: 200 });
    expect(run.metrics.assertions).toHaveLength(3);
    const text = readFileSync(join(run.folder, "metrics.json"), "utf8");
    expect((await z6("analyze", run.folder, "--format", "json")).stdout).toBe(text);
    expect((await z6("analyze", join(run.folder, "events.log"), "--format", "json")).stdout).toBe(text);
  });

  test("computes the run's own time series and summary", async () => {
    const series = readFileSync(join(run.folder, "timeseries.csv"), "utf8");
    expect((await z6("analyze", run.folder, "--format", "csv")).stdout).toBe(series);
    expect((await z6("analyze", run.folder)).stdout).toBe(readFileSync(join(run.folder, "summary.txt"), "utf8"));
  });

  test("a filter that is true for all changes nothing but saying so", async () => {
    expect(await analysis("--filter", "true")).toEqual({ ...run.metrics, filter: "true" });
    const series = readFileSync(join(run.folder, "timeseries.csv"), "utf8");
    expect((await z6("analyze", run.folder, "--format", "csv", "--filter", "true")).stdout).toBe(series);
  });

  test.each<[string, (request: Joined) => boolean]>([
    ["status >= 500", ({ status }) => status >= 500],
    ['outcome == "ok"', ({ status }) => status > 0 && status < 400],
    ['outcome == "status" && request == "home"', ({ status, request }) => status >= 400 && request === 0],
    ['failure == "connection_reset"', ({ end }) => end === "request_failed"],
    ['failure == "request_timeout" && method == "POST"', ({ end }) => end === "request_timed_out"],
    ['outcome in ["failed", "timed_out"]', ({ end }) => /failed|timed/.test(end)],
    ["user == 3", ({ user }) => user === 3],
    ["user in [1, 2] && latency_ms > 2.5", ({ user, latencyNs }) => (user === 1 || user === 2) && latencyNs > 2.5e6],
    ["latency_ms > 40", ({ latencyNs }) => latencyNs > 40e6],
    ['request.startsWith("slow")', ({ request }) => request === 1],
    ["bytes_in < 0 || time_s < planned_s || wait_ms + ttfb_ms > latency_ms + 0.001", () => false],
  ])("--filter %s counts what the events say, and its books balance", async (expression, passes) => {
    const part = await analysis("--filter", expression);
    const counted = joined.filter(passes).length;
    expect(part.requests.total).toBe(counted);
    expect(part.books).toMatchObject({ balanced: true, issued: counted, problems: [] });
    expect(part.filter).toBe(expression);
  });

  test("the parts of a run add up to it", async () => {
    const parts = await Promise.all([analysis("--filter", "reused"), analysis("--filter", "!reused")]);
    const sum = (of: (summary: Summary) => number): number => of(parts[0]) + of(parts[1]);
    for (const of of [
      (summary: Summary) => summary.requests.total,
      (summary: Summary) => summary.latency.count,
      (summary: Summary) => summary.throughput.bytes_out,
      (summary: Summary) => summary.errors.total,
    ]) {
      expect(sum(of)).toBe(of(run.metrics));
    }
  });

  test.each([
    ["status >", /--filter:1:8: this is no expression from here on\n {2}1 \| status >\n {4}\| {8}\^/],
    ["", /the expression is empty/],
    ["statuss > 400", /there is no variable `statuss`\n.*\n {4}\| \^{7}\n.*did you mean `status`/],
    ["[1, 2].exists(x, x == uzer)", /there is no variable `uzer`[\s\S]*did you mean `user`/],
    ["status", /gives an int, not true or false/],
    ['status == "200"', /an int is never equal to a string/],
    ['request in ["home", 1]', /a string is never equal to an int/],
    ['latency_ms > "3"', /`>` cannot be applied to \(double, string\)/],
    ["latency_ms * 2 > 3.0", /write whole numbers as 2\.0/],
    ["status > 0 || request", /`\|\|` needs true or false, this is a string/],
    ["near(status)", /there is no function `near`/],
    ["request.name == 'home'", /there is no field `name`/],
    ["1 / status > 0", /divide by zero[\s\S]*found with the request of user \d/],
    [`${"!".repeat(5_000)}reused`, /at most 4096 are allowed/],
  ])("--filter %j is refused with exit 2", async (expression, message) => {
    const { code, stdout, stderr } = await z6("analyze", run.folder, "--filter", expression);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("int: status, user, bytes_in, bytes_out");
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });

  test("--percentiles gives exactly those, in the table and in JSON that fits the schema", async () => {
    const summary = await analysis("--percentiles", "25,50,99.99,100", "--filter", 'outcome == "ok"');
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../schema/metrics.schema.json"), "utf8"));
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(summary), JSON.stringify(validate.errors)).toBe(true);
    const { latency, service_time } = summary.percentiles!;
    expect(Object.keys(latency)).toEqual(["p25_ns", "p50_ns", "p99.99_ns", "p100_ns"]);
    expect(latency.p50_ns).toBe(summary.latency.p50_ns);
    expect(service_time.p100_ns).toBe(summary.service_time.max_ns);
    const { stdout } = await z6("analyze", run.folder, "--percentiles", "25,50,99.99");
    const table = stdout.slice(stdout.indexOf("Latency"), stdout.indexOf("Phases"));
    expect([...table.matchAll(/^ {2}(p[\d.]+) /gm)].map(([, label]) => label)).toEqual(["p25", "p50", "p99.99"]);
  });

  test.each([
    [["--percentiles", "101"], /expected percentages from 0 to 100/],
    [["--percentiles", "fifty"], /expected percentages/],
    [["--percentiles", "50", "--format", "csv"], /--percentiles goes with/],
    [["--by-request"], /--by-request goes with --format csv/],
    [["--format", "xml"], /Allowed choices are summary, json, csv/],
  ])("%j is refused with exit 2", async (args, message) => {
    const { code, stderr } = await z6("analyze", run.folder, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test("a torn ledger gives the numbers of its whole blocks, and says what is lost", async () => {
    const file = join(temporaryFolder(), "torn.log");
    const bytes = readFileSync(join(run.folder, "events.log"));
    writeFileSync(file, bytes);
    truncateSync(file, bytes.length - 10);
    const { code, stdout, stderr } = await z6("analyze", file, "--format", "json");
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: .*torn\.log is torn: .* The last [\d.]+ k?B are lost/);
    const whole = [...Ledger.open(file)];
    expect(JSON.parse(stdout).requests.total).toBe(eventsOf(whole, "request_issued").length);
    expect((await z6("analyze", file)).stdout).toContain("seed 7");
  });

  test("of a killed run, what was in flight has no outcome, and the books say so", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "long.toml");
    const output = join(folder, "run");
    const long = `[runtime]\nvus = 3\nduration_seconds = 60\n[target]\nbase_url = "${target.url}"\n
[[requests]]\nname = "never"\nmethod = "GET"\npath = "/never"\n`;
    writeFileSync(file, long);
    const { child, finished } = startZ6(["run", file, "--output", output, "--quiet"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const ledger = join(output, "events.log");
    const issued = (): number => {
      try {
        return eventsOf([...Ledger.open(ledger)], "request_issued").length;
      } catch {
        // Not there yet, or not whole yet.
        return 0;
      }
    };
    while (issued() < 3) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await finished;
    const { code, stdout, stderr } = await z6(
      "analyze",
      output,
      "--format",
      "json",
      "--filter",
      'outcome == "unfinished"',
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/cut off: the run was killed .*3 requests were in flight there and have no outcome/);
    const { books, runtime } = JSON.parse(stdout) as Summary;
    expect(runtime.stop_reason).toBeNull();
    expect(books).toMatchObject({ balanced: false, issued: 3, unfinished: 0 });
    expect(books.problems).toEqual(["3 requests were issued and never settled"]);
    expect((await z6("inspect", output, "--user", "1")).stdout).toMatch(
      /never {2}GET \/never {2}no outcome: the ledger ends/,
    );
  });

  test("damage in the middle, what is no ledger, and what is not there are refused with exit 2", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "damaged.log");
    const bytes = readFileSync(join(run.folder, "events.log"));
    bytes[200]! ^= 1;
    writeFileSync(file, bytes);
    for (const command of ["analyze", "export"]) {
      const damaged = await z6(command, file);
      expect(damaged.code).toBe(2);
      expect(damaged.stderr).toMatch(/damaged\.log is damaged in block 0, at byte 0: hash: expected/);
    }
    const scenario = await z6("analyze", join(run.folder, "scenario.toml"));
    expect([scenario.code, scenario.stderr]).toEqual([2, expect.stringMatching(/scenario\.toml is not a ledger/)]);
    const nothing = await z6("inspect", join(folder, "nothing"), "--failures");
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringMatching(/no such file or folder/)]);
    const noRun = await z6("export", folder);
    expect([noRun.code, noRun.stderr]).toEqual([2, expect.stringMatching(/is not a run folder/)]);
  });
});

describe("z6 export", () => {
  test("ndjson has every event, with the names of requests and targets", async () => {
    const { code, stdout } = await z6("export", run.folder);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(run.events.length);
    const parsed = lines.map((line) => JSON.parse(line));
    for (const [i, event] of run.events.entries()) expect(parsed[i]).toMatchObject(event);
    const issued = parsed.filter((event) => event.kind === "request_issued");
    expect(new Set(issued.map((event) => event.requestName))).toEqual(new Set(["home", 'slow, "very"']));
    expect(parsed.filter((event) => event.kind === "request_timed_out")[0].requestName).toBe('slow, "very"');
    expect(issued[0].targetName).toBe(target.url);
  });

  test("csv has a row of as many fields for every event, quoted where need be", async () => {
    const { stdout } = await z6("export", run.folder, "--format", "csv");
    const [header, ...rows] = parseCsv(stdout);
    expect(rows).toHaveLength(run.events.length);
    for (const row of rows) expect(row).toHaveLength(header!.length);
    const column = (name: string): number => header!.indexOf(name);
    const timedOut = rows.filter((row) => row[column("kind")] === "request_timed_out");
    expect(timedOut).toHaveLength(eventsOf(run.events, "request_timed_out").length);
    expect(timedOut[0]![column("request")]).toBe('slow, "very"');
    const bytesIn = rows
      .filter((row) => row[column("kind")] === "response_received")
      .reduce((sum, row) => sum + Number(row[column("bytes_in")]), 0);
    expect(bytesIn).toBe(run.metrics.throughput.bytes_in);
  });

  test("--kind picks, and a misspelt one is named", async () => {
    const { stdout } = await z6("export", run.folder, "--kind", "request_failed,user_spawned");
    const expected = run.events.filter(({ kind }) => kind === "request_failed" || kind === "user_spawned");
    expect(stdout.trimEnd().split("\n")).toHaveLength(expected.length);
    const wrong = await z6("export", run.folder, "--kind", "reqest_failed");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/did you mean `request_failed`/)]);
  });

  test("a reader that has seen enough ends it quietly, with exit 0", async () => {
    const many = await runScenario(
      `[runtime]\nvus = 20\nduration_seconds = 1\n[target]\nbase_url = "${target.url}"\n
[[requests]]\nname = "r"\nmethod = "GET"\npath = "/bytes/1"\n`,
    );
    const script = `"$0" "$1" export "$2" | head -1 | cut -c1-21; exit \${PIPESTATUS[0]}`;
    const child = spawn("bash", ["-c", script, process.execPath, MAIN, many.folder]);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text));
    const [code] = await once(child, "close");
    expect(output).toBe('{"kind":"run_started"\n');
    expect(code).toBe(0);
  });
});

describe("z6 inspect", () => {
  test("--user tells each of the user's requests, in order, and nobody else's", async () => {
    const { code, stdout } = await z6("inspect", run.folder, "--user", "3", "--limit", "1000");
    expect(code).toBe(0);
    const mine = joined.filter(({ user }) => user === 3);
    const told = [...stdout.matchAll(/(home|slow, "very") {2}(?:GET|POST) \S+ {2}(\d+|timed out|connection_reset)/g)];
    expect(told.map(([, name, outcome]) => [name, outcome])).toEqual(
      mine.map(({ request, status, end }) => [
        request === 0 ? "home" : 'slow, "very"',
        status > 0 ? String(status) : end === "request_timed_out" ? "timed out" : "connection_reset",
      ]),
    );
    const opened = eventsOf(run.events, "connection_opened").filter(({ user }) => user === 3);
    expect(stdout.match(/connection \d+ opened to/g)).toHaveLength(opened.length);
    expect(stdout).toMatch(/^ +\d+\.\d{6} {2}spawned$/m);
    expect(stdout).toMatch(/retired {2}iterations, after 40 iterations$/m);
    const momentsShown = [...stdout.matchAll(/^ +(\d+\.\d{6}) {2}/gm)].map(([, moment]) => Number(moment));
    expect(momentsShown).toEqual(momentsShown.toSorted((a, b) => a - b));
  });

  test("--failures tells every failure and what came before, and --limit says how many more there are", async () => {
    const failures = joined.filter(({ end }) => /failed|timed/.test(end));
    const { code, stdout } = await z6("inspect", run.folder, "--failures");
    expect(code).toBe(0);
    expect(stdout.match(/user \d {2}.* {2}(timed out|connection_reset)/g)).toHaveLength(failures.length);
    expect(stdout.match(/connection \d+ opened .* earlier/g)!.length).toBe(failures.length);
    const short = await z6("inspect", run.folder, "--failures", "--limit", "2");
    expect(short.stdout).toContain(`... and ${failures.length - 2} more failures (--limit shows more)`);
  });

  test.each([
    [[], /say what to look at/],
    [["--user", "1", "--failures"], /one of/],
    [["--user", "5"], /has no user 5: its users are 0 to 4/],
    [["--arrival", "1", "--user", "1"], /say what to look at/],
  ])("%j is refused with exit 2", async (args, message) => {
    const { code, stderr } = await z6("inspect", run.folder, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? plain! : quoted.replaceAll('""', '"'),
      ),
    );
}
