/** `z6 simulate`: the same run in virtual time against a modelled server. */
import { resolve } from "node:path";
import { NS_PER_SECOND } from "../base/units.ts";
import type { RunResult } from "../drive/live-run.ts";
import { simulatedManifest } from "../drive/manifest.ts";
import { createRunFolder, type RunFolder } from "../drive/run-folder.ts";
import { planFor } from "../drive/run-plan.ts";
import { simulate as simulateRun } from "../drive/simulate.ts";
import { DiskError } from "../io/append-file.ts";
import { clockSince, monotonicNs } from "../io/clock.ts";
import { hideAlike } from "../io/secrets.ts";
import { drawSeed } from "../io/system.ts";
import type { Summary } from "../model/summary.ts";
import { formatCount, formatNs } from "../report/units.ts";
import { modelText } from "../scenario/model-text.ts";
import type { ModelOverrides } from "../scenario/resolve-model.ts";
import { folderFor, overridesOf, type RunOptions, sourceOf } from "./carry-out.ts";
import { EXIT } from "./exit-codes.ts";
import { readModel } from "./model-file.ts";
import { say, wants } from "./output.ts";
import { reportRun } from "./report-run.ts";
import { readScenario } from "./scenario-file.ts";

export interface SimulateOptions extends RunOptions, ModelOverrides {
  /** A model file. */
  readonly model?: string;
}

const PROGRESS_NS = 5_000_000_000;

/** Simulates the scenario and returns the exit code, as `z6 run` does. */
export function simulate(path: string, options: SimulateOptions): number {
  const file = readScenario(path, overridesOf(options), hideAlike);
  const model = readModel(options.model, options);
  if (typeof file === "number") return file;
  if (typeof model === "number") return model;

  const seed = file.scenario.seed ?? drawSeed();
  const manifest = simulatedManifest(sourceOf(file, options), seed, modelText(model));
  const shownPath = folderFor(options, manifest.run_id);
  if (wants("info", options) && file.scenario.seed === null) {
    say(`seed ${seed} (repeat this simulation with --seed ${seed})`);
  }
  const elapsedNs = clockSince(monotonicNs());
  let folder: RunFolder;
  let result: RunResult;
  try {
    folder = createRunFolder(resolve(shownPath), manifest, process.argv.slice(2));
    const { addWindow, ledger } = folder;
    const watch = wants("info", options) ? progress(file.scenario.durationNs, elapsedNs) : () => {};
    result = simulateRun(manifest, planFor(file.scenario), model, ledger, (window) => {
      addWindow(window);
      watch(window.tickNs);
    });
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    say(`z6: ${error.message}`);
    return EXIT.notCarriedOut;
  }
  if (wants("info", options)) sayHowFast(result.summary, elapsedNs());
  return reportRun(result, folder, shownPath, options);
}

/** Says every few seconds how far the simulation is. */
function progress(durationNs: number | null, elapsedNs: () => number): (tickNs: number) => void {
  const total = durationNs === null ? "" : ` of ${formatNs(durationNs)}`;
  let nextNs = PROGRESS_NS;
  return (tickNs) => {
    if (elapsedNs() < nextNs) return;
    nextNs = elapsedNs() + PROGRESS_NS;
    say(`simulated ${formatNs(tickNs)}${total}`);
  };
}

function sayHowFast({ requests, runtime }: Summary, elapsedNs: number): void {
  const perSecond = Math.round((requests.total / elapsedNs) * NS_PER_SECOND);
  say(
    `simulated ${formatNs(runtime.duration_seconds * NS_PER_SECOND)} in ${formatNs(elapsedNs)}: ` +
      `${formatCount(requests.total)} requests, ${formatCount(perSecond)} a second`,
  );
}
