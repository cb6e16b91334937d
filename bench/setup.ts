/** What the comparisons share: a server on a core of its own, the line that says what was measured with, the median. */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchServer, BenchServerKind } from "./servers.ts";

/** The size of a comparison. */
export interface Setup {
  /** Of each run. */
  readonly seconds: number;
  readonly rounds: number;
}

/** The core of the server. */
const SERVER_PROCESSOR = 1;

/** Runs `work` beside a server. Needs that server and taskset. */
export async function withServer(kind: BenchServerKind, work: (server: BenchServer) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "z6-bench-server-"));
  const server = await kind.start(folder, SERVER_PROCESSOR);
  try {
    work(server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** What the figures were measured with. */
export function machineLine(serverVersion: string): string {
  return `${cpus().length} x ${cpus()[0]?.model.trim()}, kernel ${release()}, node ${process.version}, ${serverVersion}`;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
