/** The proof: what was recorded replays, what was changed is found, what was cut off is recovered. */
import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { RandomStreams } from "../src/base/prng.ts";
import { replay } from "../src/drive/replay.ts";
import { verifyLedger } from "../src/drive/verify.ts";
import { sha256 } from "../src/io/system.ts";
import { Cells } from "../src/ledger/cell.ts";
import { Chain } from "../src/ledger/chain.ts";
import { blockBytes, readHeader } from "../src/ledger/header.ts";
import { type Entry, KIND } from "../src/model/entry.ts";
import { type RunningTarget, startTarget } from "../src/target/server.ts";
import { NGINX, startNginx } from "./support/nginx.ts";
import { oneRequest, type RunResult, readRun, runScenario, startZ6, temporaryFolder, z6 } from "./support/z6.ts";

let target: RunningTarget;
beforeAll(async () => {
  target = await startTarget({ seed: "5" });
});
afterAll(() => target.close());

/** A run with a bit of everything: several requests, failures, timeouts, retirements. */
function motley(runtime: string): string {
  return `
[runtime]
${runtime}
prng_seed = 11
graceful_stop_seconds = 1
[target]
base_url = "${target.url}"
[think_time]
type = "random"
min_ms = 0
max_ms = 4
[schedule]
type = "spike"
baseline_vus = 3
spike_vus = 9
spike_start_seconds = 0.2
spike_duration_seconds = 0.3
[[requests]]
name = "plain"
path = "/"
weight = 5
[[requests]]
name = "dropped"
path = "/drop?ratio=0.5&when=before"
[[requests]]
name = "slow"
path = "/delay/80"
timeout_ms = 40
[assertions]
p99_latency_ms = 5000
`;
}

/** The bytes of a ledger with one cell changed and every hash made to fit again. */
function forge(bytes: Uint8Array, change: (entry: Entry) => boolean): Uint8Array {
  const forged = new Uint8Array(bytes);
  const chain = new Chain(sha256);
  const entry: Entry = { timeNs: 0, identity: 0, kind: 0, flags: 0, code: 0, a: 0, b: 0, c: 0 };
  let changed = false;
  for (let at = 0; at < forged.length; ) {
    const { count } = readHeader(forged.subarray(at));
    const block = new Uint8Array(forged.slice(at, at + blockBytes(count)).buffer);
    const cells = new Cells(block.buffer as ArrayBuffer, 64, count);
    for (let cell = 0; cell < count && !changed; cell++) {
      if (cells.kind(cell) === KIND.text) continue;
      cells.read(cell, entry);
      changed = change(entry);
      if (!changed) continue;
      cells.write(cell, entry.timeNs, entry.kind, entry.identity, entry.flags, entry.code, entry.a, entry.b, entry.c);
    }
    chain.seal(block);
    forged.set(block, at);
    at += block.length;
  }
  expect(changed).toBe(true);
  return forged;
}

describe("replay", () => {
  test("a live run with failures, timeouts and a changing number of users replays identically", async () => {
    const run = await runScenario(motley("duration_seconds = 1"));
    expect(run.metrics.books.timed_out).toBeGreaterThan(0);
    expect(run.metrics.books.failed).toBeGreaterThan(0);
    const result = await z6("replay", run.folder);
    expect(result.stdout).toMatch(/^identical: /);
    expect(result.code).toBe(0);
    const outcome = replay(run.folder);
    expect(outcome.difference).toBeNull();
    expect(outcome.inputs + outcome.commands).toBeGreaterThan(2 * run.metrics.requests.total);
  });

  test("a run in two shards, interrupted, replays from its events.log alone", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "motley.toml");
    const output = join(folder, "run");
    writeFileSync(file, motley("duration_seconds = 30"));
    const before = target.stats().requests.total;
    const { child, finished } = startZ6(["run", file, "--output", output, "--shards", "2", "--quiet"]);
    while (target.stats().requests.total < before + 150) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGINT");
    const run = readRun(output, await finished);
    expect(run.code).toBe(130);
    expect(run.metrics.books.balanced).toBe(true);
    expect(new Set(run.events.map((event) => event.shard))).toEqual(new Set([0, 1, 65535]));
    const alone = join(temporaryFolder(), "months-later.log");
    writeFileSync(alone, readFileSync(join(output, "events.log")));
    expect(replay(alone).difference).toBeNull();
  });

  test.skipIf(NGINX === undefined)("a run at full speed replays at least five times faster than it ran", async () => {
    const nginx = await startNginx(temporaryFolder(), { log: false });
    const run = await runScenario(oneRequest(nginx.url, "/", { runtime: "vus = 64\nduration_seconds = 3" }));
    await nginx.stop();
    const startedAtMs = performance.now();
    expect(replay(run.folder).difference).toBeNull();
    expect(performance.now() - startedAtMs).toBeLessThan(600);
  });
});

