/**
 * A shard: one engine, one client, one io, one stream of ledger blocks. It runs in a worker thread and knows nothing
 * of files, screens and signals.
 */
import { BLOCK_FLUSH_NS } from "../base/limits.ts";
import { Client } from "../client/client.ts";
import { inspectionsFor } from "../client/inspect/inspections.ts";
import { Engine } from "../engine/engine.ts";
import { placesFor } from "../engine/places-for.ts";
import { clockSince } from "../io/clock.ts";
import { decodeUtf8 } from "../io/decode-utf8.ts";
import { decompress } from "../io/decompress.ts";
import type { Loop } from "../io/loop.ts";
import { nodeIo } from "../io/node-io.ts";
import { startNodeLoop } from "../io/node-loop.ts";
import { compilePattern } from "../io/pattern.ts";
import { hideUnder } from "../io/secrets.ts";
import { threadBusyNs } from "../io/thread-time.ts";
import { uringIo } from "../io/uring-io.ts";
import { BlockWriter } from "../ledger/block-writer.ts";
import { KIND } from "../model/entry.ts";
import type { CookieJars, IoEvents } from "../model/ports.ts";
import { BlockPool } from "./block-pool.ts";
import { messagesFor } from "./messages-for.ts";
import type { RunPlan } from "./run-plan.ts";
import { Turn } from "./turn.ts";

export interface ShardPlan extends RunPlan {
  readonly shard: number;
  readonly shards: number;
  readonly seed: string;
  /** How it reaches the network. */
  readonly io: IoKind;
  /** The file that gets the secrets of TLS connections, or null. */
  readonly keyLogPath: string | null;
  /** Hides what is captured as secret; for all shards of a run the same, and written nowhere. */
  readonly secretKey: Uint8Array;
}

export type IoKind = "node" | "uring";

/** What a shard tells its supervisor. */
export interface ShardPort {
  /** Bytes [0, bytes) of the block are to be written; the block comes back through `giveBack`. */
  submit(block: ArrayBuffer, bytes: number): void;
  /** Everything has ended and every block was submitted. */
  done(): void;
}

export interface Shard {
  /** Begins to run. `beginning` is the reading of the monotonic clock at the run's moment 0, for all shards the same. */
  start(beginning: bigint): void;
  giveBack(block: ArrayBuffer): void;
  /** Asks for an early end; a second time: at once. `reason` is a STOP_CODES value. */
  stop(reason: number): void;
}

/** Makes a shard ready, so that its moment 0 is not spent on making it. @param jars null when nobody keeps cookies. */
export function prepareShard(plan: ShardPlan, jars: CookieJars | null, port: ShardPort): Shard {
  let sinceBeginning = (): number => 0;
  const clock = (): number => sinceBeginning();
  let loop: Loop | null = null;
  const poke = (): void => loop?.poke();
  const messages = messagesFor(plan, { ...plan, sends: true });
  const engine = new Engine({ ...plan, messages });
  // Node's sockets take a Buffer as it is, and copy the view of any other array at every write.
  const requestBytes = plan.requestBytes.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const { targets } = plan.scenario;
  let startLoop = (step: (nowNs: number) => number): Loop => startNodeLoop(clock, step);
  const places = placesFor(plan.scenario, plan.shard, plan.shards);
  const inspections = inspectionsFor({
    scenario: plan.scenario,
    places: places.capacity,
    tools: { decompress, decodeUtf8, compilePattern, hide: hideUnder(plan.secretKey) },
    jars,
    keepSecret: (place, capture, value) => messages?.keepSecret(place, capture, value),
  });
  const { dynamic } = plan.rendered;
  const clientPlan = { ...plan, places, requestBytes, dynamic, messages, inspections };
  const client = new Client(clientPlan, (events: IoEvents) => {
    if (plan.io === "node") return nodeIo(targets, clock, events, poke, plan.keyLogPath);
    const uring = uringIo(targets, requestBytes, clock, events);
    startLoop = uring.startLoop;
    return uring.port;
  });
  let isShutDown = false;
  let pausedAtNs = -1;
  const pool = new BlockPool(client.inputs.capacity + engine.commands.capacity);
  const writer = new BlockWriter(
    plan.shard,
    () => pool.take(),
    (block, bytes) => port.submit(block, bytes),
  );
  const usedNs = threadBusyNs();
  const turn = new Turn(engine, client, writer, () => Math.max(0, usedNs() - (loop?.watchedNs() ?? 0)));

  /** One turn, unless the disk is behind; returns the moment at which the next is wanted. */
  function step(clockNs: number): number {
    const nowNs = Math.max(clockNs, turn.earliestNs);
    if (!pool.reserve(turn.entriesMax + 2)) {
      writer.flush();
      if (pausedAtNs < 0) pausedAtNs = nowNs;
      return nowNs + BLOCK_FLUSH_NS;
    }
    if (pausedAtNs >= 0) {
      client.inputs.push(KIND.backpressure_on, 0);
      client.inputs.push(KIND.backpressure_off, 0, 0, 0, 0, nowNs - pausedAtNs);
      pausedAtNs = -1;
    }
    if (engine.done && !isShutDown) {
      isShutDown = true;
      client.shutdown();
      return nowNs;
    }
    turn.run(nowNs);
    if (isShutDown) {
      writer.flush();
      loop?.stop();
      port.done();
    } else if (nowNs - writer.oldestNs >= BLOCK_FLUSH_NS) {
      writer.flush();
    }
    return engine.done ? nowNs : Math.min(turn.wakeAtNs(), writer.oldestNs + BLOCK_FLUSH_NS);
  }

  return {
    start(beginning) {
      sinceBeginning = clockSince(beginning);
      loop = startLoop(step);
    },
    giveBack(block) {
      pool.giveBack(block);
      if (pausedAtNs >= 0) poke();
    },
    stop(reason) {
      client.inputs.push(KIND.stop_requested, 0, 0, reason);
      poke();
    },
  };
}
