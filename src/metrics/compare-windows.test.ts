import { describe, expect, it } from "vitest";
import { type Entry, KIND, RESPONSE_CHECK_FAILED, RESPONSE_EXPECTED } from "../model/entry.ts";
import { COUNT_AT } from "./compare-figures.ts";
import { COMPARE_WINDOWS, WindowCounts } from "./compare-windows.ts";
import { Fold, type FoldResult } from "./fold.ts";

const END_NS = COMPARE_WINDOWS * 1000;

function entry(timeNs: number, kind: number, more: Partial<Entry> = {}): Entry {
  return { timeNs, identity: 0, kind, flags: 0, code: 0, a: 0, b: 0, c: 0, ...more };
}

function folded(entries: readonly Entry[]): FoldResult {
  const fold = new Fold({
    usersMax: 1,
    identities: 1,
    rules: [],
    arrivals: null,
    requests: [
      { name: "one", method: "GET" },
      { name: "two", method: "GET" },
    ],
    shardCount: 1,
    plannedEndNs: END_NS,
    windows: () => {},
  });
  for (const one of entries) fold.add(one, 0);
  return fold.close();
}

/** What each window of `group` counted, without the empty ones. */
function counted(windows: WindowCounts, group: number, count: number): Record<number, number> {
  return Object.fromEntries([...windows.series(group, count).entries()].filter(([, value]) => value !== 0));
}

describe("WindowCounts", () => {
  const entries = [
    entry(1500, KIND.request_issued, { code: 0, b: 600 }),
    entry(2900, KIND.response_received, { code: 200, b: 100, c: 50 }),
    entry(3000, KIND.request_issued, { code: 1 }),
    entry(9000, KIND.response_received, { code: 503 }),
    entry(10_000, KIND.request_issued, { code: 1 }),
    entry(20_000, KIND.request_timed_out),
    entry(END_NS + 5000, KIND.request_issued, { code: 1 }),
    entry(END_NS + 6000, KIND.request_unfinished),
  ];
  const windows = new WindowCounts(folded(entries));
  for (const one of entries) windows.add(one);

  it("counts a request and its outcome in the window of its planned moment", () => {
    expect(counted(windows, 1, COUNT_AT.issued)).toEqual({ 0: 1 });
    expect(counted(windows, 1, COUNT_AT.completed)).toEqual({ 0: 1 });
    expect(counted(windows, 1, COUNT_AT.latencyNs)).toEqual({ 0: 2000 });
  });

  it("counts statuses and time-outs as errors, and nothing for the unfinished", () => {
    expect(counted(windows, 2, COUNT_AT.errors)).toEqual({ 3: 1, 10: 1 });
  });

  it("takes a response for an error by what was asked for", () => {
    const answer = (timeNs: number, code: number, flags: number) => [
      entry(timeNs, KIND.request_issued),
      entry(timeNs + 10, KIND.response_received, { code, flags }),
    ];
    const asked = [
      ...answer(1000, 404, RESPONSE_EXPECTED),
      ...answer(2000, 200, RESPONSE_CHECK_FAILED),
      ...answer(3000, 1234, 0),
      entry(END_NS, KIND.heartbeat),
    ];
    const counts = new WindowCounts(folded(asked));
    for (const one of asked) counts.add(one);
    expect(counted(counts, 1, COUNT_AT.errors)).toEqual({ 2: 1 });
    expect(counts.totals[1]!.errors).toBe(1);
  });

  it("counts all requests together in group 0, and what comes late in the last window", () => {
    expect(counted(windows, 0, COUNT_AT.issued)).toEqual({ 0: 1, 3: 1, 10: 1, [COMPARE_WINDOWS - 1]: 1 });
  });

  it("counts the values up to the percentile of the whole run", () => {
    expect(counted(windows, 0, 5)).toEqual({ 0: 1 });
    expect(counted(windows, 0, 7)).toEqual({ 0: 1, 3: 1 });
  });
});
