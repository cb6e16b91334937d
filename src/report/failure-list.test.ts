import { expect, test } from "vitest";
import type { RequestRecord } from "../model/request-record.ts";
import type { Scenario } from "../model/scenario.ts";
import type { FailureStory } from "../model/story.ts";
import { renderFailures } from "./failure-list.ts";

const SCENARIO = {
  metadata: { name: "evil\u001b[2J" },
  requests: [{ name: "home", method: "GET", path: "/" }],
  targets: [{ name: "" }],
} as unknown as Scenario;

const REQUEST: RequestRecord = {
  number: 0,
  user: 4,
  request: 0,
  target: 0,
  plannedNs: 1_000_000_000,
  latenessNs: 0,
  bytesOut: 70,
  outcome: "failed",
  settled: true,
  endNs: 1_002_000_000,
  status: 0,
  failure: "connection_reset",
  errno: 104,
  sent: true,
  reused: false,
  waitNs: 500_000,
  ttfbNs: 0,
  bytesIn: 0,
};

test("renderFailures says what failed, what came before it, and how many more there are", () => {
  const first: FailureStory = { request: REQUEST, past: { requests: 0, last: null, connection: null } };
  const later: FailureStory = {
    request: { ...REQUEST, sent: false, errno: 0 },
    past: {
      requests: 3,
      last: { outcome: "timed_out", status: 0, endNs: 902_000_000 },
      connection: {
        connection: 7,
        openedNs: 2_000_000,
        answers: 1,
        closed: { timeNs: 1_002_000_000, reason: "failure" },
      },
    },
  };
  const text = renderFailures({ shown: [first, later], more: 5 }, SCENARIO, false);
  expect(text.split("\n").slice(2)).toEqual([
    "        1.002000  user 4  home  GET /  connection_reset (errno 104) after 2.00 ms, first byte sent after 500 us  · planned 1.000000, issued on time",
    "                  the user's first request; no connection had been opened for this user",
    "        1.002000  user 4  home  GET /  connection_reset after 2.00 ms, nothing sent  · planned 1.000000, issued on time",
    "                  before it 3 requests, the last timed out 100 ms earlier; connection 7 opened 1.00 s earlier, 1 answer since, closed (failure) in the same turn",
    "  ... and 5 more failures (--limit shows more)",
    "",
  ]);
  expect(text).toContain("Failures  7, evil?[2J");
});

test("renderFailures says so when there are none", () => {
  expect(renderFailures({ shown: [], more: 0 }, SCENARIO, false)).toBe("Failures  none\n");
});
