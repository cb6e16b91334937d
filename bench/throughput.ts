/**
 * Requests per second and processor time per request, as ratios: Z6 and its peers in turn against the same nginx,
 * the client on one core and nginx on another, several rounds, medians. Z6 writes every request to its ledger.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { startNginx } from "../test/support/nginx.ts";

export interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

interface Sample {
  readonly requestsPerSecond: number;
  /** User and system time of the client, microseconds per request. */
  readonly cpuUs: number;
}

export interface BenchRow extends Sample {
  readonly client: string;
  readonly version: string;
  readonly logged: boolean;
  /** Median over the rounds of z6's requests/s divided by this client's of the same round. */
  readonly z6Ratio: number;
}

export interface BenchReport {
  readonly machine: string;
  readonly options: BenchOptions;
  readonly rows: readonly BenchRow[];
}

interface Client {
  readonly name: string;
  readonly version: string;
  readonly logged: boolean;
  run(url: string, options: BenchOptions): Sample;
}

const ROOT = process.cwd();
const CLIENT_PROCESSOR = 0;
const SERVER_PROCESSOR = 1;

/** Runs `command` pinned to the client's core; its output, and the processor time that it used in seconds. */
function pinned(command: readonly string[]): { stdout: string; cpuSeconds: number } {
  const script = 'TIMEFORMAT="cpu %U %S"; time taskset -c "$0" "$@"';
  const result = spawnSync("bash", ["-c", script, String(CLIENT_PROCESSOR), ...command], { encoding: "utf8" });
  const times = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(result.stderr);
  if (times === null) throw new Error(`${command.join(" ")} failed: ${result.stderr}`);
  return { stdout: result.stdout, cpuSeconds: Number(times[1]) + Number(times[2]) };
}

function z6Client(): Client {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  return {
    name: "z6 (node io)",
    version,
    logged: true,
    run(url, { seconds, connections }) {
      const folder = mkdtempSync(join(tmpdir(), "z6-bench-"));
      const file = join(folder, "bench.toml");
      writeFileSync(
        file,
        `[runtime]\nduration_seconds = ${seconds}\nvus = ${connections}\n[target]\nbase_url = "${url}"\n` +
          '[[requests]]\nname = "root"\npath = "/"\n',
      );
      const command = [process.execPath, join(ROOT, "dist/cli/main.js"), "run", file];
      const { stdout, cpuSeconds } = pinned([...command, "--output", join(folder, "run"), "--json", "--quiet"]);
      rmSync(folder, { recursive: true });
      const metrics = JSON.parse(stdout) as { requests: { total: number }; throughput: { rps: number } };
      return { requestsPerSecond: metrics.throughput.rps, cpuUs: (cpuSeconds * 1e6) / metrics.requests.total };
    },
  };
}

function wrkClient(): Client | null {
  const probe = spawnSync("wrk", ["-v"], { encoding: "utf8" });
  if (probe.error !== undefined) return null;
  return {
    name: "wrk",
    version: /wrk \S+/.exec(probe.stdout + probe.stderr)?.[0] ?? "",
    logged: false,
    run(url, { seconds, connections }) {
      const { stdout, cpuSeconds } = pinned(["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, `${url}/`]);
      const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
      return {
        requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
        cpuUs: (cpuSeconds * 1e6) / requests,
      };
    },
  };
}

function autocannonClient(): Client | null {
  const folder = join(ROOT, "node_modules/autocannon");
  if (!existsSync(folder)) return null;
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return {
    name: "autocannon",
    version,
    logged: false,
    run(url, { seconds, connections }) {
      const command = [process.execPath, join(folder, "autocannon.js"), "-c", String(connections)];
      const { stdout, cpuSeconds } = pinned([...command, "-d", String(seconds), "--json", `${url}/`]);
      const result = JSON.parse(stdout) as { requests: { total: number }; duration: number };
      const { total } = result.requests;
      return { requestsPerSecond: total / result.duration, cpuUs: (cpuSeconds * 1e6) / total };
    },
  };
}

/** Runs the comparison with those clients that this machine has. Needs nginx and taskset. */
export async function compareThroughput(options: BenchOptions): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), "z6-bench-nginx-"));
  const nginx = await startNginx(folder, { log: false, processor: SERVER_PROCESSOR });
  const clients = [z6Client(), wrkClient(), autocannonClient()].filter((client) => client !== null);
  const samples: Sample[][] = clients.map(() => []);
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, client] of clients.entries()) samples[index]!.push(client.run(nginx.url, options));
    }
  } finally {
    await nginx.stop();
    rmSync(folder, { recursive: true });
  }
  const own = samples[0]!;
  const rows = clients.map(({ name, version, logged }, index) => ({
    client: name,
    version,
    logged,
    requestsPerSecond: median(samples[index]!.map((sample) => sample.requestsPerSecond)),
    cpuUs: median(samples[index]!.map((sample) => sample.cpuUs)),
    z6Ratio: median(samples[index]!.map((sample, round) => own[round]!.requestsPerSecond / sample.requestsPerSecond)),
  }));
  return { machine: machineLine(), options, rows };
}

/** The report as a Markdown table. */
export function markdown({ machine, options, rows }: BenchReport): string {
  const { rounds, seconds, connections } = options;
  const lines = rows.map(
    (row) =>
      `| ${row.client} | ${row.version} | ${Math.round(row.requestsPerSecond)} | ${row.cpuUs.toFixed(2)} | ` +
      `${row.z6Ratio.toFixed(2)} | ${row.logged ? "yes" : "no"} |`,
  );
  return [
    `${machine}; ${connections} connections, ${rounds} rounds of ${seconds} s, medians`,
    "",
    "| client | version | requests/s | CPU us per request | z6 / client | every request on disk |",
    "|---|---|---:|---:|---:|---|",
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
