/** The built command as a user runs it, and what it leaves behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Ledger, type ShardEvent } from "../../src/drive/ledger-file.ts";
import type { Summary } from "../../src/model/summary.ts";

const MAIN = join(import.meta.dirname, "../../dist/cli/main.js");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of the test's own; gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "z6-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface StartOptions {
  /** Bounds its open files. */
  readonly ulimit?: number;
  /** Environment variables beside the test's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `z6 ...args`. */
export function startZ6(
  args: readonly string[],
  { ulimit, env }: StartOptions = {},
): { child: ChildProcess; finished: Promise<Finished> } {
  const command = [process.execPath, MAIN, ...args];
  if (ulimit !== undefined) command.unshift("bash", "-c", `ulimit -n ${ulimit}; exec "$0" "$@"`);
  const child = spawn(command[0]!, command.slice(1), { env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: Buffer) => {
    stdout += text;
  });
  child.stderr.on("data", (text: Buffer) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished };
}

export function z6(...args: string[]): Promise<Finished> {
  return startZ6(args).finished;
}

export interface RunResult extends Finished {
  readonly folder: string;
  readonly metrics: Summary;
  readonly events: ShardEvent[];
}

/** What a run left in `folder`. */
export function readRun(folder: string, finished: Finished): RunResult {
  return {
    ...finished,
    folder,
    metrics: JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")) as Summary,
    events: [...Ledger.open(join(folder, "events.log"))],
  };
}

/** Runs a scenario given as text, with `z6 run`. */
export async function runScenario(text: string, options: StartOptions & { args?: string[] } = {}): Promise<RunResult> {
  const folder = temporaryFolder();
  const file = join(folder, "scenario-under-test.toml");
  const output = join(folder, "run");
  writeFileSync(file, text);
  const args = ["run", file, "--output", output, "--no-live", ...(options.args ?? [])];
  return readRun(output, await startZ6(args, options).finished);
}

/** A scenario of one GET request. */
export function oneRequest(
  baseUrl: string,
  path: string,
  more: { runtime?: string; target?: string; request?: string } = {},
): string {
  return `
[runtime]
${more.runtime ?? "vus = 1\niterations = 3"}
prng_seed = 7
[target]
base_url = "${baseUrl}"
${more.target ?? ""}
[[requests]]
name = "it"
method = "GET"
path = "${path}"
${more.request ?? ""}
`;
}

/** Events of one kind. */
export function eventsOf<Kind extends ShardEvent["kind"]>(
  events: readonly ShardEvent[],
  kind: Kind,
): Extract<ShardEvent, { kind: Kind }>[] {
  return events.filter((event): event is Extract<ShardEvent, { kind: Kind }> => event.kind === kind);
}
