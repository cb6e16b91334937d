/**
 * What the ledger costs: the same run with its ledger on disk, in memory (/dev/shm), and thrown away (/dev/null, by a
 * module that is loaded before the CLI and stands in for the file).
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, runZ6, type Z6Setting } from "./run-z6.ts";
import { nginx } from "./servers.ts";
import { machineLine, median, type Setup, withServer } from "./setup.ts";

const USERS = 64;
const MEMORY = "/dev/shm";

export interface LedgerCostRow {
  readonly ledger: string;
  readonly requestsPerSecond: number;
  /** Median over the rounds of this one's rate divided by that of the ledger thrown away. */
  readonly rateRatio: number;
  /** Processor time of the client for each request, us. */
  readonly cpuUs: number;
}

export interface LedgerCostReport {
  readonly machine: string;
  readonly rounds: number;
  readonly rows: readonly LedgerCostRow[];
}

/** Medians over the rounds. Needs nginx and taskset. */
export async function measureLedgerCost({ seconds, rounds }: Setup): Promise<LedgerCostReport> {
  const thrownAway = ["--import", join(ROOT, "bench/ledger-to-null.mjs")];
  const kinds: { ledger: string; folder: string; nodeOptions: readonly string[] }[] = [
    { ledger: "thrown away", folder: tmpdir(), nodeOptions: thrownAway },
    { ledger: "on disk", folder: tmpdir(), nodeOptions: [] },
    ...(existsSync(MEMORY) ? [{ ledger: "in memory", folder: MEMORY, nodeOptions: [] }] : []),
  ];
  const samples = kinds.map(() => [] as { rate: number; cpuUs: number }[]);
  await withServer(nginx, (server) => {
    for (let round = 0; round < rounds; round++) {
      for (const [index, { folder, nodeOptions }] of kinds.entries()) {
        const output = mkdtempSync(join(folder, "z6-bench-ledger-"));
        const setting: Z6Setting = { processor: 0, nodeOptions, output };
        const { run, metrics } = runZ6(server.url, { seconds, vus: USERS }, setting);
        rmSync(output, { recursive: true });
        const cpuUs = ((run.userSeconds + run.systemSeconds) * 1e6) / metrics.requests.total;
        samples[index]!.push({ rate: metrics.throughput.rps, cpuUs });
      }
    }
  });
  const rows = kinds.map(({ ledger }, index) => ({
    ledger,
    requestsPerSecond: median(samples[index]!.map(({ rate }) => rate)),
    rateRatio: median(samples[index]!.map(({ rate }, round) => rate / samples[0]![round]!.rate)),
    cpuUs: median(samples[index]!.map(({ cpuUs }) => cpuUs)),
  }));
  return { machine: machineLine(nginx.version()), rounds, rows };
}

export function ledgerCostMarkdown({ machine, rounds, rows }: LedgerCostReport): string {
  return [
    `${machine}; ${USERS} connections, what the ledger costs, ${rounds} rounds, medians`,
    "",
    "| ledger | requests/s | of thrown away | CPU us per request |",
    "|---|---:|---:|---:|",
    ...rows.map(
      ({ ledger, requestsPerSecond, rateRatio, cpuUs }) =>
        `| ${ledger} | ${Math.round(requestsPerSecond)} | ${rateRatio.toFixed(3)} | ${cpuUs.toFixed(2)} |`,
    ),
    "",
  ].join("\n");
}
