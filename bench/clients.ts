/** The load generators that are compared, as far as this machine has them. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseIo } from "../src/io/choose-io.ts";
import { isInstalled, type PinnedRun, runPinned } from "./pinned.ts";
import { ROOT, ROOT_REQUEST, runZ6 } from "./run-z6.ts";

/** The core of the clients. */
const PROCESSOR = 0;

export interface Load {
  readonly seconds: number;
  readonly connections: number;
  /** Requests at once on each connection; 1 with HTTP/1.1. */
  readonly streams: number;
}

export interface Sample {
  readonly requestsPerSecond: number;
  /** Processor time of the client for each request, start-up included, us. */
  readonly userUs: number;
  readonly systemUs: number;
}

export interface Client {
  readonly name: string;
  readonly version: string;
  /** Every single request is written to disk. */
  readonly logged: boolean;
  /** It is given the server's address without TLS. */
  readonly withoutTls?: boolean;
  run(url: string, load: Load): Sample;
}

/** What Z6's target is told, besides its URL. */
type TargetKeys = (load: Load) => string;

const HTTP1: TargetKeys = () => 'http_version = "http1.1"\n';
const HTTP1_UNVERIFIED: TargetKeys = () => 'http_version = "http1.1"\nverify_cert = false\n';
const HTTP2: TargetKeys = ({ connections, streams }) =>
  `http_version = "http2"\nmax_connections = ${connections}\nmax_streams_per_connection = ${streams}\n`;

/** Clients for HTTP/1.1; Z6 first, once for each of its ios. */
export function http1Clients(): readonly Client[] {
  return [...z6OnEachIo(HTTP1), ...installed(wrk(), wrk2(), h2loadHttp1(), autocannon(), k6())];
}

/** Clients for HTTP/2 with prior knowledge; Z6 first, once for each of its ios. */
export function http2Clients(): readonly Client[] {
  return [...z6OnEachIo(HTTP2), ...installed(h2loadHttp2(), nodeHttp2())];
}

/** Clients for HTTP/1.1 over TLS, and the same without. */
export function tlsClients(): readonly Client[] {
  const clients = [z6Client("node", HTTP1_UNVERIFIED), ...installed(wrk())];
  const plain = [z6Client("node", HTTP1), ...installed(wrk())];
  return [...clients, ...plain.map((client) => ({ ...client, name: `${client.name}, without TLS`, withoutTls: true }))];
}

function installed(...clients: readonly (Client | null)[]): readonly Client[] {
  return clients.filter((client) => client !== null);
}

function z6OnEachIo(target: TargetKeys): readonly Client[] {
  const onNode = z6Client("node", target);
  return chooseIo("auto", []).io === "uring" ? [z6Client("uring", target), onNode] : [onNode];
}

function sample(run: PinnedRun, requests: number, requestsPerSecond: number): Sample {
  const perRequest = (seconds: number): number => (seconds * 1e6) / requests;
  return { requestsPerSecond, userUs: perRequest(run.userSeconds), systemUs: perRequest(run.systemSeconds) };
}

function versionOf(command: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? "";
}

function packageVersion(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}

export function z6Client(io: "uring" | "node", target: TargetKeys, requests = ROOT_REQUEST): Client {
  return {
    name: `z6, ${io} io`,
    version: packageVersion(ROOT),
    logged: true,
    run(url, load) {
      const { seconds, connections, streams } = load;
      const { run, metrics } = runZ6(
        url,
        { seconds, vus: connections * streams, target: target(load), requests },
        { processor: PROCESSOR, options: ["--io", io] },
      );
      return sample(run, metrics.requests.total, metrics.throughput.rps);
    },
  };
}

function wrk(): Client | null {
  if (!isInstalled("wrk")) return null;
  return {
    name: "wrk",
    version: versionOf("wrk", "-v"),
    logged: false,
    run: (url, load) => runWrk(["wrk"], url, load),
  };
}

/** wrk2 needs a rate; it is asked for more than it can send. */
function wrk2(): Client | null {
  if (!isInstalled("wrk2")) return null;
  return {
    name: "wrk2",
    version: versionOf("wrk2", "-v"),
    logged: false,
    run: (url, load) => runWrk(["wrk2", "-R1000000"], url, load),
  };
}

function runWrk(command: readonly string[], url: string, { seconds, connections }: Load): Sample {
  const run = runPinned(PROCESSOR, [...command, "-t1", `-c${connections}`, `-d${seconds}s`, `${url}/`]);
  const requests = Number(/(\d+) requests in/.exec(run.stdout)?.[1]);
  return sample(run, requests, Number(/Requests\/sec:\s+([\d.]+)/.exec(run.stdout)?.[1]));
}

function h2loadHttp1(): Client | null {
  return h2load("h2load --h1", ["--h1"]);
}

function h2loadHttp2(): Client | null {
  return h2load("h2load", []);
}

function h2load(name: string, options: readonly string[]): Client | null {
  if (!isInstalled("h2load")) return null;
  return {
    name,
    version: versionOf("h2load", "--version"),
    logged: false,
    run(url, { seconds, connections, streams }) {
      const shape = ["-t1", `-c${connections}`, `-m${streams}`, `-D${seconds}`];
      const run = runPinned(PROCESSOR, ["h2load", ...options, ...shape, `${url}/`]);
      const requests = Number(/requests: (\d+) total/.exec(run.stdout)?.[1]);
      return sample(run, requests, Number(/finished in [^,]+, ([\d.]+) req\/s/.exec(run.stdout)?.[1]));
    },
  };
}

function autocannon(): Client | null {
  const folder = join(ROOT, "node_modules/autocannon");
  if (!existsSync(folder)) return null;
  return {
    name: "autocannon",
    version: packageVersion(folder),
    logged: false,
    run(url, { seconds, connections }) {
      const command = [process.execPath, join(folder, "autocannon.js"), "-c", String(connections)];
      const run = runPinned(PROCESSOR, [...command, "-d", String(seconds), "--json", `${url}/`]);
      const result = JSON.parse(run.stdout) as { requests: { total: number }; duration: number };
      return sample(run, result.requests.total, result.requests.total / result.duration);
    },
  };
}

function nodeHttp2(): Client {
  return {
    name: "node:http2",
    version: process.versions.node,
    logged: false,
    run(url, { seconds, connections, streams }) {
      const command = [process.execPath, join(ROOT, "bench/node-http2-client.mjs"), url];
      const run = runPinned(PROCESSOR, [...command, String(connections), String(streams), String(seconds)]);
      const result = JSON.parse(run.stdout) as { requests: number; seconds: number };
      return sample(run, result.requests, result.requests / result.seconds);
    },
  };
}

function k6(): Client | null {
  if (!isInstalled("k6")) return null;
  return {
    name: "k6",
    version: versionOf("k6", "version"),
    logged: false,
    run(url, { seconds, connections }) {
      const folder = mkdtempSync(join(tmpdir(), "z6-bench-k6-"));
      const script = join(folder, "script.js");
      const summary = join(folder, "summary.json");
      writeFileSync(script, `import http from "k6/http";\nexport default () => http.get("${url}/");\n`);
      const size = ["--vus", String(connections), "--duration", `${seconds}s`];
      const run = runPinned(PROCESSOR, ["k6", "run", "--quiet", ...size, "--summary-export", summary, script]);
      const { metrics } = JSON.parse(readFileSync(summary, "utf8")) as {
        metrics: { http_reqs: { count: number; rate: number } };
      };
      rmSync(folder, { recursive: true });
      return sample(run, metrics.http_reqs.count, metrics.http_reqs.rate);
    },
  };
}
