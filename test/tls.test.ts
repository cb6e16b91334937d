/** What the command line says of TLS that cannot work, and where it puts the secrets of TLS that does. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificate } from "../src/target/certificate.ts";
import { type RunningTarget, startTarget } from "../src/target/server.ts";
import { eventsOf, oneRequest, runScenario, startZ6, temporaryFolder, z6 } from "./support/z6.ts";

let target: RunningTarget;
beforeAll(async () => {
  target = await startTarget({ tls: true });
});
afterAll(() => target.close());

test.each(["validate", "run", "simulate"])(
  "%s refuses ciphers and a key that OpenSSL cannot use, each at its place",
  async (command) => {
    const folder = temporaryFolder();
    const path = join(folder, "scenario.toml");
    writeFileSync(join(folder, "cert.pem"), (await makeCertificate()).certPem);
    writeFileSync(join(folder, "key.pem"), (await makeCertificate()).keyPem);
    const keys = 'client_cert = "cert.pem"\nclient_key = "key.pem"';
    writeFileSync(path, oneRequest("https://127.0.0.1:1", "/", { target: 'tls_ciphers = "NOPE"' }));
    const ciphers = await z6(command, path);
    writeFileSync(path, oneRequest("https://127.0.0.1:1", "/", { target: keys }));
    const key = await z6(command, path);
    expect([ciphers.code, key.code]).toEqual([2, 2]);
    expect(ciphers.stderr).toContain("scenario.toml:8:15: `tls_ciphers` cannot be used: no cipher match\n");
    expect(key.stderr).toContain("scenario.toml:9:14: `client_key` cannot be used: key values mismatch\n");
  },
);

test("with SSLKEYLOGFILE the connections of all shards leave their secrets in that file, line by line", async () => {
  const path = join(temporaryFolder(), "keys.log");
  const text = oneRequest(target.url, "/", {
    runtime: "vus = 8\niterations = 2",
    target: 'verify_cert = false\nhttp_version = "http1.1"\ntls_min_version = "1.3"',
  });
  const { code, metrics } = await runScenario(text, { env: { SSLKEYLOGFILE: path }, args: ["--shards", "2"] });
  expect(code).toBe(0);
  expect(metrics.connections).toMatchObject({ opened: 8, resumed: 0 });
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{64,96}$/);
  const secrets = lines.filter((line) => line.startsWith("CLIENT_TRAFFIC_SECRET_0 "));
  expect(new Set(secrets).size).toBe(8);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("what the scenario says of resumption is what the connections do, in the ledger and in the summary", async () => {
  const run = (more: string) =>
    runScenario(
      oneRequest(target.url, "/close", {
        runtime: "vus = 1\niterations = 5",
        target: `verify_cert = false\nhttp_version = "http1.1"\n${more}`,
      }),
    );
  const cold = await run("");
  const warm = await run("tls_session_resumption = true");
  expect(cold.metrics.connections).toMatchObject({ opened: 5, resumed: 0 });
  expect(cold.stdout).not.toContain("resumed");
  expect(warm.metrics.connections).toMatchObject({ opened: 5, resumed: 4 });
  expect(warm.metrics.phases.tls.count).toBe(5);
  expect(warm.stdout).toMatch(/resumed +4 +80\.00% of all TLS handshakes/);
  const opened = eventsOf(warm.events, "connection_opened");
  expect(opened.map(({ protocol }) => protocol)).toEqual(new Array(5).fill("http1.1+tls"));
  expect(opened.map(({ resumed }) => resumed)).toEqual([false, true, true, true, true]);
  expect((await z6("inspect", warm.folder, "--user", "0")).stdout).toMatch(/, TLS [^,]+ \(session resumed\)\n/);
});

test("an SSLKEYLOGFILE that cannot be written is said before the run, unless no target speaks TLS", async () => {
  const env = { SSLKEYLOGFILE: "/no/such/folder/keys.log" };
  const folder = temporaryFolder();
  const path = join(folder, "scenario.toml");
  writeFileSync(path, oneRequest(target.url, "/", { target: "verify_cert = false" }));
  const refused = await startZ6(["run", path, "--output", join(folder, "run")], { env }).finished;
  expect(refused.code).toBe(3);
  expect(refused.stderr).toBe(
    "z6: SSLKEYLOGFILE: Cannot append to /no/such/folder/keys.log: no such file or directory (ENOENT)\n",
  );
  expect(existsSync(join(folder, "run"))).toBe(false);
  const plain = await startTarget();
  const { code } = await runScenario(oneRequest(plain.url, "/"), { env });
  await plain.close();
  expect(code).toBe(0);
});
