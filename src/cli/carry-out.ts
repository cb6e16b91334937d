/**
 * A live run from the command line, whatever command asked for it: the run folder, the display, the signals, the
 * summary, the exit code.
 */
import { resolve } from "node:path";
import { type LiveRun, type RunResult, startLiveRun } from "../drive/live-run.ts";
import { liveManifest, type ScenarioSource } from "../drive/manifest.ts";
import { groupUsersMax, planConnections } from "../drive/plan-connections.ts";
import { connectionWarnings } from "../drive/plan-remarks.ts";
import { createRunFolder, freeFolder, type RunFolder } from "../drive/run-folder.ts";
import { planFor } from "../drive/run-plan.ts";
import { shardsMax } from "../drive/shards-max.ts";
import { DiskError } from "../io/append-file.ts";
import { chooseIo, type IoWish } from "../io/choose-io.ts";
import { beginKeyLog } from "../io/key-log.ts";
import { defaultShards, drawSeed, fileDescriptorLimit, localPortCount } from "../io/system.ts";
import type { Flow, Scenario } from "../model/scenario.ts";
import { EXIT } from "./exit-codes.ts";
import { watch } from "./live-screen.ts";
import { mayColour, say, wants } from "./output.ts";
import { type ReportOptions, reportRun } from "./report-run.ts";
import type { LoadedFile, ScenarioOverrides } from "./scenario-file.ts";

export interface RunOptions extends ReportOptions {
  readonly seed?: string;
  readonly output?: string;
  readonly shards?: number;
  readonly io?: IoWish;
  /** --live, --no-live; undefined: on a terminal. */
  readonly live?: boolean;
  readonly quiet?: boolean;
  readonly duration?: number;
  readonly vus?: number;
}

/** What the options of the command line change in the scenario. */
export function overridesOf(options: RunOptions): ScenarioOverrides {
  return {
    ...(options.duration === undefined ? {} : { durationSeconds: options.duration }),
    ...(options.vus === undefined ? {} : { vus: options.vus }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
}

/** What goes into the manifest: the scenario as it was read, and what the options change in it. */
export function sourceOf(file: LoadedFile, options: RunOptions): ScenarioSource {
  return { ...file, overrides: { durationSeconds: options.duration ?? null, vus: options.vus ?? null } };
}

/** The run folder: the one that was asked for, else a new one below Z6_OUTPUT_DIR or ./results. */
export function folderFor(options: RunOptions, runId: string): string {
  return options.output ?? freeFolder(process.env.Z6_OUTPUT_DIR ?? "results", runId);
}

/** Where the secrets of TLS go: SSLKEYLOGFILE, as for browsers and curl; null when it is not set or no target speaks TLS. */
function keyLogPathOf({ targets }: Scenario): string | null {
  const path = process.env.SSLKEYLOGFILE ?? "";
  return path === "" || targets.every(({ tls }) => tls === null) ? null : resolve(path);
}

/** Runs the scenario against its real target and returns the exit code. */
export async function carryOut(file: LoadedFile, options: RunOptions): Promise<number> {
  const { scenario } = file;
  const seed = scenario.seed ?? drawSeed();
  const choice = chooseIo(options.io ?? "auto", scenario.targets);
  if (options.io === "uring" && choice.io !== "uring") {
    say(`z6: --io uring: ${choice.reason}`);
    return EXIT.notCarriedOut;
  }
  const bound = shardsMax(scenario);
  const shards = options.shards ?? Math.min(defaultShards(), bound);
  if (shards > bound) {
    say(`z6: --shards ${shards}: this scenario has users and connections for at most ${bound}`);
    return EXIT.usage;
  }
  const manifest = liveManifest(sourceOf(file, options), seed, shards, choice, new Date());
  const path = folderFor(options, manifest.run_id);
  const keyLogPath = keyLogPathOf(scenario);
  const refusal = keyLogPath === null ? null : beginKeyLog(keyLogPath);
  if (refusal !== null) {
    say(`z6: SSLKEYLOGFILE: ${refusal}`);
    return EXIT.notCarriedOut;
  }
  if (wants("warn", options)) warnOfLimits(scenario, shards);

  let folder: RunFolder;
  let run: LiveRun;
  try {
    folder = createRunFolder(resolve(path), manifest, process.argv.slice(2));
    run = startLiveRun(manifest, planFor(scenario), folder.ledger, folder.addWindow, keyLogPath);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    say(`z6: ${error.message}`);
    return EXIT.notCarriedOut;
  }

  stopOnSignals(run);
  const endWatch = wants("info", options) ? watchRun(run, scenario, seed, options) : () => {};
  let result: RunResult;
  try {
    result = await run.finished;
  } finally {
    endWatch();
  }
  return reportRun(result, folder, path, options);
}

function watchRun(run: LiveRun, scenario: Scenario, seed: string, options: RunOptions): () => void {
  const { stderr } = process;
  if (scenario.seed === null) say(`seed ${seed} (repeat this plan with --seed ${seed})`);
  const info = {
    name: scenario.metadata.name,
    target: scenario.targets.map((target) => target.baseUrl).join(", "),
    totalNs: scenario.durationNs,
    gracefulStopNs: scenario.gracefulStopNs,
    requestsTotal: requestsTotal(scenario),
    colour: mayColour(stderr, options),
  };
  return watch(run, stderr, info, options.live ?? stderr.isTTY === true);
}

/** Requests of the whole run if none fails, where the scenario fixes them; else null. */
function requestsTotal({ iterations, groups, flows }: Scenario): number | null {
  if (iterations === null) return null;
  let total = 0;
  for (const group of groups) {
    const [length, ...others] = new Set(group.flows.map((flow) => requestsOf(flows[flow]!)));
    if (length === undefined || others.length > 0) return null;
    total += iterations * group.identities * length;
  }
  return total;
}

/** Requests of one iteration. */
function requestsOf({ steps }: Flow): number {
  return steps === null ? 1 : steps.reduce((sum, step) => sum + step.repeat, 0);
}

/**
 * The first signal asks for a graceful stop, the second for an immediate one. They are listened to until the process
 * ends: an impatient third one must not cost the reports, nor the exit code. Left to itself Node would take itself apart
 * at its end, the handlers first, and a signal would kill it meanwhile; so the process goes while they are there.
 */
function stopOnSignals(run: LiveRun): void {
  process.on("SIGINT", () => run.stop("sigint"));
  process.on("SIGTERM", () => run.stop("sigterm"));
  process.once("exit", () => process.exit());
}

/** Says beforehand what the system will not allow. */
function warnOfLimits(scenario: Scenario, shards: number): void {
  const limits = { fileDescriptors: fileDescriptorLimit(), localPorts: localPortCount() };
  const connections = planConnections(scenario, groupUsersMax(scenario), shards, limits);
  for (const warning of connectionWarnings(connections)) say(`warning: ${warning}`);
}
