/**
 * Requests per second and processor time per request, as ratios: Z6 and its peers in turn against the same nginx, the
 * client on one core and nginx on another, several rounds, medians. Z6 writes every request to its ledger.
 */
import { installedClients, type Load, type Sample } from "./clients.ts";
import { machineLine, median, withNginx } from "./setup.ts";

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
  readonly machine: string;
  readonly rounds: number;
  readonly load: Load;
  readonly rows: readonly BenchRow[];
}

/** Runs the comparison with those clients that this machine has. Needs nginx and taskset. */
export async function compareThroughput(load: Load, rounds: number): Promise<BenchReport> {
  const clients = installedClients();
  const samples: (Sample & { readonly serverBusy: number })[][] = clients.map(() => []);
  await withNginx((nginx) => {
    for (let round = 0; round < rounds; round++) {
      for (const [index, client] of clients.entries()) {
        const busySeconds = nginx.busySeconds();
        const sample = client.run(nginx.url, load);
        samples[index]!.push({ ...sample, serverBusy: (nginx.busySeconds() - busySeconds) / load.seconds });
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
  return { machine: machineLine(), rounds, load, rows };
}

/** The report as a Markdown table. */
export function markdown({ machine, rounds, load, rows }: BenchReport): string {
  const { seconds, connections } = load;
  const lines = rows.map(
    ({ client, version, requestsPerSecond, userUs, systemUs, serverBusy, rateRatio, cpuRatio, logged }) =>
      `| ${client} | ${version} | ${Math.round(requestsPerSecond)} | ${userUs.toFixed(2)} + ${systemUs.toFixed(2)} | ${serverBusy.toFixed(2)} | ` +
      `${rateRatio.toFixed(2)} | ${cpuRatio.toFixed(2)} | ${logged ? "yes" : "no"} |`,
  );
  return [
    `${machine}; ${connections} connections, ${rounds} rounds of ${seconds} s, medians`,
    "",
    "| client | version | requests/s | CPU us per request, user + system | server busy | z6 / client, requests/s | z6 / client, CPU | every request on disk |",
    "|---|---|---:|---:|---:|---:|---:|---|",
    ...lines,
    "",
  ].join("\n");
}
