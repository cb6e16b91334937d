/** `npm run bench:micro -- [operations]` */
import { microBenchmarks } from "./micro.ts";

for (const { name, nsPerOperation, hash } of microBenchmarks(Number(process.argv[2] ?? 2_000_000))) {
  console.log(`${nsPerOperation.toFixed(0).padStart(6)} ns   ${name.padEnd(44)} ${hash}`);
}
