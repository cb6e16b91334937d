/** The built CLI as the thing that is measured: one run of a scenario, of GET / unless told otherwise. */
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
  readonly requests: { readonly total: number; readonly failed: number };
  readonly throughput: { readonly rps: number };
  readonly latency: Z6Times;
  readonly service_time: Z6Times;
  readonly arrivals: { readonly planned: number; readonly started: number; readonly dropped: number } | null;
  readonly lag: {
    readonly p50_ns: number;
    readonly p99_ns: number;
    readonly p999_ns: number;
    readonly max_ns: number;
    /** Null for a run that is too short. */
    readonly busy_mean: number | null;
  };
}

export interface Z6Times {
  readonly p50_ns: number;
  readonly p99_ns: number;
  readonly max_ns: number;
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
  /** Users alive at once; of arrivals, at most. */
  readonly vus: number;
  /** Arrivals per second, evenly spaced; without, users who repeat what they do. */
  readonly rate?: number;
  /** Mean of the pauses between a user's requests: uniform from 0 to twice that; none unless given. */
  readonly thinkTimeMs?: number;
  /** Keys of the target besides its URL, a line each. */
  readonly target?: string;
  /** The [[requests]]; ROOT_REQUEST unless given. */
  readonly requests?: string;
}

export const ROOT_REQUEST = '[[requests]]\nname = "root"\npath = "/"\n';

export function runZ6(
  url: string,
  load: Z6Load,
  { processor, options = [], nodeOptions = [], output }: Z6Setting,
): Z6Run {
  const folder = mkdtempSync(join(tmpdir(), "z6-bench-"));
  const file = join(folder, "bench.toml");
  writeFileSync(file, scenario(url, load));
  const command = [process.execPath, ...nodeOptions, CLI, "run", file, "--json", "--quiet"];
  const run = runPinned(processor, [...command, "--output", join(output ?? folder, RUN), ...options]);
  rmSync(folder, { recursive: true });
  return { run, metrics: JSON.parse(run.stdout) as Z6Metrics };
}

function scenario(url: string, { seconds, vus, rate, thinkTimeMs = 0, target = "", requests = ROOT_REQUEST }: Z6Load) {
  const users =
    rate === undefined
      ? `vus = ${vus}\n[think_time]\ntype = "random"\nmin_ms = 0\nmax_ms = ${2 * thinkTimeMs}\n`
      : `[schedule]\ntype = "arrivals"\nrate = ${rate}\nmax_vus = ${vus}\n`;
  return `[runtime]\nduration_seconds = ${seconds}\n${users}[target]\nbase_url = "${url}"\n${target}${requests}`;
}

/** The figures of those requests of a run in `output` for which `filter` is true. */
export function analyzeZ6(output: string, filter: string): Z6Metrics {
  const command = [CLI, "analyze", join(output, RUN), "--filter", filter, "--format", "json"];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8" })) as Z6Metrics;
}
