/** `npm run bench -- [--rounds 5] [--seconds 5] [--connections 64] [--json]` */
import { parseArgs } from "node:util";
import { compareThroughput, markdown } from "./throughput.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64" },
    json: { type: "boolean", default: false },
  },
});
const report = await compareThroughput({
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: Number(values.connections),
});
console.log(values.json ? JSON.stringify(report, null, 2) : markdown(report));
