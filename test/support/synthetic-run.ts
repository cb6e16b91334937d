/**
 * Ledgers without a network: closed-loop users whose service times are drawn from a seeded long-tailed distribution,
 * in a server that is slow now and then for a while, so that neighbouring latencies are correlated.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BLOCK_BYTES } from "../../src/base/limits.ts";
import { RandomStreams } from "../../src/base/prng.ts";
import { Recording } from "../../src/drive/recording.ts";
import { BlockWriter } from "../../src/ledger/block-writer.ts";
import { KIND, type Kind, STOP_CODES } from "../../src/model/entry.ts";
import { FAILURE_CODES } from "../../src/model/failure.ts";
import type { Manifest } from "../../src/model/manifest.ts";
import { loadScenario } from "../../src/scenario/load.ts";

export interface SyntheticRun {
  readonly seed: number;
  readonly users?: number;
  readonly seconds?: number;
  /** Every service time is multiplied by this. */
  readonly slowdown?: number;
  /** Chance that a request fails. */
  readonly errorRatio?: number;
  /** Median service time without a slow phase, ns. */
  readonly medianNs?: number;
  /** The requests' names and paths. */
  readonly requests?: readonly string[];
  readonly baseUrl?: string;
  /** How late every request is issued against its plan. */
  readonly latenessNs?: number;
  /** Leaves out the end of the run, as when the process was killed. */
  readonly cutOff?: boolean;
  readonly z6?: string;
}

const SLOW_STEP_NS = 20e6;
const SLOW_FACTOR = 1.15;
const TAIL_MAX = 20;

/** Writes the ledger of such a run to `folder`/events.log, which makes `folder` a run folder. */
export function writeSyntheticRun(folder: string, options: SyntheticRun): void {
  const { seed, users = 64, seconds = 10, slowdown = 1, errorRatio = 0, latenessNs = 0 } = options;
  const medianNs = options.medianNs ?? 8e6;
  const names = options.requests ?? ["read", "write"];
  const text = scenarioText(options.baseUrl ?? "http://127.0.0.1:8080", users, seconds, names);
  const manifest = manifestOf(text, options);
  const loaded = loadScenario(text, { path: "synthetic.toml", readFile: () => new Uint8Array() });
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  const blocks: Buffer[] = [];
  const file = { append: (block: Uint8Array) => void blocks.push(Buffer.from(block)) };
  const recording = new Recording(file, manifest, loaded.scenario, () => {});
  const writer = new BlockWriter(
    0,
    () => new ArrayBuffer(BLOCK_BYTES),
    (block, bytes) => recording.add(new Uint8Array(block, 0, bytes)),
  );
  const add = (timeNs: number, kind: Kind, user: number, flags = 0, code = 0, a = 0, b = 0, c = 0): void =>
    writer.writeEntry(timeNs, kind, user, flags, code, a, b, c);

  const random = new RandomStreams(String(seed), users + 1);
  const slow = slowPhases(random, users, Math.round((seconds * 1e9) / SLOW_STEP_NS));
  const serviceNs = (user: number, nowNs: number): number => {
    const unit = (random.below(user, 1e6) + 0.5) / 1e6;
    const tail = Math.min(TAIL_MAX, 1 / Math.sqrt(unit)) / Math.SQRT2;
    const phase = slow[Math.min(slow.length - 1, Math.floor(nowNs / SLOW_STEP_NS))] === 1 ? SLOW_FACTOR : 1;
    return Math.round(medianNs * slowdown * phase * (0.5 + tail / 2));
  };

  const endNs = seconds * 1e9;
  const doneNs = new Float64Array(users);
  const issue = (user: number, nowNs: number): void => {
    add(nowNs, KIND.request_issued, user, 0, random.below(user, names.length), 0, latenessNs, 100);
    doneNs[user] = nowNs + serviceNs(user, nowNs);
  };
  for (let user = 0; user < users; user++) {
    add(latenessNs, KIND.user_spawned, user);
    issue(user, latenessNs);
  }
  for (;;) {
    const user = indexOfLeast(doneNs);
    const nowNs = doneNs[user]!;
    if (nowNs >= endNs) break;
    if (errorRatio > 0 && random.below(user, 1e6) < errorRatio * 1e6) {
      add(nowNs, KIND.request_failed, user, 1, FAILURE_CODES.connection_reset, 104, 0, 0);
    } else {
      add(nowNs, KIND.response_received, user, 1, 200, 200, latenessNs, 1000);
    }
    issue(user, nowNs);
  }
  if (options.cutOff !== true) {
    add(endNs, KIND.stop_begun, 0, 0, STOP_CODES.duration);
    for (let user = 0; user < users; user++) add(endNs, KIND.request_unfinished, user);
  }
  writer.flush();
  if (options.cutOff !== true) recording.finish();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "events.log"), Buffer.concat(blocks));
}

/** By step of SLOW_STEP_NS, 1 in a slow phase: a tenth of the steps begin one, three in ten end it. */
function slowPhases(random: RandomStreams, stream: number, steps: number): Uint8Array {
  const slow = new Uint8Array(steps);
  for (let step = 1; step < steps; step++) {
    const chance = random.below(stream, 10);
    slow[step] = slow[step - 1] === 1 ? Number(chance >= 3) : Number(chance < 1);
  }
  return slow;
}

function indexOfLeast(values: Float64Array): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[least]!) least = i;
  return least;
}

function scenarioText(baseUrl: string, users: number, seconds: number, names: readonly string[]): string {
  const requests = names.map((name) => `[[requests]]\nname = "${name}"\npath = "/${name}"\n`).join("\n");
  return `[runtime]\nduration_seconds = ${seconds}\nvus = ${users}\n[target]\nbase_url = "${baseUrl}"\n${requests}`;
}

function manifestOf(text: string, { seed, z6 = "0.1.0" }: SyntheticRun): Manifest {
  return {
    ledger: 1,
    z6,
    run_id: `run_${seed}`,
    simulated: false,
    start_time: "2026-01-31T12:00:00.000Z",
    seed: String(seed),
    shards: 1,
    io: "node",
    io_reason: "",
    model: null,
    scenario: { path: "synthetic.toml", text, sha256: sha(text), files: {} },
    overrides: { duration_seconds: null, vus: null },
  };
}

/** Stands for a hash: differs when the text does. */
function sha(text: string): string {
  let mixed = 0;
  for (const character of text) mixed = (Math.imul(mixed, 31) + character.charCodeAt(0)) >>> 0;
  return mixed.toString(16).padStart(64, "0");
}
