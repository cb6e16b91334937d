/** The command line as a user meets it: help, errors with positions, exit codes, files. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTarget } from "../src/target/server.ts";
import { startZ6, temporaryFolder, z6 } from "./support/z6.ts";

test("help names every command, and each command's help has an example", async () => {
  const help = await z6("--help");
  expect(help.code).toBe(0);
  const commands = [...help.stdout.matchAll(/^ {2}(\w+) /gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== "help");
  expect(commands).toEqual(expect.arrayContaining(["run", "validate", "target", "demo", "init", "version"]));
  for (const command of commands) {
    const { code, stdout } = await z6(command, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`Example:\n  z6 ${command}`);
  }
});

test("version says which", async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
  expect((await z6("version")).stdout).toBe(`z6 ${version}\n`);
  expect((await z6("version", "--verbose")).stdout).toContain(`node ${process.version}`);
  expect((await z6("--version")).stdout).toBe(`${version}\n`);
});

test.each([
  [["nonsense"], /unknown command 'nonsense'/],
  [["run"], /missing required argument 'scenario'/],
  [["run", "x.toml", "--vus", "many"], /--vus <n>.*whole number above 0/],
  [["run", "x.toml", "--seed", "-1"], /--seed/],
  [["run", "x.toml", "--frobnicate"], /unknown option '--frobnicate'/],
  [["run", "/no/such/file.toml"], /cannot read the scenario \/no\/such\/file.toml: no such file/],
])("%j is refused with exit 2", async (args, message) => {
  const { code, stdout, stderr } = await z6(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stdout).toBe("");
});

test("validate shows all mistakes of a file at once, each at its place", async () => {
  const file = join(temporaryFolder(), "wrong.toml");
  writeFileSync(
    file,
    `[runtime]
duration_seconds = -5
vuss = 10

[target]
base_url = "ftp://example.com"

[[requests]]
name = "a"
method = "FETCH"
path = "/"

[sequence]
type = "ordered"
[[sequence.steps]]
request = "b"
`,
  );
  const { code, stdout, stderr } = await z6("validate", file);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  const places = [...stderr.matchAll(/^.*wrong\.toml:(\d+):(\d+): /gm)].map(([, line, column]) => `${line}:${column}`);
  expect(places).toEqual(["2:20", "3:1", "6:12", "10:10", "16:11"]);
  expect(stderr).toContain("did you mean `vus`?");
  expect(stderr).toContain("3 | vuss = 10\n");
});

test("validate describes a scenario in words", async () => {
  const { code, stdout } = await z6("validate", join(import.meta.dirname, "../examples/quickstart.toml"));
  expect(code).toBe(0);
  expect(stdout).toMatch(/20 users/);
});

test("init writes a scenario that validates, and never over another file", async () => {
  const file = join(temporaryFolder(), "mine.toml");
  expect((await z6("init", file)).code).toBe(0);
  expect((await z6("validate", file)).code).toBe(0);
  writeFileSync(file, "precious");
  expect((await z6("init", file)).code).toBe(2);
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test("demo ends with the summary and exit 0, in ten seconds or less", async () => {
  const folder = join(temporaryFolder(), "demo");
  const startedAtMs = performance.now();
  const { code, stdout } = await z6("demo", "--output", folder, "--duration", "2");
  expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  expect(code).toBe(0);
  expect(stdout).toContain("Books  balanced");
  expect(stdout).toMatch(/fingerprint {2}[0-9a-f]{64}/);
  expect(existsSync(join(folder, "events.log"))).toBe(true);
});

test("Z6_LOG_LEVEL leaves out progress, and a run folder goes where Z6_OUTPUT_DIR says", async () => {
  const folder = temporaryFolder();
  const env = { Z6_LOG_LEVEL: "error", Z6_OUTPUT_DIR: folder };
  const { code, stdout, stderr } = await startZ6(["demo", "--duration", "1", "--live"], { env }).finished;
  expect(code).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toContain(folder);
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^run_\d{4}-\d\d-\d\d_\d{6}$/)]);
});

test("target listens, says where, and ends with its statistics", async () => {
  const { child, finished } = startZ6(["target", "--port", "0"]);
  const url = await new Promise<string>((resolve) => {
    child.stderr!.on("data", (text: Buffer) => {
      const found = /listening on (\S+)/.exec(text.toString());
      if (found !== null) resolve(found[1]!);
    });
  });
  expect((await fetch(`${url}/bytes/10`)).headers.get("content-length")).toBe("10");
  child.kill("SIGINT");
  const { code, stdout } = await finished;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ requests: { total: 1, answered: 1 } });
});

test("a read-only output folder and a taken port are clear errors, exit 3", async () => {
  const target = await startTarget();
  const taken = await z6("target", "--port", String(target.port));
  expect(taken.code).toBe(3);
  expect(taken.stderr).toMatch(/cannot listen on 127\.0\.0\.1:\d+/);
  await target.close();
  const unwritable = await z6("demo", "--output", "/proc/no-such-place/run");
  expect(unwritable.code).toBe(3);
  expect(unwritable.stderr).toMatch(/Cannot create the folder \/proc\/no-such-place/);
});

test("no colour when nobody looks, and the live screen when it is asked for", async () => {
  const { stdout, stderr } = await z6("demo", "--output", join(temporaryFolder(), "run"), "--duration", "1", "--live");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  expect(stdout).not.toMatch(/\x1b/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  expect(stderr).not.toMatch(/\x1b\[\d+m/);
  expect(stderr).toContain("Quickstart");
});
