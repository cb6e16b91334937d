/**
 * A simulation: the turn, with a modelled server in place of the network and no clock. The next turn is at the moment
 * at which something is due, so hours of waiting cost nothing and no moment is ever missed. One thread, no promise:
 * the ledger is a pure function of scenario, seed and model, byte for byte.
 */
import { BLOCK_BYTES, BLOCK_FLUSH_NS, CELL_BYTES } from "../base/limits.ts";
import { NEVER, NS_PER_SECOND } from "../base/units.ts";
import { Engine } from "../engine/engine.ts";
import { placesFor } from "../engine/places-for.ts";
import { type AppendFile, DiskError } from "../io/append-file.ts";
import { sha256 } from "../io/system.ts";
import { BlockWriter } from "../ledger/block-writer.ts";
import { mayAbort } from "../metrics/criteria.ts";
import { KIND, STOP_CODES, type StopReason } from "../model/entry.ts";
import type { Manifest } from "../model/manifest.ts";
import type { ServerModel } from "../model/server-model.ts";
import type { Window } from "../model/summary.ts";
import { SimulatedAnswers } from "../sim/simulated-answers.ts";
import { SimulatedWorld } from "../sim/simulated-world.ts";
import type { RunResult } from "./live-run.ts";
import { messagesFor } from "./messages-for.ts";
import { Recording } from "./recording.ts";
import type { RunPlan } from "./run-plan.ts";
import { Turn } from "./turn.ts";

/** Assertions that may end the run are judged this often. */
const JUDGE_NS = NS_PER_SECOND;

/** Entries that one user still gives once the run is asked to stop: an answer, a retirement, a closed connection. */
const LAST_ENTRIES_PER_USER = 4;

/**
 * Simulates the run of `manifest` against `model` to its end and closes the ledger. Throws DiskError when the ledger
 * cannot even be begun.
 */
export function simulate(
  manifest: Manifest,
  plan: RunPlan,
  model: ServerModel,
  ledger: Pick<AppendFile, "append" | "bytes" | "close">,
  windows: (window: Window) => void,
): RunResult {
  const recording = new Recording(ledger, manifest, plan.scenario, windows);
  try {
    playOut(manifest.seed, plan, model, ledger, recording);
    const summary = recording.finish();
    ledger.close();
    return { summary, fingerprint: recording.fingerprint, diskError: null, abandonedBy: null };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return { summary: recording.close(), fingerprint: recording.fingerprint, diskError: error, abandonedBy: null };
  }
}

/** All turns of the run, in virtual time. */
function playOut(
  seed: string,
  plan: RunPlan,
  model: ServerModel,
  ledger: Pick<AppendFile, "bytes">,
  recording: Recording,
): void {
  const { scenario } = plan;
  const share = { seed, shard: 0, shards: 1 };
  const engine = new Engine({ ...plan, ...share, messages: messagesFor(plan, { ...share, sends: false }) });
  const world = new SimulatedWorld(model, seed, placesFor(scenario, 0, 1), new SimulatedAnswers(scenario, sha256));
  const block = new ArrayBuffer(BLOCK_BYTES);
  const writer = new BlockWriter(
    0,
    // A block is recorded before the next is asked for: one is enough.
    () => block,
    (filled, bytes) => recording.add(new Uint8Array(filled, 0, bytes)),
  );
  const turn = new Turn(engine, world, writer);
  const ledgerBytesMax =
    scenario.limits.eventLogBytesMax - 2 * BLOCK_BYTES - scenario.usersMax * LAST_ENTRIES_PER_USER * CELL_BYTES;
  let isStopping = false;
  let judgeAtNs = mayAbort(scenario.criteria) ? JUDGE_NS : NEVER;
  const stop = (reason: StopReason): void => {
    isStopping = true;
    world.inputs.push(KIND.stop_requested, 0, 0, STOP_CODES[reason]);
  };

  for (let nowNs = 0; !engine.done; nowNs = Math.max(turn.earliestNs, turn.wakeAtNs())) {
    turn.run(nowNs);
    if (nowNs - writer.oldestNs >= BLOCK_FLUSH_NS) writer.flush();
    if (!isStopping && ledger.bytes > ledgerBytesMax) stop("ledger_full");
    if (!isStopping && nowNs >= judgeAtNs) {
      judgeAtNs = nowNs + JUDGE_NS;
      writer.flush();
      if (recording.failingCriteria(nowNs).length > 0) stop("assertion_failed");
    }
  }
  world.shutdown();
  turn.run(turn.earliestNs);
  writer.flush();
}
