/** The built CLI as the thing that is measured: one run of a scenario with a single request, GET /. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PinnedRun, runPinned } from "./pinned.ts";

export const ROOT = process.cwd();
const CLI = join(ROOT, "dist/cli/main.js");

/** Name of the run folder in its output folder. */
const RUN = "run";

/** What is read of metrics.json. */
export interface Z6Metrics {
  readonly requests: { readonly total: number };
  readonly throughput: { readonly rps: number };
  readonly service_time: { readonly p50_ns: number; readonly p99_ns: number };
}

export interface Z6Run {
  readonly run: PinnedRun;
  readonly metrics: Z6Metrics;
}

/** How it is run. */
export interface Z6Setting {
  /** The core, or a list of cores as taskset(1) has it. */
  readonly processor: number | string;
  /** Options of `z6 run`. */
  readonly options?: readonly string[];
  /** Options of node. */
  readonly nodeOptions?: readonly string[];
  /** An existing folder for the run folder; elsewhere unless given. */
  readonly output?: string;
}

export interface Z6Load {
  readonly seconds: number;
  readonly vus: number;
  /** Mean of the pauses between a user's requests: uniform from 0 to twice that; none unless given. */
  readonly thinkTimeMs?: number;
  /** Keys of the target besides its URL, a line each. */
  readonly target?: string;
}

export function runZ6(
  url: string,
  { seconds, vus, thinkTimeMs = 0, target = "" }: Z6Load,
  { processor, options = [], nodeOptions = [], output }: Z6Setting,
): Z6Run {
  const folder = mkdtempSync(join(tmpdir(), "z6-bench-"));
  const file = join(folder, "bench.toml");
  writeFileSync(
    file,
    `[runtime]\nduration_seconds = ${seconds}\nvus = ${vus}\n[target]\nbase_url = "${url}"\n${target}` +
      `[think_time]\ntype = "random"\nmin_ms = 0\nmax_ms = ${2 * thinkTimeMs}\n[[requests]]\nname = "root"\npath = "/"\n`,
  );
  const command = [process.execPath, ...nodeOptions, CLI, "run", file, "--json", "--quiet"];
  const run = runPinned(processor, [...command, "--output", join(output ?? folder, RUN), ...options]);
  rmSync(folder, { recursive: true });
  return { run, metrics: JSON.parse(run.stdout) as Z6Metrics };
}

/** The figures of those requests of a run in `output` for which `filter` is true. */
export function analyzeZ6(output: string, filter: string): Z6Metrics {
  const command = [CLI, "analyze", join(output, RUN), "--filter", filter, "--format", "json"];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8" })) as Z6Metrics;
}
