/** `z6 run` against real servers: counts that are exact, latencies that are true, an end that is clean. */
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, onTestFinished, test } from "vitest";
import type { TargetOptions } from "../src/target/options.ts";
import { type RunningTarget, startTarget } from "../src/target/server.ts";
import { NGINX, startNginx } from "./support/nginx.ts";
import { eventsOf, oneRequest, readRun, runScenario, startZ6, temporaryFolder } from "./support/z6.ts";

async function target(options: TargetOptions = {}): Promise<RunningTarget> {
  const running = await startTarget(options);
  onTestFinished(() => running.close());
  return running;
}

test.skipIf(NGINX === undefined)("the ledger, the metrics and nginx's access log count the same requests", async () => {
  const nginx = await startNginx(temporaryFolder());
  const run = await runScenario(oneRequest(nginx.url, "/", { runtime: "vus = 64\nduration_seconds = 2" }));
  await nginx.stop();
  const issued = eventsOf(run.events, "request_issued").length;
  expect(run.code).toBe(0);
  expect(issued).toBeGreaterThan(1_000);
  expect(run.metrics.requests.total).toBe(issued);
  expect(nginx.requestsLogged()).toBe(issued);
  expect(run.metrics.books).toMatchObject({ balanced: true, completed: issued });
});

test.skipIf(NGINX === undefined)(
  "a server that closes each connection after ten requests costs no request",
  async () => {
    const nginx = await startNginx(temporaryFolder(), { keepaliveRequests: 10 });
    const run = await runScenario(oneRequest(nginx.url, "/", { runtime: "vus = 8\niterations = 100" }));
    await nginx.stop();
    expect(run.metrics.books).toMatchObject({ balanced: true, issued: 800, completed: 800 });
    expect(run.metrics.connections).toMatchObject({ opened: 80, errors: 0 });
    expect(nginx.requestsLogged()).toBe(800);
  },
);

test("with 5% dropped connections the books balance, and agree with the target's own", async () => {
  const server = await target({ dropRatio: 0.05, seed: "3" });
  const run = await runScenario(oneRequest(server.url, "/", { runtime: "vus = 16\niterations = 100" }));
  const { books, errors } = run.metrics;
  const { requests } = server.stats();
  expect(books).toMatchObject({ balanced: true, issued: 1600, timed_out: 0, unfinished: 0 });
  expect(requests.total).toBe(1600);
  expect(requests.answered).toBe(books.completed);
  expect(requests.dropped_before + requests.dropped_within).toBe(books.failed);
  expect(books.failed).toBeGreaterThan(40);
  expect(Object.keys(errors.by_kind)).toEqual(["connection_reset"]);
});

test("latencies agree with the delays that the target recorded itself", async () => {
  const server = await target();
  const path = "/delay?distribution=longtail&min=5&max=200&seed=11";
  const run = await runScenario(oneRequest(server.url, path, { runtime: "vus = 20\niterations = 40" }));
  const delays = server.stats().delays;
  const { service_time: service } = run.metrics;
  expect(delays.count).toBe(800);
  const overheadNs = 15e6;
  for (const [ours, theirs] of [
    [service.p50_ns, delays.p50_ns],
    [service.p90_ns, delays.p90_ns],
    [service.p99_ns, delays.p99_ns],
    [service.max_ns, delays.max_ns],
  ]) {
    expect(ours!).toBeGreaterThanOrEqual(theirs! * 0.999);
    expect(ours!).toBeLessThan(theirs! + overheadNs);
  }
});

test("a stall of one second is in the latency of every request that it held up", async () => {
  const server = await target();
  const running = runScenario(
    `${oneRequest(server.url, "/", { runtime: "vus = 100\nduration_seconds = 3" })}
[think_time]
type = "constant"
duration_ms = 10
`,
  );
  // The stall begins while requests are on their way: when the target has seen some.
  while (server.stats().requests.total < 500) await new Promise((resolve) => setImmediate(resolve));
  await fetch(`${server.url}/stall?ms=1000`, { method: "POST" });
  const run = await running;
  const issued = eventsOf(run.events, "request_issued");
  const plannedNs = new Map(issued.map((event) => [event.user, 0]));
  let stalled = 0;
  for (const event of run.events) {
    if (event.kind === "request_issued") plannedNs.set(event.user, event.timeNs - event.latenessNs);
    if (event.kind === "response_received" && event.timeNs - plannedNs.get(event.user)! > 900e6) stalled++;
  }
  expect(stalled).toBeGreaterThanOrEqual(80);
  expect(run.metrics.latency.max_ns).toBeGreaterThan(950e6);
  expect(run.metrics.latency.max_ns).toBeLessThan(1_500e6);
});