describe("a forged ledger, all hashes made to fit", () => {
  let run: RunResult;
  let bytes: Uint8Array;
  beforeAll(async () => {
    const folder = temporaryFolderOfSuite();
    run = readRun(join(folder, "run"), await runInto(folder));
    bytes = readFileSync(join(run.folder, "events.log"));
  });

  let suiteFolder = "";
  function temporaryFolderOfSuite(): string {
    suiteFolder = join(process.env.TMPDIR ?? "/tmp", `z6-forged-${process.pid}`);
    mkdirSync(suiteFolder, { recursive: true });
    return suiteFolder;
  }
  async function runInto(folder: string) {
    writeFileSync(join(folder, "s.toml"), motley("duration_seconds = 1"));
    return startZ6(["run", join(folder, "s.toml"), "--output", join(folder, "run"), "--quiet"]).finished;
  }
  afterAll(() => execFileSync("rm", ["-rf", suiteFolder]));

  function replayForged(change: (entry: Entry) => boolean) {
    const file = join(temporaryFolder(), "forged.log");
    writeFileSync(file, forge(bytes, change));
    expect(verifyLedger(file).end.state).toBe("finished");
    return replay(file).difference;
  }
  let nth = 0;
  const tenth = (kind: number) => (entry: Entry) => entry.kind === kind && ++nth === 10;

  test.each<[string, number, (entry: Entry) => void, string, RegExp]>([
    ["another request", KIND.request_issued, (entry) => (entry.code = (entry.code + 1) % 3), "request", /request \d/],
    ["another lateness", KIND.request_issued, (entry) => (entry.b += 1), "latenessNs", /latenessNs \d/],
    ["another user", KIND.request_issued, (entry) => (entry.identity += 1), "user", /user \d/],
    ["other bytes", KIND.request_issued, (entry) => (entry.a ^= 1), "hash", /hash \d/],
    ["an answer to nobody", KIND.response_received, (entry) => (entry.identity = 8), "kind", /response_received/],
  ])("%s is found, with its record, field, recorded and replayed value", (_, kind, change, field, shown) => {
    nth = 0;
    const isTenth = tenth(kind);
    const difference = replayForged((entry) => {
      if (!isTenth(entry)) return false;
      change(entry);
      return true;
    });
    const events = run.events.filter((event) => event.kind === "request_issued" || event.kind === "response_received");
    expect(events.length).toBeGreaterThan(20);
    expect(difference).not.toBeNull();
    expect(difference!.field).toBe(field);
    expect(difference!.expected).toMatch(shown);
    expect(difference!.actual).not.toBe(difference!.expected);
    expect(difference!.record).toBeGreaterThan(10);
  });

  test("an answer that came at another time changes what follows, and that is found", () => {
    nth = 0;
    const isTenth = tenth(KIND.response_received);
    const difference = replayForged((entry) => {
      if (!isTenth(entry)) return false;
      entry.kind = KIND.request_failed;
      entry.flags = 0;
      entry.code = 3;
      return true;
    });
    expect(difference).not.toBeNull();
  });
});

