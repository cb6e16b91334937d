/**
 * Coordinated omission: a server that answers nothing for a stretch of every so many seconds, and what a client with a
 * fixed rate says of it. Whoever would have come meanwhile counts, so the figures follow from arithmetic: of all
 * requests, the share (stall - y) / period waits for longer than y. Z6 and wrk2 against that, each against a server of
 * its own that has just begun, so that all of them see the same whole periods.
 */
import { isInstalled, runPinned } from "./pinned.ts";
import { runZ6 } from "./run-z6.ts";
import { z6Target } from "./servers.ts";
import { machineLine, median, type Setup, withServer } from "./setup.ts";
import { WRK2_CALIBRATION_SECONDS, wrk2Ms } from "./wrk2.ts";

const CONNECTIONS = 64;

export interface Stalls {
  /** Requests per second. */
  readonly rate: number;
  readonly everyMs: number;
  readonly forMs: number;
}

export interface StallRow {
  readonly client: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface StallReport {
  readonly machine: string;
  readonly stalls: Stalls;
  readonly seconds: number;
  readonly rounds: number;
  /** The arithmetic, then the clients. */
  readonly rows: readonly StallRow[];
}

/**
 * Medians over the rounds. Needs taskset; wrk2 takes part where it is installed and a run is as long as it needs.
 * @param setup `seconds` are a whole number of periods.
 */
export async function compareStalls({ seconds, rounds }: Setup, stalls: Stalls): Promise<StallReport> {
  const { rate, forMs } = stalls;
  const clients: [string, (url: string) => Omit<StallRow, "client">][] = [
    [
      "z6",
      (url) => {
        const requests = `[[requests]]\nname = "stall"\npath = "${pathOf(stalls)}"\n`;
        // As many as a stall lasts for, and more.
        const vus = Math.ceil((2 * rate * forMs) / 1_000);
        const { metrics } = runZ6(url, { seconds, vus, rate, requests }, { processor: 0 });
        const { p50_ns, p99_ns, max_ns } = metrics.latency;
        return { p50Ms: p50_ns / 1e6, p99Ms: p99_ns / 1e6, maxMs: max_ns / 1e6 };
      },
    ],
  ];
  if (seconds >= WRK2_CALIBRATION_SECONDS && isInstalled("wrk2")) {
    clients.push([
      "wrk2 -L",
      (url) => {
        const load = ["-t1", `-c${CONNECTIONS}`, `-d${WRK2_CALIBRATION_SECONDS + seconds}s`, `-R${rate}`, "-L"];
        const { stdout } = runPinned(0, ["wrk2", ...load, `${url}${pathOf(stalls)}`]);
        return {
          p50Ms: wrk2Ms(stdout, "50.000%"),
          p99Ms: wrk2Ms(stdout, "99.000%"),
          maxMs: wrk2Ms(stdout, "100.000%"),
        };
      },
    ]);
  }
  const rows: StallRow[] = [arithmetic(stalls)];
  for (const [client, run] of clients) {
    const samples: Omit<StallRow, "client">[] = [];
    for (let round = 0; round < rounds; round++) await withServer(z6Target, ({ url }) => samples.push(run(url)));
    rows.push({
      client,
      p50Ms: median(samples.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(samples.map(({ p99Ms }) => p99Ms)),
      maxMs: median(samples.map(({ maxMs }) => maxMs)),
    });
  }
  return { machine: machineLine(z6Target.version()), stalls, seconds, rounds, rows };
}

function pathOf({ everyMs, forMs }: Stalls): string {
  return `/stall?every_ms=${everyMs}&for_ms=${forMs}`;
}

/** Without the time that an answer takes anyway. */
function arithmetic({ everyMs, forMs }: Stalls): StallRow {
  const above = (share: number): number => Math.max(0, forMs - share * everyMs);
  return { client: "arithmetic", p50Ms: above(0.5), p99Ms: above(0.01), maxMs: forMs };
}

export function stallMarkdown({ machine, stalls, seconds, rounds, rows }: StallReport): string {
  const { rate, everyMs, forMs } = stalls;
  return [
    `${rate} requests/s for ${seconds} s against a server that stalls for ${forMs} ms in every ${everyMs} ms, latencies, ${rounds} rounds, medians; ${machine}`,
    "",
    "| client | p50 ms | p99 ms | p99 / arithmetic | max ms |",
    "|---|---:|---:|---:|---:|",
    ...rows.map(
      ({ client, p50Ms, p99Ms, maxMs }) =>
        `| ${client} | ${p50Ms.toFixed(3)} | ${p99Ms.toFixed(1)} | ${(p99Ms / rows[0]!.p99Ms).toFixed(3)} | ${maxMs.toFixed(1)} |`,
    ),
    "",
  ].join("\n");
}