test("every kind of body, method and target is carried out and answered", async () => {
  const server = await target();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "payload.json"), '{"from": "a file"}');
  const paths = [
    "/",
    "/bytes/100000",
    "/chunked?chunks=7&bytes=333",
    "/close",
    "/status/204",
    "/stream?chunks=3&interval=1",
  ];
  const run = await runScenario(`
[runtime]
vus = 3
iterations = 4
[[targets]]
name = "a"
base_url = "${server.url}"
[[targets]]
name = "b"
base_url = "${server.url.replace("127.0.0.1", "localhost")}"
[sequence]
type = "ordered"
${paths.map((_, i) => `[[sequence.steps]]\nrequest = "get${i}"`).join("\n")}
${["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((method) => `[[sequence.steps]]\nrequest = "${method}"`).join("\n")}
${paths.map((path, i) => `[[requests]]\nname = "get${i}"\npath = "${path}"\ntarget = "${i % 2 === 0 ? "a" : "b"}"`).join("\n")}
${["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
  .map((method) => `[[requests]]\nname = "${method}"\nmethod = "${method}"\npath = "/echo"\ntarget = "a"`)
  .join("\n")}
`);
  expect(run.metrics.books).toMatchObject({ balanced: true, issued: 144, completed: 144 });
  expect(run.metrics.requests.success).toBe(144);
  expect(server.stats().by_method).toEqual({
    GET: 72,
    POST: 12,
    PUT: 12,
    PATCH: 12,
    DELETE: 12,
    HEAD: 12,
    OPTIONS: 12,
  });
});

test.each(["auto", "node"])("bodies of megabytes arrive whole in both directions (--io %s)", async (io) => {
  const server = await target();
  const folder = temporaryFolder();
  const bodyBytes = 3_000_000;
  writeFileSync(join(folder, "body.bin"), "z".repeat(bodyBytes));
  const scenario = oneRequest(server.url, "/echo", {
    runtime: "vus = 4\niterations = 3",
    request: `body_file = "${join(folder, "body.bin")}"`,
  }).replace('method = "GET"', 'method = "POST"');
  const run = await runScenario(scenario, { args: ["--io", io] });
  expect(run.metrics.books).toMatchObject({ balanced: true, completed: 12 });
  expect(run.metrics.throughput.bytes_out).toBe(server.stats().bytes_in);
  expect(run.metrics.throughput.bytes_in).toBeGreaterThan(12 * bodyBytes);
});

test("a bounded pool keeps its bound, and waiting for a connection counts as latency", async () => {
  const server = await target();
  const run = await runScenario(
    oneRequest(server.url, "/delay/50", { runtime: "vus = 8\niterations = 2", target: "max_connections = 2" }),
  );
  expect(run.metrics.connections.opened).toBe(2);
  expect(run.metrics.books).toMatchObject({ balanced: true, completed: 16 });
  expect(run.metrics.latency.max_ns).toBeGreaterThan(190e6);
  expect(run.metrics.service_time.p50_ns).toBeLessThan(100e6);
});

