/** `z6 plan`: says beforehand what a run will do and whether this machine has what it takes. Nothing is sent. */
import { dirname } from "node:path";
import { utf8Encode } from "../base/bytes.ts";
import { liveManifest } from "../drive/manifest.ts";
import { planAhead } from "../drive/plan.ts";
import { shardsMax } from "../drive/shards-max.ts";
import { chooseIo } from "../io/choose-io.ts";
import { defaultShards, drawSeed, fileDescriptorLimit, freeDiskBytes, localPortCount } from "../io/system.ts";
import { renderPlan } from "../report/plan-text.ts";
import { folderFor, overridesOf, type RunOptions, sourceOf } from "./carry-out.ts";
import { EXIT } from "./exit-codes.ts";
import { mayColour, print, say } from "./output.ts";
import { readScenario } from "./scenario-file.ts";

/** Prints the plan of the run that `z6 run` with the same options would be, and returns the exit code. */
export function plan(path: string, options: RunOptions): number {
  const file = readScenario(path, overridesOf(options));
  if (typeof file === "number") return file;
  const { scenario } = file;
  const bound = shardsMax(scenario);
  const shards = options.shards ?? Math.min(defaultShards(), bound);
  if (shards > bound) {
    say(`z6: --shards ${shards}: this scenario has users and connections for at most ${bound}`);
    return EXIT.usage;
  }
  const seed = scenario.seed ?? drawSeed();
  const manifest = liveManifest(sourceOf(file, options), seed, shards, chooseIo("auto", scenario.targets), new Date());
  const folder = options.output ?? dirname(folderFor(options, manifest.run_id));
  const planned = planAhead(scenario, {
    seed,
    seedDrawn: scenario.seed === null,
    shards,
    manifestBytes: utf8Encode(JSON.stringify(manifest)).length,
    limits: { fileDescriptors: fileDescriptorLimit(), localPorts: localPortCount() },
    ledger: { folder, freeDiskBytes: freeDiskBytes(folder) },
  });
  if (options.json === true) print(JSON.stringify(planned, null, 2));
  else print(renderPlan(planned, { colour: mayColour(process.stdout, options) }));
  return EXIT.ok;
}
