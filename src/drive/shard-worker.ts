/** The worker thread of one shard: messages in, messages out. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { type ShardPlan, startShard } from "./shard.ts";
import type { FromShard, ToShard } from "./shard-messages.ts";

const supervisor = parentPort;
assert(supervisor !== null, "a shard worker has a supervisor");

function tell(message: FromShard, transfer: ArrayBuffer[] = []): void {
  supervisor!.postMessage(message, transfer);
}

const shard = startShard(workerData as ShardPlan, {
  submit: (block, bytes) => tell({ kind: "block", block, bytes }, [block]),
  done: () => {
    tell({ kind: "done" });
    supervisor.close();
  },
});

supervisor.on("message", (message: ToShard) => {
  switch (message.kind) {
    case "block":
      shard.giveBack(message.block);
      return;
    case "stop":
      shard.stop(message.reason);
      return;
  }
});
