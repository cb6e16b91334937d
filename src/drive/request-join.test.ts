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
  const join = new RequestJoin({ usersMax: 2, identities: 2 }, (request) => records.push({ ...request }));
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

test("RequestJoin tells what a response was by what was asked for", () => {
  const answer = (code: number, flags: number): Entry[] => [
    entry(KIND.request_issued, 0, 0),
    entry(KIND.response_received, 1, 0, { code, flags }),
  ];
  const answers = [answer(200, 0), answer(404, 0), answer(404, 4), answer(404, 6), answer(404, 2), answer(302, 2)];
  expect(joined(answers.flat()).map(({ outcome }) => outcome)).toEqual([
    "ok",
    "status",
    "ok",
    "check",
    "status",
    "check",
  ]);
});

/** Arrivals of which two may be there at once: the third (7) finds no room, the fourth takes the place of the first. */
const ARRIVALS = [
  entry(KIND.request_issued, 10, 4_000_000_000, { c: 1 }),
  entry(KIND.request_issued, 20, 5, { c: 2 }),
  entry(KIND.request_issued, 30, 7, { c: 3 }),
  entry(KIND.check_failed, 35, 4_000_000_000),
  entry(KIND.response_received, 40, 4_000_000_000, { code: 200, flags: 2 }),
  entry(KIND.check_failed, 41, 4_000_000_000),
  entry(KIND.response_received, 45, 7, { code: 200 }),
  entry(KIND.request_issued, 50, 9, { c: 4 }),
  entry(KIND.value_captured, 55, 9),
  entry(KIND.response_received, 60, 9, { code: 200 }),
];
const OPEN = { usersMax: 2, identities: 4_000_000_001 };

test("RequestJoin joins arrivals, and leaves out those that it has no room for", () => {
  const records: unknown[] = [];
  const join = new RequestJoin(OPEN, ({ number, user, bytesOut, outcome }) =>
    records.push([number, user, bytesOut, outcome]),
  );
  for (const each of ARRIVALS) join.add(each);
  join.close();
  expect(records).toEqual([
    [0, 4_000_000_000, 1, "check"],
    [2, 9, 4, "ok"],
    [1, 5, 2, "unfinished"],
  ]);
});

test("KeptRequests lets what was found in a response in with its request, also of arrivals", () => {
  for (const [kept, times] of [
    [[0], [10, 30, 35, 40, 41, 45]],
    [[2], [30, 41, 45, 50, 55, 60]],
  ] as const) {
    const set = new BitSet();
    for (const number of kept) set.add(number);
    const gate = new KeptRequests(OPEN, set);
    expect(ARRIVALS.filter((each) => gate.admits(each)).map(({ timeNs }) => timeNs)).toEqual(times);
  }
});

test("KeptRequests lets both halves of a kept request in, neither of another, and all that joins with nothing", () => {
  const kept = new BitSet();
  kept.add(0);
  kept.add(3);
  const gate = new KeptRequests({ usersMax: 2, identities: 2 }, kept);
  const admitted = ENTRIES.filter((each) => gate.admits(each)).map(({ timeNs }) => timeNs);
  expect(admitted).toEqual([0, 100, 250, 260, 270, 290]);
});
