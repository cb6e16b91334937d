/**
 * Requests per second and processor time per request, as ratios: clients in turn against the same server, the client
 * on one core and the server on another, several rounds, medians.
 */
import type { Client, Load, Sample } from "./clients.ts";
import type { BenchServerKind } from "./servers.ts";
import { machineLine, median, withServer } from "./setup.ts";

export interface Comparison {
  /** What is compared, for the headline. */
  readonly title: string;
  readonly server: BenchServerKind;
  /** The first is the one that the others are compared with. */
  readonly clients: readonly Client[];
}

export interface BenchRow extends Sample {
  /** Share of its core that the server was busy; near 1 the server is the limit, and no client can be faster. */
  readonly serverBusy: number;
  readonly client: string;
  readonly version: string;
  readonly logged: boolean;
  /** Medians over the rounds of the first client's figure divided by this one's of the same round. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
}

export interface BenchReport {
  readonly title: string;
  readonly machine: string;
  readonly rounds: number;
  readonly load: Load;
  readonly rows: readonly BenchRow[];
}

/** Runs a comparison. Needs taskset. */
export async function compare(comparison: Comparison, load: Load, rounds: number): Promise<BenchReport> {
  const { title, server, clients } = comparison;
  const samples: (Sample & { readonly serverBusy: number })[][] = clients.map(() => []);
  await withServer(server, ({ url, plainUrl, busySeconds }) => {
    for (let round = 0; round < rounds; round++) {
      for (const [index, client] of clients.entries()) {
        const before = busySeconds();
        const sample = client.run(client.withoutTls ? plainUrl : url, load);
        samples[index]!.push({ ...sample, serverBusy: (busySeconds() - before) / load.seconds });
      }
    }
  });
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
      serverBusy: median(own.map((sample) => sample.serverBusy)),
      rateRatio: ratio((sample) => sample.requestsPerSecond),
      cpuRatio: ratio(cpuUs),
    };
  });
  return { title, machine: machineLine(server.version()), rounds, load, rows };
}

/** The report as a Markdown table. */
export function markdown({ title, machine, rounds, load, rows }: BenchReport): string {
  const { seconds, connections, streams } = load;
  const shape = streams === 1 ? `${connections} connections` : `${connections} connections x ${streams} streams`;
  const lines = rows.map(
    ({ client, version, requestsPerSecond, userUs, systemUs, serverBusy, rateRatio, cpuRatio, logged }) =>
      `| ${client} | ${version} | ${Math.round(requestsPerSecond)} | ${userUs.toFixed(2)} + ${systemUs.toFixed(2)} | ${serverBusy.toFixed(2)} | ` +
      `${rateRatio.toFixed(2)} | ${cpuRatio.toFixed(2)} | ${logged ? "yes" : "no"} |`,
  );
  return [
    `${title}: ${shape}, ${rounds} rounds of ${seconds} s, medians; ${machine}`,
    "",
    `| client | version | requests/s | CPU us per request, user + system | server busy | ${rows[0]!.client} / client, requests/s | the same, CPU | every request on disk |`,
    "|---|---|---:|---:|---:|---:|---:|---|",
    ...lines,
    "",
  ].join("\n");
}
