/** The worker thread of one shard: messages in, messages out. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { openCookieJars } from "../io/cookie-jars.ts";
import { interruptNobody, supervisorSharesProcessor } from "../io/scheduling.ts";
import type { Scenario } from "../model/scenario.ts";
import { prepareShard, type ShardPlan } from "./shard.ts";
import type { FromShard, ToShard } from "./shard-messages.ts";
import { warmUpShard } from "./warm-up.ts";

const supervisor = parentPort;
assert(supervisor !== null, "a shard worker has a supervisor");

function tell(message: FromShard, transfer: ArrayBuffer[] = []): void {
  supervisor!.postMessage(message, transfer);
}

/** No moment of the plan is waited for: users neither arrive nor pause. */
function isAtFullSpeed({ groups, flows }: Scenario): boolean {
  return (
    groups.every(({ schedule }) => schedule.type !== "arrivals") &&
    flows.every(({ thinkTime }) => thinkTime.maxNs === 0)
  );
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

// Where the next request only follows the last answer, nothing is late when a block is counted to its end first.
if (supervisorSharesProcessor(plan.shards) && isAtFullSpeed(plan.scenario)) interruptNobody();
tell({ kind: "ready" });