describe("verify", () => {
  test("any changed byte is found, header, body and end", async () => {
    const run = await runScenario(motley("duration_seconds = 0.6"));
    const file = join(run.folder, "events.log");
    const whole = verifyLedger(file);
    expect(whole.end.state).toBe("finished");
    const bytes = new Uint8Array(readFileSync(file));
    const copy = join(run.folder, "changed.log");
    const seed = "20260131";
    const random = new RandomStreams(seed, 1);
    const positions = [...Array(200).keys(), ...Array.from({ length: 200 }, (_, i) => bytes.length - 1 - i)];
    for (let i = 0; i < 1_600; i++) positions.push(random.below(0, bytes.length));
    for (const position of positions) {
      const bit = 1 << random.below(0, 8);
      bytes[position]! ^= bit;
      writeFileSync(copy, bytes);
      const { end } = verifyLedger(copy);
      expect(["torn", "damaged", "not_a_ledger"], `seed ${seed}, byte ${position}, bit ${bit}`).toContain(end.state);
      if (end.state === "damaged") expect(end.offset, `byte ${position}`).toBeLessThanOrEqual(position);
      bytes[position]! ^= bit;
    }
    const flipped = new Uint8Array(bytes);
    flipped[bytes.length >> 1]! ^= 4;
    writeFileSync(copy, flipped);
    const said = await z6("verify", copy);
    expect(said.code).toBe(2);
    expect(said.stdout).toMatch(
      /damaged: .*\nblock \d+ at byte \d+.*: hash: expected [0-9a-f]{64}, actual [0-9a-f]{64}/,
    );
  });

  test("the receipt can be signed, and a wrong run, a wrong key and a changed line are told apart", async () => {
    const folder = temporaryFolder();
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const other = generateKeyPairSync("ed25519");
    const keys = { mine: join(folder, "key.pem"), pub: join(folder, "pub.pem"), other: join(folder, "other.pem") };
    writeFileSync(keys.mine, privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(keys.pub, publicKey.export({ type: "spki", format: "pem" }));
    writeFileSync(keys.other, other.publicKey.export({ type: "spki", format: "pem" }));
    const run = await runScenario(oneRequest(target.url, "/"));
    const again = await runScenario(oneRequest(target.url, "/"));
    const receipt = join(run.folder, "receipt.txt");

    expect((await z6("verify", run.folder, "--sign", keys.mine)).code).toBe(0);
    expect((await z6("verify", run.folder, "--key", keys.pub)).stdout).toMatch(/belongs to this ledger, signed by/);
    expect((await z6("verify", run.folder, "--key", keys.other)).stdout).toMatch(/signed with another key/);
    const wrongRun = await z6("verify", again.folder, "--receipt", receipt);
    expect(wrongRun.code).toBe(2);
    expect(wrongRun.stdout).toMatch(/of another run: line 2: receipt "fingerprint: /);
    writeFileSync(receipt, readFileSync(receipt, "utf8").replace(/signature-ed25519: ..../, "signature-ed25519: AAAA"));
    const forged = await z6("verify", run.folder, "--key", keys.pub);
    expect(forged.code).toBe(2);
    expect(forged.stdout).toMatch(/signature does not belong/);
    expect((await z6("verify", run.folder, "--sign", keys.pub)).stderr).toMatch(/private key cannot be read/);
  });

  test.each([
    ["an empty file", ""],
    ["a text file", "hello, I am no ledger\n".repeat(20)],
  ])("%s is no ledger: exit 2 from verify, replay alike", async (_, content) => {
    const file = join(temporaryFolder(), "events.log");
    writeFileSync(file, content);
    expect((await z6("verify", file)).code).toBe(2);
    expect((await z6("replay", file)).code).toBe(2);
  });
});

/** `Z6_KILLS=50` runs the whole number that the soak asks for. */
const KILLS = Number(process.env.Z6_KILLS ?? 8);

test(`killed at ${KILLS} random moments: the ledger recovers and loses at most one second`, async () => {
  const random = new RandomStreams("77", 1);
  const folder = temporaryFolder();
  const file = join(folder, "killed.toml");
  writeFileSync(file, motley("duration_seconds = 30"));
  for (let i = 0; i < KILLS; i++) {
    const output = join(folder, `run${i}`);
    const { child, finished } = startZ6(["run", file, "--output", output, "--quiet"]);
    const ledger = join(output, "events.log");
    while (!existsSync(ledger)) await new Promise((resolve) => setImmediate(resolve));
    const aliveMs = 300 + random.below(0, 2_000);
    const startedAtMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, aliveMs));
    child.kill("SIGKILL");
    const killedAfterNs = (performance.now() - startedAtMs) * 1e6;
    await finished;
    const verdict = await z6("verify", ledger, "--recover", join(output, "recovered.log"));
    expect(verdict.code, `seed 77, kill ${i} after ${aliveMs} ms: ${verdict.stdout}${verdict.stderr}`).toBe(1);
    const { end, lastNs } = verifyLedger(join(output, "recovered.log"));
    expect(end.state).toBe("unfinished");
    // Moment 0 comes after the file is created, so what the clock here says is an upper bound.
    expect(lastNs).toBeGreaterThan(killedAfterNs - 1_300e6);
    expect(replay(join(output, "recovered.log")).difference).toBeNull();
    expect((await z6("replay", join(output, "recovered.log"))).code).toBe(0);
  }
}, 240_000);

