/**
 * The embedded target in a thread of its own, from what was built: a worker cannot load TypeScript. A load generator that
 * is measured must not wait for the test's own event loop.
 */
import type { TargetOptions } from "../../src/target/options.ts";
import type * as Built from "../../src/target/worker.ts";

export type WorkerTarget = Built.WorkerTarget;

const BUILT = new URL("../../dist/target/worker.js", import.meta.url).href;

/** As the function of the same name in src/target/worker.ts. */
export async function startTargetInWorker(options?: TargetOptions): Promise<WorkerTarget> {
  const built = (await import(/* @vite-ignore */ BUILT)) as typeof Built;
  return built.startTargetInWorker(options);
}
