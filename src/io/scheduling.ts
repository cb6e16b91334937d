/**
 * Who goes first where the threads of a run share a processor (sched(7)). Only Linux has policies and priorities for each
 * thread; elsewhere nothing is done.
 */
import { availableParallelism, constants, platform, setPriority } from "node:os";
import { loadLibc } from "./uring/libc.ts";

const CALLING_THREAD = 0;
const SCHED_BATCH = 3;
/** struct sched_param: its priority, which is 0 for all policies that are not of real time. */
const NO_PRIORITY = new Uint8Array(4);

/** Whether the process has no processor beside those of its shards. */
export function supervisorSharesProcessor(shards: number): boolean {
  return availableParallelism() <= shards;
}

/** Lets every other thread of this process go before the calling one, for good: threads that it starts later inherit this. */
export function giveWayToOtherThreads(): void {
  if (platform() === "linux") setPriority(CALLING_THREAD, constants.priority.PRIORITY_BELOW_NORMAL);
}

/**
 * Has the calling thread wait for its turn when it wakes: whatever runs then is not interrupted, though its time is up in
 * the end. An interruption costs as much as the answers to a few requests do.
 */
export function interruptNobody(): void {
  if (platform() !== "linux") return;
  try {
    loadLibc().setScheduler(CALLING_THREAD, SCHED_BATCH, NO_PRIORITY);
  } catch {
    // Without koffi threads interrupt each other, as they do by default.
  }
}
