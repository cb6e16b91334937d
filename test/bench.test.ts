/** The benchmark at smoke size, so that it cannot rot: it runs, and its figures are figures. */
import { expect, test } from "vitest";
import { microBenchmarks } from "../bench/micro.ts";
import { compareThroughput, markdown } from "../bench/throughput.ts";
import { NGINX } from "./support/nginx.ts";

test.skipIf(NGINX === undefined)("the throughput benchmark runs and reports every client", async () => {
  const report = await compareThroughput({ seconds: 1, connections: 8 }, 1);
  expect(report.rows[0]).toMatchObject({ client: expect.stringMatching(/^z6/), rateRatio: 1, cpuRatio: 1 });
  for (const row of report.rows) {
    expect(row.requestsPerSecond).toBeGreaterThan(100);
    expect(row.userUs + row.systemUs).toBeGreaterThan(0.1);
    expect(row.rateRatio).toBeGreaterThan(0.05);
    expect(markdown(report)).toContain(`| ${row.client} |`);
  }
});

test("the microbenchmarks compute the same each time", () => {
  const first = microBenchmarks(5_000);
  expect(microBenchmarks(5_000).map(({ hash }) => hash)).toEqual(first.map(({ hash }) => hash));
  for (const { nsPerOperation } of first) expect(nsPerOperation).toBeGreaterThan(1);
});
