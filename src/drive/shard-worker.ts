/** The worker thread of one shard: messages in, messages out. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { openCookieJars } from "../io/cookie-jars.ts";
import { prepareShard, type ShardPlan } from "./shard.ts";
import type { FromShard, ToShard } from "./shard-messages.ts";
import { warmUpShard } from "./warm-up.ts";

const supervisor = parentPort;
assert(supervisor !== null, "a shard worker has a supervisor");

function tell(message: FromShard, transfer: ArrayBuffer[] = []): void {
  supervisor!.postMessage(message, transfer);
}

const plan = workerData as ShardPlan;
warmUpShard(plan);
const shard = prepareShard(plan, await openCookieJars(plan.scenario), {
  submit: (block, bytes) => tell({ kind: "block", block, bytes }, [block]),
  done: () => {
    tell({ kind: "done" });
    supervisor.close();
  },
});

supervisor.on("message", (message: ToShard) => {
  switch (message.kind) {
    case "start":
      shard.start(message.beginning);
      return;
    case "block":
      shard.giveBack(message.block);
      return;
    case "stop":
      shard.stop(message.reason);
      return;
  }
});

tell({ kind: "ready" });
