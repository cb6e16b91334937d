/**
 * The only reader of a clock. Monotonic, in integer ns since the run began; all shards share one beginning, which is
 * a reading of `process.hrtime` that the supervisor took.
 */
import { performance } from "node:perf_hooks";

/** A reading of the process-wide monotonic clock, in ns; the same clock in every thread. */
export function monotonicNs(): bigint {
  return process.hrtime.bigint();
}

/** A function that tells the ns since `beginning`; never less than 0. It allocates nothing. */
export function clockSince(beginning: bigint): () => number {
  // performance.now() is the cheap reading; its own zero differs by thread, so it is aligned once. As a global it is
  // looked up through a getter at every use, so it is imported.
  const elapsedNs = Number(process.hrtime.bigint() - beginning);
  const offsetNs = elapsedNs - performance.now() * 1e6;
  return () => Math.max(0, Math.round(performance.now() * 1e6 + offsetNs));
}
