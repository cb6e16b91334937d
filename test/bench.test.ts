/** The benchmark at smoke size, so that it cannot rot: it runs, and its figures are figures. */
import { expect, test } from "vitest";
import { arrivalsMarkdown, measureArrivals } from "../bench/arrivals.ts";
import { type BenchReport, markdown } from "../bench/comparison.ts";
import { compareLatency } from "../bench/latency.ts";
import { measureLedgerCost } from "../bench/ledger-cost.ts";
import { microBenchmarks } from "../bench/micro.ts";
import { measureScaling } from "../bench/scaling.ts";
import { compareStalls, stallMarkdown } from "../bench/stall.ts";
import { compareTemplates } from "../bench/templates.ts";
import { compareHttp2, compareThroughput, compareTls } from "../bench/throughput.ts";
import { NGHTTPD } from "./support/nghttpd.ts";
import { NGINX } from "./support/nginx.ts";

const SMOKE = { seconds: 1, rounds: 1 };

function expectFigures(report: BenchReport): void {
  expect(report.rows[0]).toMatchObject({ client: expect.stringMatching(/^z6/), rateRatio: 1, cpuRatio: 1 });
  for (const row of report.rows) {
    expect(row.requestsPerSecond).toBeGreaterThan(100);
    expect(row.userUs + row.systemUs).toBeGreaterThan(0.1);
    expect(row.rateRatio).toBeGreaterThan(0.05);
    expect(markdown(report)).toContain(`| ${row.client} |`);
  }
}

test.skipIf(NGINX === undefined)("the throughput benchmark runs and reports every client", async () => {
  expectFigures(await compareThroughput({ seconds: 1, connections: 8, streams: 1 }, 1));
});

test.skipIf(NGHTTPD === undefined)("so does the one of HTTP/2", async () => {
  expectFigures(await compareHttp2({ seconds: 1, connections: 2, streams: 4 }, 1));
});

test.skipIf(NGINX === undefined)("so does the one of TLS, which says what it costs", async () => {
  const report = await compareTls({ seconds: 1, connections: 8, streams: 1 }, 1);
  expectFigures(report);
  expect(report.rows.map(({ client }) => client)).toContain("z6, node io, without TLS");
});

test.skipIf(NGINX === undefined)("latencies are compared", async () => {
  for (const { p50Ms, p99Ms } of (await compareLatency(SMOKE, 0)).rows) {
    expect(p50Ms).toBeGreaterThan(0.01);
    expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
  }
});

test.skipIf(NGINX === undefined)("the ledger's cost is measured", async () => {
  const { rows } = await measureLedgerCost(SMOKE);
  expect(rows.map(({ ledger }) => ledger).slice(0, 2)).toEqual(["thrown away", "on disk"]);
  for (const { rateRatio } of rows) expect(rateRatio).toBeGreaterThan(0.1);
});

test.skipIf(NGINX === undefined)("so are shards", async () => {
  const { rows } = await measureScaling(SMOKE);
  expect(rows[0]).toMatchObject({ shards: 1 });
  for (const { requestsPerSecond } of rows) expect(requestsPerSecond).toBeGreaterThan(100);
});

test.skipIf(NGINX === undefined)("so are requests with values in them, beside fixed ones", async () => {
  const reports = await compareTemplates(SMOKE, 8);
  expect(reports.length).toBeGreaterThan(0);
  for (const report of reports) {
    expectFigures(report);
    expect(report.rows.map(({ client }) => client)).toEqual(["z6, rendered", "z6, fixed"]);
  }
});

test.skipIf(NGINX === undefined)("so are arrivals, each of which is accounted for", async () => {
  const report = await measureArrivals({ seconds: 2, rounds: 1 }, 2_000);
  expect(report).toMatchObject({ planned: 4_000, rate: 2_000 });
  expect(report.lagP999Ms).toBeGreaterThanOrEqual(report.lagP99Ms);
  expect(report.clientBusy).toBeGreaterThan(0);
  expect(arrivalsMarkdown(report)).toContain(`| 4000 | ${4_000 - report.dropped} | ${report.dropped} |`);
});

test("so is a server that stalls, beside the arithmetic of it", async () => {
  const report = await compareStalls({ seconds: 2, rounds: 1 }, { rate: 200, everyMs: 1_000, forMs: 300 });
  const [arithmetic, z6] = report.rows;
  expect(arithmetic).toMatchObject({ client: "arithmetic", p50Ms: 0, maxMs: 300 });
  expect(arithmetic!.p99Ms).toBeCloseTo(290);
  expect(z6!.client).toBe("z6");
  // Two stalls of 60 arrivals each, so the slowest hundredth are the first two of each.
  expect(z6!.p99Ms).toBeGreaterThan(270);
  expect(z6!.maxMs).toBeGreaterThanOrEqual(z6!.p99Ms);
  expect(stallMarkdown(report)).toContain("| z6 |");
});

test("the microbenchmarks compute the same each time", () => {
  const first = microBenchmarks(5_000);
  expect(microBenchmarks(5_000).map(({ hash }) => hash)).toEqual(first.map(({ hash }) => hash));
  for (const { nsPerOperation } of first) expect(nsPerOperation).toBeGreaterThan(1);
});
