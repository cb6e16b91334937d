/** The file that a target's worker thread starts with; its options are the worker's data. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { serveTarget } from "./worker-side.ts";

assert(parentPort !== null, "the target's worker file is not running in a worker");
await serveTarget(parentPort, workerData);
