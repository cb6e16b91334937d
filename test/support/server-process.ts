/** Servers that others made, as child processes on loopback: found, started, waited for, timed, ended by their own id. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";

/** System servers are often not in the PATH of users. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
/** A server that does not listen after so long never will. */
const START_MS_MAX = 20_000;

/** Where `command` is; undefined, with a hint on stderr, where it is missing, and the tests against it are skipped. */
export function findServer(command: string, debianPackage: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  const found = folders.map((folder) => join(folder, command)).find(existsSync);
  if (found === undefined) {
    process.stderr.write(`${command} is not installed: tests with it are skipped (apt-get install ${debianPackage})\n`);
  }
  return found;
}

export interface ServerProcess {
  /** What it has written to stdout and stderr; only complete after `stop`. */
  output(): string;
  /** Processor time that it and its children have used, s (Linux). */
  busySeconds(): number;
  /** Ends it, unless it has ended. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  /** The port that it is told to listen on. */
  readonly port: number;
  /** Holds its output. */
  readonly folder: string;
  /** Runs it on this processor only (taskset). */
  readonly processor?: number | undefined;
  /** Environment variables beside the test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** What ends it, SIGTERM unless given. */
  readonly stopSignal?: NodeJS.Signals;
}

/** Starts a server that stays in the foreground, and waits until it listens. */
export async function startServer(
  command: readonly string[],
  { port, folder, processor, env, stopSignal = "SIGTERM" }: ServerProcessOptions,
): Promise<ServerProcess> {
  const pinned = processor === undefined ? command : ["taskset", "-c", String(processor), ...command];
  const output = join(folder, "server-output.log");
  const file = openSync(output, "a");
  const child = spawn(pinned[0]!, pinned.slice(1), {
    stdio: ["ignore", file, file],
    env: { ...process.env, ...env },
  });
  closeSync(file);
  if (!(await accepting(port, child))) {
    child.kill("SIGKILL");
    throw new Error(`${command[0]} does not listen on port ${port}: ${readFileSync(output, "utf8")}`);
  }
  return {
    output: () => readFileSync(output, "utf8"),
    busySeconds: () => busySeconds(child.pid!),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill(stopSignal);
      await exited;
    },
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** proc(5): utime and stime are fields 14 and 15 of stat, in clock ticks, which Linux fixes at 100 a second for readers. */
function busySeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const ticks = [String(pid), ...children.filter((child) => child !== "")].map((id) => {
    const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(" ");
    return Number(fields[13]) + Number(fields[14]);
  });
  return ticks.reduce((sum, count) => sum + count, 0) / 100;
}

/** Waits until something listens on the port: each attempt ends by itself, refused or connected. */
async function accepting(port: number, child: ChildProcess): Promise<boolean> {
  const untilMs = performance.now() + START_MS_MAX;
  while (child.exitCode === null && performance.now() < untilMs) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (isOpen) return true;
  }
  return false;
}
