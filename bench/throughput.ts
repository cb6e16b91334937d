/**
 * Requests per second and processor time per request, as ratios: Z6 and its peers in turn against the same nginx, the
 * client on one core and nginx on another, several rounds, medians. Z6 writes every request to its ledger.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { startNginx } from "../test/support/nginx.ts";
import { installedClients, type Load, type Sample } from "./clients.ts";

const SERVER_PROCESSOR = 1;

export interface BenchRow extends Sample {
  readonly client: string;
  readonly version: string;
  readonly logged: boolean;
  /** Medians over the rounds of the first client's figure divided by this one's of the same round. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
}

export interface BenchReport {
  readonly machine: string;
  readonly rounds: number;
  readonly load: Load;
  readonly rows: readonly BenchRow[];
}

/** Runs the comparison with those clients that this machine has. Needs nginx and taskset. */
export async function compareThroughput(load: Load, rounds: number): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), "z6-bench-nginx-"));
  const nginx = await startNginx(folder, { log: false, processor: SERVER_PROCESSOR });
  const clients = installedClients();
  const samples: Sample[][] = clients.map(() => []);
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [index, client] of clients.entries()) samples[index]!.push(client.run(nginx.url, load));
    }
  } finally {
    await nginx.stop();
    rmSync(folder, { recursive: true });
  }
  const cpuUs = ({ userUs, systemUs }: Sample): number => userUs + systemUs;
  const rows = clients.map(({ name, version, logged }, index): BenchRow => {
    const own = samples[index]!;
    const ratio = (figure: (sample: Sample) => number): number =>
      median(own.map((sample, round) => figure(samples[0]![round]!) / figure(sample)));
    return {
      client: name,
      version,
      logged,
      requestsPerSecond: median(own.map((sample) => sample.requestsPerSecond)),
      userUs: median(own.map((sample) => sample.userUs)),
      systemUs: median(own.map((sample) => sample.systemUs)),
      rateRatio: ratio((sample) => sample.requestsPerSecond),
      cpuRatio: ratio(cpuUs),
    };
  });
  return { machine: machineLine(), rounds, load, rows };
}

/** The report as a Markdown table. */
export function markdown({ machine, rounds, load, rows }: BenchReport): string {
  const { seconds, connections } = load;
  const lines = rows.map(
    ({ client, version, requestsPerSecond, userUs, systemUs, rateRatio, cpuRatio, logged }) =>
      `| ${client} | ${version} | ${Math.round(requestsPerSecond)} | ${userUs.toFixed(2)} + ${systemUs.toFixed(2)} | ` +
      `${rateRatio.toFixed(2)} | ${cpuRatio.toFixed(2)} | ${logged ? "yes" : "no"} |`,
  );
  return [
    `${machine}; ${connections} connections, ${rounds} rounds of ${seconds} s, medians`,
    "",
    "| client | version | requests/s | CPU us per request, user + system | z6 / client, requests/s | z6 / client, CPU | every request on disk |",
    "|---|---|---:|---:|---:|---:|---|",
    ...lines,
    "",
  ].join("\n");
}

function machineLine(): string {
  const nginx = execFileSync("sh", ["-c", "nginx -v 2>&1 || /usr/sbin/nginx -v 2>&1"], { encoding: "utf8" }).trim();
  return `${cpus().length} x ${cpus()[0]?.model.trim()}, kernel ${release()}, node ${process.version}, ${nginx}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
