/** Reads a ledger back as anyone would, from its bytes: verdict, books, and every decision replayed. */
import { foldOf } from "../../src/drive/fold-of.ts";
import type { RunPlan } from "../../src/drive/run-plan.ts";
import { summarise } from "../../src/metrics/summarise.ts";
import type { Manifest } from "../../src/model/manifest.ts";
import type { Summary } from "../../src/model/summary.ts";
import { read } from "./disk-check.ts";
import { ReplayCheck } from "./replay-check.ts";
import type { World } from "./world.ts";

/** Throws unless the file is as it must be; returns the summary of what was read. @param whole the run was finished. */
export function checkLedger(
  world: World,
  plan: RunPlan,
  manifest: Manifest,
  image: Uint8Array,
  whole: boolean,
): Summary {
  const { scenario } = world;
  const fold = foldOf({ manifest, scenario }, () => {});
  const replay = new ReplayCheck(world, plan);
  const end = read(image, (entry, shard, text) => {
    fold.add(entry, shard);
    replay.add(entry, shard, text);
  });
  replay.end(whole);
  const states = whole ? ["finished"] : image.length === 0 ? ["not_a_ledger"] : ["unfinished", "torn"];
  if (!states.includes(end.state))
    throw new Error(`ledger: expected ${states.join(" or ")}, actual ${JSON.stringify(end)}`);
  return summarise(fold.close(), { manifest, scenario });
}

/** What a world's ledger begins with. */
export function manifestOf({ seed, scenario, shards }: World): Manifest {
  return {
    ledger: 1,
    z6: "swarm",
    run_id: "swarm",
    simulated: true,
    start_time: null,
    seed: scenario.seed!,
    shards,
    io: "bytes",
    io_reason: "",
    model: null,
    scenario: { path: `swarm-${seed}.toml`, text: "", sha256: "", files: {} },
    overrides: { duration_seconds: null, vus: null },
  };
}
