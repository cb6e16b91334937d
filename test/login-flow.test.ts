/**
 * The flow that most load tests begin with: rows of credentials, a token that the login gives and every later request
 * carries, checks, logout. And what must stay secret stays out of every file.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { passwordOf } from "../src/target/accounts.ts";
import { startTargetInWorker } from "./support/target.ts";
import { eventsOf, readRun, startZ6, temporaryFolder } from "./support/z6.ts";

/** With Z6_LONG=1 as long as the issue of this flow asks, else as long as a test may take. */
const SECONDS = process.env.Z6_LONG === "1" ? 30 : 5;
const USERS = 100;
const ROWS = 10_000;

function scenario(baseUrl: string): string {
  return `
[runtime]
duration_seconds = ${SECONDS}
vus = ${USERS}
prng_seed = 3
[target]
base_url = "${baseUrl}"
headers = { "X-Api-Key" = "{{env.Z6_TEST_KEY}}" }
[data.users]
file = "users.csv"
pick = "unique"
secret = ["password"]
[[requests]]
name = "login"
method = "POST"
path = "/login?once"
headers = { "Content-Type" = "application/json" }
body = '{"email": "{{users.email}}", "password": "{{users.password}}"}'
expect = { status = 200, json = { "/status" = "ok" } }
capture = { token = { json = "/token", secret = true }, kind = { header = "Content-Type" } }
[[requests]]
name = "account"
path = "/account?user={{user}}&turn={{iteration}}&kind={{kind}}"
headers = { "Authorization" = "Bearer {{token}}" }
expect = { status = "2xx", json = { "/status" = "ok" }, body_contains = "@example.com" }
[[requests]]
name = "logout"
method = "POST"
path = "/logout"
headers = { "Authorization" = "Bearer {{token}}" }
expect = { status = 200 }
[sequence]
steps = [{ request = "login" }, { request = "account", repeat = 2 }, { request = "logout" }]
[think_time]
type = "random"
min_ms = 330
max_ms = 400
`;
}

/** Writes the rows and the scenario, and runs it with a key in the environment. */
async function run(baseUrl: string, rows: readonly (readonly [email: string, password: string])[], key: string) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "users.csv"), `email,password\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  const file = join(folder, "login.toml");
  const output = join(folder, "run");
  writeFileSync(file, scenario(baseUrl));
  const { finished } = startZ6(["run", file, "--output", output, "--no-live"], { env: { Z6_TEST_KEY: key } });
  return readRun(output, await finished);
}

test(`${USERS} users log in, look twice and log out for ${SECONDS} s, each time with a row of their own`, {
  timeout: 90_000,
}, async () => {
  const target = await startTargetInWorker();
  try {
    const rows = Array.from({ length: ROWS }, (_, i): [string, string] => {
      const email = `user-${i}@example.com`;
      return [email, passwordOf(email)];
    });
    const { code, metrics, events, folder, stderr } = await run(target.url, rows, "not-looked-at");
    expect(metrics.errors.by_kind).toEqual({});
    expect(code, stderr).toBe(0);
    const logins = metrics.by_request.login!.requests.total;
    expect(logins).toBeGreaterThan(2 * SECONDS * USERS * 0.8);
    // A refused login would be a 401 or a 409; the books of the server say that there was none.
    const stats = await target.stats();
    expect(stats.by_status).toEqual({ 200: metrics.requests.total });
    expect(eventsOf(events, "value_captured")).toHaveLength(2 * logins);
    expect(metrics.books).toMatchObject({ balanced: true, problems: [] });
    // Without the rows and without the environment.
    const replay = await startZ6(["replay", folder], { env: { Z6_TEST_KEY: "another" } }).finished;
    expect(replay).toMatchObject({ code: 0 });
  } finally {
    await target.close();
  }
});

test("no secret is in any file: not the key, not a password, not a token", { timeout: 60_000 }, async () => {
  const MARK = "s3cret-mark";
  const seen = { keys: 0, passwords: 0, tokens: 0 };
  let tokens = 0;
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      if (request.headers["x-api-key"] === `${MARK} of "env"`) seen.keys++;
      if (request.headers.authorization?.startsWith(`Bearer ${MARK}/`)) seen.tokens++;
      if (request.url!.startsWith("/login") && (JSON.parse(body) as { password: string }).password.startsWith(MARK)) {
        seen.passwords++;
      }
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ status: "ok", token: `${MARK}/${tokens++}+"é"`, email: "x@example.com" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const rows = Array.from({ length: 2_000 }, (_, i): [string, string] => [`u${i}@example.com`, `${MARK}-${i}\\é`]);
    const { metrics, folder } = await run(`http://127.0.0.1:${port}`, rows, `${MARK} of "env"`);
    expect(metrics.errors.by_kind).toEqual({});
    expect(seen.keys).toBe(metrics.requests.total);
    expect(seen.passwords).toBe(metrics.by_request.login!.requests.total);
    expect(seen.tokens).toBe(metrics.requests.total - metrics.by_request.login!.requests.total);
    const files = readdirSync(folder);
    expect(files).toContain("events.log");
    for (const name of files) {
      const bytes = readFileSync(join(folder, name));
      expect(bytes.includes(MARK), name).toBe(false);
      expect(bytes.includes(Buffer.from(MARK).toString("base64").slice(0, 12)), name).toBe(false);
    }
    expect((await startZ6(["replay", folder]).finished).code).toBe(0);
    // Nor can anybody try values against what stands for them.
    const ledger = readFileSync(join(folder, "events.log"));
    for (const value of [`${MARK} of "env"`, `${MARK}-0\\é`, `${MARK}/0+"é"`]) {
      expect(ledger.includes(createHash("sha256").update(value).digest("hex").slice(0, 20)), value).toBe(false);
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
