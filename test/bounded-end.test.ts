/** A run comes to its end whatever its answers hold: also when they give more at once than the ledger's blocks hold. */
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { CAPTURED_BYTES_MAX, CAPTURES_PER_REQUEST_MAX } from "../src/base/limits.ts";
import { eventsOf, oneRequest, runScenario, z6 } from "./support/z6.ts";

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
