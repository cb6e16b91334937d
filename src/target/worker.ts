/**
 * A target in a thread of its own, so that it does not share an event loop with the load generator: what one does then
 * never shows as latency of the other. This is the owner's half.
 */
import { Worker } from "node:worker_threads";
import { unreachable } from "../base/assert.ts";
import type { TargetOptions } from "./options.ts";
import type { TargetAddress } from "./server.ts";
import type { TargetStats } from "./stats.ts";
import type { Channel, Message, Question } from "./worker-messages.ts";

/** As RunningTarget, but the statistics have to be fetched. */
export interface WorkerTarget extends TargetAddress {
  stats(): Promise<TargetStats>;
  close(): Promise<void>;
}

/**
 * Starts a target in a worker thread; it keeps the process alive until `close`. Rejects as `startTarget` does; the
 * error has the system's `code` where there is one. Works from compiled code, where the worker's file exists.
 */
export async function startTargetInWorker(options: TargetOptions = {}): Promise<WorkerTarget> {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const worker = new Worker(new URL(`./target-worker${extension}`, import.meta.url), { workerData: options });
  const crashed = new Promise<never>((_, reject) => worker.once("error", reject));
  try {
    const target = await Promise.race([ownTarget(worker), crashed]);
    return {
      ...target,
      stats: () => Promise.race([target.stats(), crashed]),
      close: async () => {
        await Promise.race([target.close(), crashed]);
        await worker.terminate();
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** Waits until the target at the other end of `channel` listens; rejects when it could not start. */
export function ownTarget(channel: Channel): Promise<WorkerTarget> {
  return new Promise((resolve, reject) => {
    const statsWanted = new Map<number, (stats: TargetStats) => void>();
    const closeWanted = new Map<number, () => void>();
    let questions = 0;
    const ask = <Answer>(what: Question["ask"], wanted: Map<number, (answer: Answer) => void>) =>
      new Promise<Answer>((answered) => {
        const id = questions++;
        wanted.set(id, answered);
        channel.postMessage({ id, ask: what });
      });
    channel.on("message", (said) => {
      const message = said as Message;
      switch (message.kind) {
        case "listening":
          resolve({
            ...message.address,
            stats: () => ask("stats", statsWanted),
            close: () => ask<void>("close", closeWanted),
          });
          return;
        case "refused":
          reject(Object.assign(new Error(message.message), message.code === null ? {} : { code: message.code }));
          return;
        case "stats":
          statsWanted.get(message.id)?.(message.stats);
          statsWanted.delete(message.id);
          return;
        case "closed":
          closeWanted.get(message.id)?.();
          closeWanted.delete(message.id);
          return;
        default:
          unreachable(message);
      }
    });
  });
}
