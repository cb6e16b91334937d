/** Runs a command on one processor and says what processor time it took. */
import { spawnSync } from "node:child_process";

export interface PinnedRun {
  readonly stdout: string;
  /** User and system time of the command and its children, seconds. */
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

/** Whether `command` can be started here. */
export function isInstalled(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** Runs `command` on `processor`, a core or a list of cores as taskset(1) has it. Throws when it cannot be started or timed. */
export function runPinned(processor: number | string, command: readonly string[]): PinnedRun {
  const script = 'TIMEFORMAT="cpu %U %S"; time taskset -c "$0" "$@"';
  const result = spawnSync("bash", ["-c", script, String(processor), ...command], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const times = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(result.stderr);
  if (times === null) throw new Error(`${command.join(" ")} failed: ${result.stderr}`);
  return { stdout: result.stdout, userSeconds: Number(times[1]), systemSeconds: Number(times[2]) };
}
