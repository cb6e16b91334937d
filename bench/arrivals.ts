/**
 * The open model at a high rate: so many arrivals a second, evenly spaced, whatever the server does. Every one of them is
 * accounted for, or this throws; how late the generator was against its plan is its own fault, and is reported.
 */
import { cpus } from "node:os";
import { chooseIo, type IoChoice } from "../src/io/choose-io.ts";
import { runZ6 } from "./run-z6.ts";
import { nginx } from "./servers.ts";
import { machineLine, median, type Setup, withServer } from "./setup.ts";

/** The supervisor and V8's threads are not to take the shard's time where there is a processor for them. */
const EVERY_PROCESSOR = `0-${cpus().length - 1}`;
const CONNECTIONS = 64;
/** Arrivals alive at once, at most. */
const USERS_MAX = 10_000;

export interface ArrivalsReport {
  readonly machine: string;
  readonly io: IoChoice["io"];
  readonly seconds: number;
  readonly rate: number;
  readonly rounds: number;
  /** In one run: started + dropped. */
  readonly planned: number;
  /** Medians over the rounds. */
  readonly dropped: number;
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  readonly lagP999Ms: number;
  readonly lagMaxMs: number;
  readonly latencyP99Ms: number;
  /** Share of its core that the generator's thread was busy; null for runs that are too short. */
  readonly clientBusy: number | null;
  readonly serverBusy: number;
}

/** Needs nginx and taskset. */
export async function measureArrivals({ seconds, rounds }: Setup, rate: number): Promise<ArrivalsReport> {
  const { io } = chooseIo("auto", []);
  const samples: Omit<ArrivalsReport, "machine" | "io" | "seconds" | "rate" | "rounds" | "planned">[] = [];
  await withServer(nginx, (server) => {
    for (let round = 0; round < rounds; round++) {
      const busySeconds = server.busySeconds();
      const { metrics } = runZ6(
        server.url,
        { seconds, vus: USERS_MAX, rate, target: `max_connections = ${CONNECTIONS}\n` },
        { processor: EVERY_PROCESSOR, options: ["--io", io] },
      );
      const { requests, arrivals, lag, latency } = metrics;
      const planned = rate * seconds;
      if (arrivals === null || arrivals.planned !== planned || requests.total + arrivals.dropped !== planned) {
        throw new Error(`of ${planned} arrivals ${JSON.stringify(arrivals)}, ${requests.total} requests`);
      }
      if (requests.failed > 0) throw new Error(`${requests.failed} requests failed`);
      samples.push({
        dropped: arrivals.dropped,
        lagP50Ms: lag.p50_ns / 1e6,
        lagP99Ms: lag.p99_ns / 1e6,
        lagP999Ms: lag.p999_ns / 1e6,
        lagMaxMs: lag.max_ns / 1e6,
        latencyP99Ms: latency.p99_ns / 1e6,
        clientBusy: lag.busy_mean,
        serverBusy: (server.busySeconds() - busySeconds) / seconds,
      });
    }
  });
  const middle = (of: (sample: (typeof samples)[number]) => number): number => median(samples.map(of));
  return {
    machine: machineLine(nginx.version()),
    io,
    seconds,
    rate,
    rounds,
    planned: rate * seconds,
    dropped: middle(({ dropped }) => dropped),
    lagP50Ms: middle(({ lagP50Ms }) => lagP50Ms),
    lagP99Ms: middle(({ lagP99Ms }) => lagP99Ms),
    lagP999Ms: middle(({ lagP999Ms }) => lagP999Ms),
    lagMaxMs: middle(({ lagMaxMs }) => lagMaxMs),
    latencyP99Ms: middle(({ latencyP99Ms }) => latencyP99Ms),
    clientBusy: samples.some(({ clientBusy }) => clientBusy === null) ? null : middle(({ clientBusy }) => clientBusy!),
    serverBusy: middle(({ serverBusy }) => serverBusy),
  };
}

export function arrivalsMarkdown(report: ArrivalsReport): string {
  const { machine, io, seconds, rate, rounds, planned, dropped, clientBusy, serverBusy } = report;
  const ms = (value: number): string => value.toFixed(3);
  return [
    `${rate} arrivals per second for ${seconds} s over ${CONNECTIONS} connections, ${io} io, ${rounds} rounds, medians; ${machine}`,
    "",
    "| arrivals | issued | dropped | lag p50 ms | lag p99 ms | lag p99.9 ms | lag max ms | latency p99 ms | client busy | server busy |",
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    `| ${planned} | ${planned - dropped} | ${dropped} | ${ms(report.lagP50Ms)} | ${ms(report.lagP99Ms)} | ${ms(report.lagP999Ms)} | ` +
      `${ms(report.lagMaxMs)} | ${ms(report.latencyP99Ms)} | ${clientBusy?.toFixed(2) ?? "-"} | ${serverBusy.toFixed(2)} |`,
    "",
  ].join("\n");
}
