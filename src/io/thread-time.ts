/**
 * How busy this thread is. On Linux the kernel's own account of the thread's processor time; elsewhere what Node knows
 * of its event loop, which counts a loop that looks at the clock as busy.
 */
import { openSync, readSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { NS_PER_MS } from "../base/units.ts";

/** First number: ns on a processor (Linux, Documentation/scheduler/sched-stats). */
const SCHEDSTAT = "/proc/thread-self/schedstat";

/** A function that tells the processor time that this thread has used since the last call, in ns. */
export function threadBusyNs(): () => number {
  const read = schedstatReader() ?? activeReader();
  let before = read();
  return () => {
    const now = read();
    const used = Math.max(0, now - before);
    before = now;
    return used;
  };
}

/** Reads the kernel's account through a file that is opened once: a run may use up all descriptors later. */
function schedstatReader(): (() => number) | null {
  let file: number;
  try {
    file = openSync(SCHEDSTAT, "r");
  } catch {
    // Not Linux, or a kernel without the account; the caller has another way.
    return null;
  }
  const buffer = new Uint8Array(64);
  return () => {
    const bytes = readSync(file, buffer, 0, buffer.length, 0);
    return Number.parseInt(Buffer.from(buffer.buffer, 0, bytes).toString("latin1"), 10);
  };
}

function activeReader(): () => number {
  return () => Math.round(performance.eventLoopUtilization().active * NS_PER_MS);
}
