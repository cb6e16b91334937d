/**
 * The supervisor of a live run: starts the shards, records what they hand over, and tells them when to stop. It is the
 * only writer of the ledger, and it never touches a socket.
 */
import { Worker } from "node:worker_threads";
import { LEDGER_RESERVE_BYTES, STUCK_SHARD_MS } from "../base/limits.ts";
import { type AppendFile, DiskError } from "../io/append-file.ts";
import { clockSince, monotonicNs } from "../io/clock.ts";
import { giveWayToOtherThreads } from "../io/scheduling.ts";
import { drawSecretKey } from "../io/secrets.ts";
import { residentBytesMax } from "../io/system.ts";
import { STOP_CODES, type StopReason } from "../model/entry.ts";
import type { Manifest } from "../model/manifest.ts";
import type { LiveSnapshot, Summary, Window } from "../model/summary.ts";
import { Recording } from "./recording.ts";
import type { RunPlan } from "./run-plan.ts";
import type { ShardPlan } from "./shard.ts";
import type { FromShard, ToShard } from "./shard-messages.ts";
import { warmUpRecording } from "./warm-up.ts";

/** A signal by which somebody asks for an early end. */
export type StopSignal = "sigint" | "sigterm";

export interface LiveRun {
  /**
   * Asks for an early end; a second time: at once, and for STUCK_SHARD_MS at most. A third time says nothing new, and may
   * come at any time.
   */
  stop(signal: StopSignal): void;
  snapshot(): LiveSnapshot;
  readonly ledgerBytes: number;
  /** An early end was asked for. */
  readonly stopping: boolean;
  /** Rejects only on a bug. */
  readonly finished: Promise<RunResult>;
}

export interface RunResult {
  readonly summary: Summary;
  readonly fingerprint: string;
  /** The disk refused: the ledger ends early, and is readable up to there. */
  readonly diskError: DiskError | null;
  /** The second signal, when a shard did not end for it: the ledger holds what the shard had handed over by then. */
  readonly abandonedBy: StopSignal | null;
}

/** Starts a run. Throws DiskError when the ledger cannot even be begun. For `keyLogPath` see io/key-log.ts. */
export function startLiveRun(
  manifest: Manifest,
  plan: RunPlan,
  ledger: AppendFile,
  windows: (window: Window) => void,
  keyLogPath: string | null,
): LiveRun {
  const { scenario } = plan;
  const io = manifest.io === "uring" ? "uring" : "node";
  const workers: Worker[] = [];
  let clock = (): number => 0;
  let shardsPreparing = manifest.shards;
  let shardsLeft = manifest.shards;
  let stopping = false;
  let signals = 0;
  let lastResort: NodeJS.Timeout | undefined;
  let over = false;
  const { promise, resolve, reject } = promiseParts<RunResult>();

  function stop(reason: StopReason): void {
    stopping = true;
    for (const worker of workers) tell(worker, { kind: "stop", reason: STOP_CODES[reason] });
  }

  function signalled(signal: StopSignal): void {
    if (over || ++signals > 2) return;
    stop(signal);
    // A shard may be where nothing reaches it: in a loop that a bug of ours does not let it leave.
    if (signals === 2) lastResort = setTimeout(() => end(() => abandon(signal)), STUCK_SHARD_MS);
  }

  function endWorkers(): void {
    over = true;
    for (const worker of workers) void worker.terminate();
    clearInterval(watch);
    clearTimeout(lastResort);
  }

  function end(outcome: () => RunResult): void {
    endWorkers();
    try {
      resolve(outcome());
    } catch (error) {
      if (error instanceof DiskError) resolve(cutOff(error));
      else reject(error);
    }
  }

  function cutOff(diskError: DiskError): RunResult {
    return { summary: recording.close(), fingerprint: recording.fingerprint, diskError, abandonedBy: null };
  }

  function abandon(signal: StopSignal): RunResult {
    const summary = recording.close();
    ledger.close();
    return { summary, fingerprint: recording.fingerprint, diskError: null, abandonedBy: signal };
  }

  function finish(): RunResult {
    const summary = recording.finish();
    ledger.close();
    return { summary, fingerprint: recording.fingerprint, diskError: null, abandonedBy: null };
  }

  /**
   * The run's moment 0 is when every shard is ready. Where a shard and the supervisor share a processor, an answer that
   * has arrived goes before a block that waits to be counted: else the server idles while we do our sums.
   */
  function begin(): void {
    giveWayToOtherThreads();
    const beginning = monotonicNs();
    clock = clockSince(beginning);
    for (const worker of workers) tell(worker, { kind: "start", beginning });
  }

  function take(worker: Worker, message: FromShard): void {
    // What was under way when the run was cut off comes too late: the ledger is closed.
    if (over) return;
    switch (message.kind) {
      case "ready":
        if (--shardsPreparing === 0) begin();
        return;
      case "done":
        if (--shardsLeft === 0) end(finish);
        return;
      case "block":
        record(worker, message);
        return;
    }
  }

  function record(worker: Worker, message: FromShard & { readonly kind: "block" }): void {
    try {
      recording.add(new Uint8Array(message.block, 0, message.bytes));
    } catch (error) {
      if (error instanceof DiskError) end(() => cutOff(error));
      else fault(error);
      return;
    }
    tell(worker, { kind: "block", block: message.block }, [message.block]);
    if (!stopping && ledger.bytes > scenario.limits.eventLogBytesMax - LEDGER_RESERVE_BYTES) stop("ledger_full");
    // A shard that finds no data left stops by itself; the others cannot know.
    if (!stopping && recording.stopBegun === "data_exhausted") stop("data_exhausted");
  }

  function fault(error: unknown): void {
    endWorkers();
    reject(error);
  }

  const watch = setInterval(() => {
    if (!stopping && residentBytesMax() > scenario.limits.memoryBytesMax) stop("memory");
    if (!stopping && recording.failingCriteria(clock()).length > 0) stop("assertion_failed");
  }, 1000);

  const { seed, shards } = manifest;
  const secretKey = drawSecretKey();
  for (let shard = 0; shard < shards; shard++) {
    const workerData: ShardPlan = { ...plan, shard, shards, seed, io, keyLogPath, secretKey };
    const worker = new Worker(new URL("./shard-worker.js", import.meta.url), { workerData });
    worker.on("message", (message: FromShard) => take(worker, message));
    worker.on("error", fault);
    workers.push(worker);
  }
  // Begun behind the warm-up, which gives what a recording is made of its final shape.
  warmUpRecording(manifest, plan);
  const recording = begun(() => new Recording(ledger, manifest, scenario, windows), endWorkers);

  return {
    stop: signalled,
    snapshot: () => recording.live(clock()),
    get ledgerBytes() {
      return ledger.bytes;
    },
    get stopping() {
      return stopping;
    },
    finished: promise,
  };
}

/** What `make` makes; when it throws, `giveUp` is called first. */
function begun<Value>(make: () => Value, giveUp: () => void): Value {
  try {
    return make();
  } catch (error) {
    giveUp();
    throw error;
  }
}

function tell(worker: Worker, message: ToShard, transfer: ArrayBuffer[] = []): void {
  worker.postMessage(message, transfer);
}

function promiseParts<Value>(): {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