test("the run folder holds the ledger, and reports that fit their schemas and each other", async () => {
  const server = await target();
  const run = await runScenario(
    `${oneRequest(server.url, "/", { runtime: "vus = 2\nduration_seconds = 1" })}
[assertions]
p99_latency_ms = 5000
error_rate_max = 0
[assertions.requests.it]
rps_min = 1
`,
    { args: ["--shards", "1"] },
  );
  expect(run.code).toBe(0);
  const read = (name: string): string => readFileSync(join(run.folder, name), "utf8");
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../schema/metrics.schema.json"), "utf8"));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate(run.metrics), JSON.stringify(validate.errors)).toBe(true);
  expect(run.stdout).toContain(read("summary.txt").slice(0, 200));
  const metadata = JSON.parse(read("metadata.json"));
  expect(metadata).toMatchObject({ seed: "7", exit_code: 0, shards: 1, io: expect.stringMatching(/^(node|uring)$/) });
  expect(metadata.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(run.stdout).toContain(metadata.fingerprint);
  const [header, ...rows] = read("timeseries.csv").trim().split("\n");
  expect(header).toMatch(/^tick/);
  const column = header!.split(",").indexOf("issued");
  expect(rows.reduce((sum, row) => sum + Number(row.split(",")[column]), 0)).toBe(run.metrics.requests.total);
  expect(eventsOf(run.events, "criterion_judged")).toHaveLength(3);
  expect(run.events.at(-1)!.kind).toBe("run_ended");
  expect(read("scenario.toml")).toContain("error_rate_max");
});

test("an assertion that fails is exit 1, and says expected and actual", async () => {
  const server = await target({ errorRatio: 0.5, seed: "1" });
  const run = await runScenario(
    `${oneRequest(server.url, "/", { runtime: "vus = 1\niterations = 50" })}[assertions]\nerror_rate_max = 0.1\n`,
  );
  expect(run.code).toBe(1);
  expect(run.metrics.assertions).toMatchObject([{ name: "error_rate_max", passed: false }]);
  expect(run.stdout).toMatch(/error_rate_max.*<= 10%.*\d%/);
});

test("--json prints the metrics and nothing else", async () => {
  const server = await target();
  const run = await runScenario(oneRequest(server.url, "/"), { args: ["--json"] });
  expect(JSON.parse(run.stdout)).toEqual(run.metrics);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends a long run within two seconds: whole ledger, summary, exit %i", async (signal, exitCode) => {
  const server = await target();
  const folder = temporaryFolder();
  const file = join(folder, "long.toml");
  const output = join(folder, "run");
  writeFileSync(file, oneRequest(server.url, "/", { runtime: "vus = 10\nduration_seconds = 60" }));
  const { child, finished } = startZ6(["run", file, "--output", output, "--no-live"]);
  while (server.stats().requests.total < 100) await new Promise((resolve) => setImmediate(resolve));
  const signalledAtMs = performance.now();
  child.kill(signal);
  const run = readRun(output, await finished);
  expect(performance.now() - signalledAtMs).toBeLessThan(2_000);
  expect(run.code).toBe(exitCode);
  expect(run.metrics.books).toMatchObject({ balanced: true, unfinished: 0 });
  expect(run.metrics.runtime.stop_reason).toBe(signal.toLowerCase());
  expect(run.stdout).toContain("Books  balanced");
  expect(run.events.at(-1)!.kind).toBe("run_ended");
  expect(server.stats().requests.total).toBe(run.metrics.requests.total);
});

test("a second signal does not wait for the graceful stop", async () => {
  const server = await target();
  const folder = temporaryFolder();
  const file = join(folder, "long.toml");
  const output = join(folder, "run");
  writeFileSync(file, oneRequest(server.url, "/never", { runtime: "vus = 3\nduration_seconds = 60" }));
  const { child, finished } = startZ6(["run", file, "--output", output, "--live"]);
  while (server.stats().requests.total < 3) await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGINT");
  // The screen says that the run is stopping no earlier than the shard knows: a second signal may come at any time.
  child.kill("SIGINT");
  // Nor may one that comes while the process is about to go cost the exit code.
  const interval = setInterval(() => child.kill("SIGINT"), 2);
  const result = await finished;
  clearInterval(interval);
  const run = readRun(output, result);
  expect(run.code).toBe(130);
  expect(run.metrics.books).toMatchObject({ balanced: true, issued: 3, unfinished: 3 });
});

test("1, 2 and 4 shards carry out the same multiset of planned requests", async () => {
  const server = await target();
  const scenario = `
[runtime]
vus = 9
iterations = 20
prng_seed = 3
[target]
base_url = "${server.url}"
[[requests]]
name = "a"
path = "/"
weight = 2
[[requests]]
name = "b"
path = "/bytes/10"
`;
  const planned: string[] = [];
  for (const shards of ["1", "2", "4"]) {
    const run = await runScenario(scenario, { args: ["--shards", shards] });
    expect(run.metrics.runtime.shards).toBe(Number(shards));
    const issued = eventsOf(run.events, "request_issued").map(
      ({ user, request, hash }) => `${user} ${request} ${hash}`,
    );
    expect(issued).toHaveLength(180);
    planned.push(issued.sort().join("\n"));
  }
  expect(new Set(planned).size).toBe(1);
});

test("an existing ledger is never overwritten", async () => {
  const server = await target();
  const first = await runScenario(oneRequest(server.url, "/"));
  const before = readFileSync(join(first.folder, "events.log"));
  const file = join(first.folder, "scenario.toml");
  const { finished } = startZ6(["run", file, "--output", first.folder]);
  const second = await finished;
  expect(second.code).toBe(3);
  expect(second.stderr).toMatch(/events\.log: it exists already/);
  expect(readFileSync(join(first.folder, "events.log"))).toEqual(before);
});

test("a name with several addresses is reached at the one that answers", async () => {
  const server = createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as { port: number };
  const scenario = oneRequest(`http://localhost:${port}`, "/", { runtime: "vus = 6\niterations = 2" });
  const run = await runScenario(scenario, { args: ["--shards", "1"] });
  expect(run.metrics.books).toMatchObject({ balanced: true, completed: 12 });
  expect(eventsOf(run.events, "target_resolved")).toHaveLength(1);
  expect(existsSync(join(run.folder, "summary.txt"))).toBe(true);
});
