import { expect, test } from "vitest";
import { BitSet } from "../base/bit-set.ts";
import { type Entry, KIND } from "../model/entry.ts";
import type { RequestRecord } from "../model/request-record.ts";
import { KeptRequests } from "./kept-requests.ts";
import { RequestJoin } from "./request-join.ts";

function entry(kind: number, timeNs: number, identity: number, rest: Partial<Entry> = {}): Entry {
  return { kind, timeNs, identity, flags: 0, code: 0, a: 0, b: 0, c: 0, ...rest };
}

/** Two users take turns; user 1's second request is never settled, user 9 does not exist. */
const ENTRIES = [
  entry(KIND.user_spawned, 0, 0),
  entry(KIND.request_issued, 100, 0, { flags: 2, code: 5, b: 10, c: 80 }),
  entry(KIND.request_issued, 110, 1),
  entry(KIND.response_received, 200, 1, { flags: 1, code: 503, a: 33, b: 4, c: 5 }),
  entry(KIND.request_failed, 250, 0, { flags: 1, code: 4, a: 104, b: 20, c: 7 }),
  entry(KIND.request_timed_out, 260, 9),
  entry(KIND.request_timed_out, 270, 0),
  entry(KIND.request_issued, 280, 0),
  entry(KIND.request_issued, 290, 1),
  entry(KIND.request_timed_out, 300, 0),
];

function joined(entries: readonly Entry[]): RequestRecord[] {
  const records: RequestRecord[] = [];
  const join = new RequestJoin(2, (request) => records.push({ ...request }));
  for (const each of entries) join.add(each);
  join.close();
  return records;
}

test("RequestJoin gives each request when it ends, and those without an end last", () => {
  expect(joined(ENTRIES)).toMatchObject([
    {
      number: 1,
      user: 1,
      outcome: "status",
      status: 503,
      reused: true,
      bytesIn: 33,
      waitNs: 4,
      ttfbNs: 5,
      failure: "",
    },
    {
      number: 0,
      user: 0,
      request: 5,
      target: 2,
      plannedNs: 90,
      latenessNs: 10,
      bytesOut: 80,
      endNs: 250,
      outcome: "failed",
      failure: "connection_reset",
      errno: 104,
      sent: true,
      waitNs: 20,
      bytesIn: 7,
    },
    { number: 2, user: 0, outcome: "timed_out", failure: "request_timeout", settled: true },
    { number: 3, user: 1, outcome: "unfinished", settled: false, endNs: 300 },
  ]);
});

test("RequestJoin calls a request unfinished that its user's next one supersedes", () => {
  const twice = [entry(KIND.request_issued, 1, 0), entry(KIND.request_issued, 5, 0)];
  expect(joined(twice)).toMatchObject([
    { number: 0, settled: false, endNs: 5 },
    { number: 1, settled: false },
  ]);
});

test("KeptRequests lets both halves of a kept request in, neither of another, and all that joins with nothing", () => {
  const kept = new BitSet();
  kept.add(0);
  kept.add(3);
  const gate = new KeptRequests(2, kept);
  const admitted = ENTRIES.filter((each) => gate.admits(each)).map(({ timeNs }) => timeNs);
  expect(admitted).toEqual([0, 100, 250, 260, 270, 290]);
});
