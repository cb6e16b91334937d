/**
 * What shards are worth: the same load from 1, 2, ... shards, all processors free to everybody, nginx included. Where
 * client and server share the processors the rate cannot double; processor time per request then says whether shards
 * stand in each other's way: if it stays, more processors mean more requests.
 */
import { cpus } from "node:os";
import { runZ6 } from "./run-z6.ts";
import { nginxEverywhere } from "./servers.ts";
import { machineLine, median, type Setup, withServer } from "./setup.ts";

const USERS = 64;

export interface ScalingRow {
  readonly shards: number;
  readonly requestsPerSecond: number;
  readonly clientUs: number;
  readonly serverUs: number;
}

export interface ScalingReport {
  readonly machine: string;
  readonly rounds: number;
  readonly rows: readonly ScalingRow[];
}

/** Medians over the rounds. Needs nginx and taskset. */
export async function measureScaling({ seconds, rounds }: Setup): Promise<ScalingReport> {
  const processors = cpus().length;
  const kind = nginxEverywhere(processors);
  const shardCounts = [1, 2, 4].filter((shards) => shards <= processors);
  const samples = shardCounts.map(() => [] as { rate: number; clientUs: number; serverUs: number }[]);
  await withServer(kind, (server) => {
    for (let round = 0; round < rounds; round++) {
      for (const [index, shards] of shardCounts.entries()) {
        const busySeconds = server.busySeconds();
        const setting = { processor: `0-${processors - 1}`, options: ["--shards", String(shards)] };
        const { run, metrics } = runZ6(server.url, { seconds, vus: USERS }, setting);
        const perRequest = (spent: number): number => (spent * 1e6) / metrics.requests.total;
        samples[index]!.push({
          rate: metrics.throughput.rps,
          clientUs: perRequest(run.userSeconds + run.systemSeconds),
          serverUs: perRequest(server.busySeconds() - busySeconds),
        });
      }
    }
  });
  const rows = shardCounts.map((shards, index) => ({
    shards,
    requestsPerSecond: median(samples[index]!.map(({ rate }) => rate)),
    clientUs: median(samples[index]!.map(({ clientUs }) => clientUs)),
    serverUs: median(samples[index]!.map(({ serverUs }) => serverUs)),
  }));
  return { machine: machineLine(kind.version()), rounds, rows };
}

export function scalingMarkdown({ machine, rounds, rows }: ScalingReport): string {
  return [
    `${machine}; ${USERS} connections, client and nginx share all processors, ${rounds} rounds, medians`,
    "",
    "| shards | requests/s | client CPU us per request | server CPU us per request |",
    "|---:|---:|---:|---:|",
    ...rows.map(
      ({ shards, requestsPerSecond, clientUs, serverUs }) =>
        `| ${shards} | ${Math.round(requestsPerSecond)} | ${clientUs.toFixed(2)} | ${serverUs.toFixed(2)} |`,
    ),
    "",
  ].join("\n");
}
