/**
 * A run comes to its end whatever happens: when what answers give at once is more than the ledger's blocks hold, and when
 * a shard never comes back from what it does.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CAPTURED_BYTES_MAX, CAPTURES_PER_REQUEST_MAX, STUCK_SHARD_MS } from "../src/base/limits.ts";
import { eventsOf, oneRequest, readRun, runScenario, startZ6, temporaryFolder, z6 } from "./support/z6.ts";

/** A server for as long as the test takes; its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("texts that need more blocks than a shard has wait for all of them, and are recorded", {
  timeout: 60_000,
}, async () => {
  const users = 400;
  const waiting: ServerResponse[] = [];
  const url = await serve((_, response) => {
    waiting.push(response);
    if (waiting.length < users) return;
    for (const one of waiting) one.end(JSON.stringify({ value: "z".repeat(CAPTURED_BYTES_MAX) }));
  });
  const captures = Array.from({ length: CAPTURES_PER_REQUEST_MAX }, (_, i) => `value_${i} = { json = "/value" }`);
  const scenario = oneRequest(url, "/", {
    runtime: `vus = ${users}\niterations = 1`,
    request: `[requests.capture]\n${captures.join("\n")}`,
  });
  const run = await runScenario(scenario, { args: ["--io", "node", "--shards", "1"] });
  expect(run.code).toBe(0);
  expect(run.metrics.books).toMatchObject({ balanced: true, completed: users });
  expect(eventsOf(run.events, "value_captured")).toHaveLength(users * captures.length);
  expect((await z6("replay", run.folder)).code).toBe(0);
});

test("a shard that is stuck is given up after the second signal", async () => {
  let lastAtMs = 0;
  const url = await serve((_, response) => {
    lastAtMs = performance.now();
    response.end();
  });
  const folder = temporaryFolder();
  const file = join(folder, "stuck.toml");
  const output = join(folder, "run");
  // Once the ledger holds something, the shard's thread does nothing more but turn in a circle.
  const script = join(folder, "get-stuck.cjs");
  writeFileSync(script, 'if (!require("node:worker_threads").isMainThread) setTimeout(() => { for (;;); }, 3_000);\n');
  writeFileSync(file, oneRequest(url, "/", { runtime: "vus = 2\nduration_seconds = 60" }));
  const { child, finished } = startZ6(["run", file, "--output", output, "--no-live", "--shards", "1"], {
    env: { NODE_OPTIONS: `--require ${script}` },
  });
  // A shard that is not stuck would have sent its next request at once.
  while (lastAtMs === 0 || performance.now() - lastAtMs < 1_000) await new Promise((resolve) => setImmediate(resolve));
  const signalledAtMs = performance.now();
  const interval = setInterval(() => child.kill("SIGTERM"), 50);
  const result = await finished;
  clearInterval(interval);
  expect(performance.now() - signalledAtMs).toBeGreaterThanOrEqual(STUCK_SHARD_MS);
  expect(result.stderr).toContain("a shard did not end within 5.00 s of the second signal");
  const run = readRun(output, result);
  expect(run.code).toBe(143);
  expect(run.metrics.books.completed).toBeGreaterThan(0);
  expect(run.metrics.runtime.stop_reason).toBeNull();
  expect(run.stdout).toContain("CUT OFF");
  expect((await z6("replay", output)).code).toBe(0);
});
