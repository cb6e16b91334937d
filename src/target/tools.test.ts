/** Other people's clients, where they are installed: curl and nghttp for one request, h2load for many. */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { type RunningTarget, startTarget } from "./server.ts";

const run = promisify(execFile);

let plain: RunningTarget;
let secure: RunningTarget;
beforeAll(async () => {
  [plain, secure] = await Promise.all([startTarget(), startTarget({ tls: true })]);
});
afterAll(() => Promise.all([plain.close(), secure.close()]));

/** Skips the test where `tool --version` does not print `feature`. */
function needs(context: TestContext, tool: string, feature: string): void {
  const { stdout } = spawnSync(tool, ["--version"], { encoding: "utf8" });
  context.skip(!stdout?.includes(feature), `${tool} with ${feature} is not installed`);
}

test.for<[boolean, string, string]>([
  [false, "--http1.1", "1.1"],
  [false, "--http2-prior-knowledge", "2"],
  [true, "--http1.1", "1.1"],
  [true, "--http2", "2"],
])("curl asks for /echo; TLS: %s, %s", async ([tls, option, version], context) => {
  needs(context, "curl", "HTTP2");
  const target = tls ? secure : plain;
  const asked = await run("curl", ["-sSk", option, "-d", "body", "-w", "\n%{http_version}", `${target.url}/echo`]);
  const [echoed, spoken] = asked.stdout.split("\n");
  expect(spoken).toBe(version);
  expect(JSON.parse(echoed!)).toMatchObject({ method: "POST", body: "body", http_version: version });
});

test.for([false, true])("nghttp asks for a large body; TLS: %s", async (tls, context) => {
  needs(context, "nghttp", "nghttp2");
  const target = tls ? secure : plain;
  const { stdout } = await run("nghttp", [`${target.url}/bytes/3000000`], { maxBuffer: 10_000_000 });
  expect(stdout.length).toBe(3_000_000);
});

test.for<[boolean, string[], string]>([
  [false, [], "2"],
  [true, [], "2"],
  [false, ["--h1"], "1.1"],
  [true, ["--h1"], "1.1"],
])("h2load finds all that it asked for, and so do the books; TLS: %s, %j", async ([tls, options, version], context) => {
  needs(context, "h2load", "nghttp2");
  const target = await startTarget({ tls });
  const { stdout } = await run("h2load", [...options, "-n2000", "-c4", "-m16", `${target.url}/`]);
  const stats = target.stats();
  await target.close();
  expect(stdout).toContain("2000 succeeded, 0 failed, 0 errored, 0 timeout");
  expect(stats).toMatchObject({ requests: { total: 2_000, answered: 2_000 }, by_http_version: { [version]: 2_000 } });
});
