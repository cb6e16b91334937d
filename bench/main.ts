/**
 * `npm run bench -- [--compare throughput,http2,tls,latency,ledger,shards,templates,arrivals,stall] [--rounds 5]
 * [--seconds 5] [--connections 64,1,1000] [--rate 100000] [--json]`: every comparison that this machine has the tools
 * for, as Markdown tables or one JSON array. `--rate` is that of arrivals. A stall takes 1 s in every 10 of 30 s,
 * whatever `--seconds` says. One at its full size: `npm run bench -- --compare arrivals --seconds 10`.
 */
import { parseArgs } from "node:util";
import { NGHTTPD } from "../test/support/nghttpd.ts";
import { arrivalsMarkdown, measureArrivals } from "./arrivals.ts";
import { markdown } from "./comparison.ts";
import { compareLatency, latencyMarkdown } from "./latency.ts";
import { ledgerCostMarkdown, measureLedgerCost } from "./ledger-cost.ts";
import { measureScaling, scalingMarkdown } from "./scaling.ts";
import { compareStalls, stallMarkdown } from "./stall.ts";
import { compareTemplates } from "./templates.ts";
import { compareHttp2, compareThroughput, compareTls } from "./throughput.ts";

const { values } = parseArgs({
  options: {
    compare: { type: "string", default: "throughput,http2,tls,latency,ledger,shards,templates,arrivals,stall" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
    rate: { type: "string", default: "100000" },
    connections: { type: "string", default: "64,1,1000" },
    json: { type: "boolean", default: false },
  },
});
const TEMPLATES_CONNECTIONS = 64;
const STALLS = { rate: 500, everyMs: 10_000, forMs: 1_000 };
const STALL_SECONDS = 30;

const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const reports: object[] = [];

function show<Report extends object>(report: Report, toMarkdown: (report: Report) => string): void {
  reports.push(report);
  if (!values.json) console.log(toMarkdown(report));
}

const comparisons: Readonly<Record<string, () => Promise<void>>> = {
  async throughput() {
    for (const connections of values.connections.split(",").map(Number)) {
      show(await compareThroughput({ seconds, connections, streams: 1 }, rounds), markdown);
    }
  },
  async http2() {
    if (NGHTTPD === undefined) return;
    for (const shape of [
      { connections: 4, streams: 32 },
      { connections: 64, streams: 1 },
    ]) {
      show(await compareHttp2({ seconds, ...shape }, rounds), markdown);
    }
  },
  tls: async () => show(await compareTls({ seconds, connections: 64, streams: 1 }, rounds), markdown),
  latency: async () => show(await compareLatency({ seconds, rounds }), latencyMarkdown),
  ledger: async () => show(await measureLedgerCost({ seconds, rounds }), ledgerCostMarkdown),
  shards: async () => show(await measureScaling({ seconds, rounds }), scalingMarkdown),
  async templates() {
    for (const report of await compareTemplates({ seconds, rounds }, TEMPLATES_CONNECTIONS)) show(report, markdown);
  },
  arrivals: async () => show(await measureArrivals({ seconds, rounds }, Number(values.rate)), arrivalsMarkdown),
  stall: async () => show(await compareStalls({ seconds: STALL_SECONDS, rounds }, STALLS), stallMarkdown),
};
for (const name of values.compare.split(",")) {
  const compare = comparisons[name];
  if (compare === undefined) throw new Error(`--compare knows ${Object.keys(comparisons).join(", ")}, not "${name}"`);
  await compare();
}
if (values.json) console.log(JSON.stringify(reports, null, 2));
