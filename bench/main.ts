/** `npm run bench -- [--rounds 5] [--seconds 5] [--connections 64,1,1000] [--json]` */
import { parseArgs } from "node:util";
import { type BenchReport, compareThroughput, markdown } from "./throughput.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64,1,1000" },
    json: { type: "boolean", default: false },
  },
});
const reports: BenchReport[] = [];
for (const connections of values.connections.split(",").map(Number)) {
  const report = await compareThroughput({ seconds: Number(values.seconds), connections }, Number(values.rounds));
  reports.push(report);
  if (!values.json) console.log(markdown(report));
}
if (values.json) console.log(JSON.stringify(reports, null, 2));
