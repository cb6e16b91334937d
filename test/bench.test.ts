/** The benchmark at smoke size, so that it cannot rot: it runs, and its figures are figures. */
import { expect, test } from "vitest";
import { compareThroughput, markdown } from "../bench/throughput.ts";
import { NGINX } from "./support/nginx.ts";

test.skipIf(NGINX === undefined)("the throughput benchmark runs and reports every client", async () => {
  const report = await compareThroughput({ rounds: 1, seconds: 1, connections: 8 });
  expect(report.rows[0]!.client).toMatch(/^z6/);
  for (const row of report.rows) {
    expect(row.requestsPerSecond).toBeGreaterThan(100);
    expect(row.cpuUs).toBeGreaterThan(0.1);
    expect(row.z6Ratio).toBeGreaterThan(0.05);
  }
  expect(markdown(report)).toContain("| z6 (node io) |");
});
