/**
 * What the clients say of an idle server: about RATE requests a second over 64 connections, service times. The server
 * does the same for each of them, so what one reports above another is its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInstalled, runPinned } from "./pinned.ts";
import { analyzeZ6, runZ6 } from "./run-z6.ts";
import { nginx } from "./servers.ts";
import { machineLine, median, type Setup, withServer } from "./setup.ts";
import { uncorrected, WRK2_CALIBRATION_SECONDS, wrk2Ms } from "./wrk2.ts";

const RATE = 1_000;
const CONNECTIONS = 64;

export interface LatencyRow {
  readonly client: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LatencyReport {
  readonly machine: string;
  readonly rounds: number;
  readonly rows: readonly LatencyRow[];
}

/**
 * Medians over the rounds. Needs nginx and taskset; wrk2 takes part where it is installed.
 * @param leftOutSeconds the beginning of each run, which is not judged as wrk2 forgets its own; with less it stays away.
 */
export async function compareLatency(
  { seconds, rounds }: Setup,
  leftOutSeconds = WRK2_CALIBRATION_SECONDS,
): Promise<LatencyReport> {
  const z6 = (io: string) => (url: string) => {
    const output = mkdtempSync(join(tmpdir(), "z6-bench-latency-"));
    const load = {
      seconds: leftOutSeconds + seconds,
      vus: CONNECTIONS,
      thinkTimeMs: (CONNECTIONS * 1_000) / RATE,
    };
    runZ6(url, load, { processor: 0, options: ["--io", io], output });
    const { p50_ns, p99_ns } = analyzeZ6(output, `time_s > ${leftOutSeconds.toFixed(1)}`).service_time;
    rmSync(output, { recursive: true });
    return { p50Ms: p50_ns / 1e6, p99Ms: p99_ns / 1e6 };
  };
  const clients: [string, (url: string) => { p50Ms: number; p99Ms: number }][] = [
    ["z6, uring io", z6("uring")],
    ["z6, node io", z6("node")],
  ];
  if (leftOutSeconds >= WRK2_CALIBRATION_SECONDS && isInstalled("wrk2")) {
    clients.push([
      "wrk2 -U",
      (url) => {
        const load = ["-t1", `-c${CONNECTIONS}`, `-d${leftOutSeconds + seconds}s`, `-R${RATE}`, "-U"];
        const { stdout } = runPinned(0, ["wrk2", ...load, `${url}/`]);
        const report = uncorrected(stdout);
        return { p50Ms: wrk2Ms(report, "50.000%"), p99Ms: wrk2Ms(report, "99.000%") };
      },
    ]);
  }
  const samples = clients.map(([client]) => ({ client, p50: [] as number[], p99: [] as number[] }));
  await withServer(nginx, (server) => {
    for (let round = 0; round < rounds; round++) {
      for (const [index, [, run]] of clients.entries()) {
        const { p50Ms, p99Ms } = run(server.url);
        samples[index]!.p50.push(p50Ms);
        samples[index]!.p99.push(p99Ms);
      }
    }
  });
  const rows = samples.map(({ client, p50, p99 }) => ({ client, p50Ms: median(p50), p99Ms: median(p99) }));
  return { machine: machineLine(nginx.version()), rounds, rows };
}

export function latencyMarkdown({ machine, rounds, rows }: LatencyReport): string {
  return [
    `${machine}; ${RATE} requests/s over ${CONNECTIONS} connections, service times, ${rounds} rounds, medians`,
    "",
    "| client | p50 ms | p99 ms |",
    "|---|---:|---:|",
    ...rows.map(({ client, p50Ms, p99Ms }) => `| ${client} | ${p50Ms.toFixed(3)} | ${p99Ms.toFixed(3)} |`),
    "",
  ].join("\n");
}
