import { expect, test } from "vitest";
import { DELAYS_KEPT_MAX } from "./bounds.ts";
import { DelayRecord } from "./delay-record.ts";

test("stats of nothing are null", () => {
  expect(new DelayRecord().stats()).toEqual({ count: 0, p50_ns: null, p90_ns: null, p99_ns: null, max_ns: null });
});

test("stats gives exact percentiles by nearest rank", () => {
  const record = new DelayRecord();
  for (let delayNs = 10_000; delayNs >= 1; delayNs--) record.add(delayNs);
  expect(record.stats()).toEqual({ count: 10_000, p50_ns: 5_000, p90_ns: 9_000, p99_ns: 9_900, max_ns: 10_000 });
});

test("beyond its bound the record keeps the latest delays, and the count and maximum of all", () => {
  const record = new DelayRecord();
  record.add(1_000);
  for (let i = 0; i < DELAYS_KEPT_MAX; i++) record.add(7);
  expect(record.stats()).toEqual({ count: DELAYS_KEPT_MAX + 1, p50_ns: 7, p90_ns: 7, p99_ns: 7, max_ns: 1_000 });
});