/** Mounts a tmpfs of `megabytes` on `folder`; false where that is not allowed. */
function mountTmpfs(folder: string, megabytes: number, options: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m${options}`, "tmpfs", folder]).status === 0;
}

/** A small disk of the test's own. */
function tmpfs(megabytes: number, options = ""): string {
  const folder = temporaryFolder();
  expect(mountTmpfs(folder, megabytes, options)).toBe(true);
  onTestFinished(() => {
    execFileSync("umount", [folder]);
  });
  return folder;
}

const CAN_MOUNT = (() => {
  const folder = mkdtempSync(join(tmpdir(), "z6-mount-"));
  const mounted = mountTmpfs(folder, 1, "");
  if (mounted) execFileSync("umount", [folder]);
  rmdirSync(folder);
  return mounted;
})();
if (!CAN_MOUNT)
  process.stderr.write("the tests of full and read-only disks are skipped: mounting a tmpfs needs root\n");

test.skipIf(!CAN_MOUNT)("a full disk: a clear error, exit 3, and what was written is readable", async () => {
  const disk = tmpfs(1);
  const folder = temporaryFolder();
  const file = join(folder, "full.toml");
  writeFileSync(file, oneRequest(target.url, "/", { runtime: "vus = 8\nduration_seconds = 60" }));
  const output = join(disk, "run");
  const result = await startZ6(["run", file, "--output", output, "--quiet"]).finished;
  expect(result.code).toBe(3);
  expect(result.stderr).toMatch(/Cannot write to .*events\.log: the disk is full \(ENOSPC\)/);
  expect(readdirSync(output)).toContain("events.log");
  const recovered = join(folder, "recovered.log");
  expect((await z6("verify", join(output, "events.log"), "--recover", recovered)).code).toBe(1);
  expect(replay(recovered).commands).toBeGreaterThan(5_000);
});

test.skipIf(!CAN_MOUNT)("a read-only output folder: a clear error, exit 3", async () => {
  const disk = tmpfs(1, ",ro");
  const file = join(temporaryFolder(), "ro.toml");
  writeFileSync(file, oneRequest(target.url, "/"));
  const result = await startZ6(["run", file, "--output", join(disk, "run"), "--quiet"]).finished;
  expect(result.code).toBe(3);
  expect(result.stderr).toMatch(/the file system is read-only \(EROFS\)/);
});
