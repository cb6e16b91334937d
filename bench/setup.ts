/** What the comparisons share: nginx on a core of its own, the line that says what was measured with, the median. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { NGINX, type Nginx, startNginx } from "../test/support/nginx.ts";

/** The size of a comparison. */
export interface Setup {
  /** Of each run. */
  readonly seconds: number;
  readonly rounds: number;
}

/** The core of the server, unless it may have them all. */
const SERVER_PROCESSOR = 1;

/** Runs `work` beside an nginx without log. Needs nginx, and taskset unless `workers` are many and free to move. */
export async function withNginx(work: (nginx: Nginx) => void, workers = 1): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "z6-bench-nginx-"));
  const place = workers === 1 ? { processor: SERVER_PROCESSOR } : {};
  const nginx = await startNginx(folder, { log: false, workers, ...place });
  try {
    work(nginx);
  } finally {
    await nginx.stop();
    rmSync(folder, { recursive: true });
  }
}

/** What the figures were measured with. */
export function machineLine(): string {
  const nginx = execFileSync("sh", ["-c", `${NGINX} -v 2>&1`], { encoding: "utf8" }).trim();
  return `${cpus().length} x ${cpus()[0]?.model.trim()}, kernel ${release()}, node ${process.version}, ${nginx}`;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
