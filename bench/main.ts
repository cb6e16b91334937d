/**
 * `npm run bench -- [--compare throughput,http2,tls,latency,ledger,shards] [--rounds 5] [--seconds 5]
 * [--connections 64,1,1000] [--json]`: every comparison that this machine has the tools for, as Markdown tables or one JSON array.
 */
import { parseArgs } from "node:util";
import { NGHTTPD } from "../test/support/nghttpd.ts";
import { markdown } from "./comparison.ts";
import { compareLatency, latencyMarkdown } from "./latency.ts";
import { ledgerCostMarkdown, measureLedgerCost } from "./ledger-cost.ts";
import { measureScaling, scalingMarkdown } from "./scaling.ts";
import { compareHttp2, compareThroughput, compareTls } from "./throughput.ts";

const { values } = parseArgs({
  options: {
    compare: { type: "string", default: "throughput,http2,tls,latency,ledger,shards" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64,1,1000" },
    json: { type: "boolean", default: false },
  },
});
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
};
for (const name of values.compare.split(",")) {
  const compare = comparisons[name];
  if (compare === undefined) throw new Error(`--compare knows ${Object.keys(comparisons).join(", ")}, not "${name}"`);
  await compare();
}
if (values.json) console.log(JSON.stringify(reports, null, 2));
