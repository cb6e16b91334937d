/** A run's scenario comes back from its ledger alone, and what is secret in it is not there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { utf8Encode } from "../base/bytes.ts";
import { BLOCK_BYTES } from "../base/limits.ts";
import { readDataFile } from "../io/data-file.ts";
import { sha256 } from "../io/system.ts";
import { BlockWriter } from "../ledger/block-writer.ts";
import { Chain } from "../ledger/chain.ts";
import { FRAME_SHARD } from "../ledger/header.ts";
import { KIND } from "../model/entry.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Scenario } from "../model/scenario.ts";
import { loadScenario } from "../scenario/load.ts";
import type { ValueSource } from "../scenario/value-source.ts";
import { simulatedManifest } from "./manifest.ts";
import { readRecordedRun } from "./recorded-run.ts";

const folder = mkdtempSync(join(tmpdir(), "z6-manifest-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = `[runtime]
duration_seconds = 1
prng_seed = 7

[target]
base_url = "http://h"
auth = { bearer = "{{env.API_KEY}}" }

[data.unused]
file = "users.csv"

[data.users]
file = "users.csv"
pick = "unique"
secret = ["password", "pin"]

[[requests]]
name = "login"
method = "POST"
path = "/login/{{users.id}}"
body = '{"password": "{{users.password}}", "name": "{{users.name}}", "id": {{users.id}}}'
capture = { token = { json = "/token" } }

[[requests]]
name = "upload"
method = "POST"
path = "/upload?t={{token}}"
multipart = { text = "{{users.name}}", file = { file = "a.txt" } }

[sequence]
steps = [{ request = "login" }, { request = "upload" }]
`;
const SECRETS = ["hunter2", "correct horse", "k3y-from-env"];
const USERS = `id,name,password,pin,other
1,Ann,${SECRETS[0]},pin-1,not used
2,"Bo ""B"" é",${SECRETS[1]},pin-2,not used
`;

/** The scenario as a run loads it, and the ledger of the run at its very beginning. */
function recorded(text: string, change: (manifest: Manifest) => unknown = (manifest) => manifest) {
  writeFileSync(join(folder, "users.csv"), USERS);
  const values: ValueSource = {
    kind: "live",
    readData: (name, format, delimiter) => readDataFile(join(folder, name), format, delimiter),
    env: (name) => (name === "API_KEY" ? SECRETS[2] : undefined),
    hide: sha256,
  };
  const loaded = loadScenario(text, { path: "x.toml", readFile: () => Buffer.from("file"), values });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { scenario, bodyFiles } = loaded;
  const overrides = { durationSeconds: null, vus: null };
  const manifest = simulatedManifest({ path: "x.toml", text, scenario, bodyFiles, overrides }, "7", "");
  const path = join(folder, "events.log");
  writeFileSync(path, ledgerOf(change(manifest)));
  return { scenario, path };
}

function ledgerOf(manifest: unknown): Buffer {
  const blocks: Buffer[] = [];
  const chain = new Chain(sha256);
  const writer = new BlockWriter(
    FRAME_SHARD,
    () => new ArrayBuffer(BLOCK_BYTES),
    (buffer, length) => {
      const block = new Uint8Array(buffer, 0, length);
      chain.seal(block);
      blocks.push(Buffer.from(block));
    },
  );
  writer.writeText(0, KIND.run_started, 0, utf8Encode(JSON.stringify(manifest)));
  writer.flush();
  return Buffer.concat(blocks);
}

function read(path: string): { readonly scenario: Scenario; readonly manifest: Manifest } {
  const { run } = readRecordedRun(path, () => () => {});
  if (run === null) throw new Error("expected a run");
  return run;
}

/** What a replay is to have: everything but what is secret. */
function withoutSecrets(scenario: Scenario): Scenario {
  return {
    ...scenario,
    data: scenario.data.map((set) => ({
      ...set,
      columns: set.columns.map((column) => (column.secret ? { ...column, values: null } : column)),
    })),
    secrets: scenario.secrets.map((secret) => ({ ...secret, value: null })),
  };
}

test("the scenario comes back without its data file and its environment", () => {
  const { scenario, path } = recorded(TEXT);
  rmSync(join(folder, "users.csv"));
  const back = read(path);
  expect(back.scenario).toEqual(withoutSecrets(scenario));
  expect(scenario.data[0]!.columns.map(({ name, secret }) => [name, secret])).toEqual([
    ["id", false],
    ["password", true],
    ["name", false],
  ]);
  expect(scenario.secrets).toHaveLength(1);
});

test("nothing secret and nothing unused is in the ledger", () => {
  const { path } = recorded(TEXT);
  const bytes = readFileSync(path);
  expect(bytes.includes("Ann")).toBe(true);
  for (const secret of SECRETS) {
    for (const encoding of ["utf8", "base64", "hex"] as const) {
      expect(bytes.includes(Buffer.from(secret).toString(encoding).replace(/=+$/, ""))).toBe(false);
    }
  }
  expect(bytes.includes("pin-1")).toBe(false);
  expect(bytes.includes("not used")).toBe(false);
});

test("a scenario without values from outside has the manifest that it always had, and loads from it", () => {
  const text =
    '[runtime]\nduration_seconds = 1\n[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\npath = "/{{user}}"\n';
  const { scenario, path } = recorded(text);
  const back = read(path);
  expect(Object.keys(back.manifest.scenario)).toEqual(["path", "text", "sha256", "files"]);
  expect({ ...back.scenario, seed: null }).toEqual(scenario);
});

test("a ledger that lacks what its scenario uses is refused, and says what is missing", () => {
  const { path } = recorded(TEXT, (manifest) => ({ ...manifest, scenario: { ...manifest.scenario, data: [] } }));
  expect(() => read(path)).toThrow(/refuses its scenario: 12:7: the data of `users` is not at hand/);
});
