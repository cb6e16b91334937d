import { expect, test } from "vitest";
import type { RequestRecord } from "../model/request-record.ts";
import type { Scenario } from "../model/scenario.ts";
import type { UserStep } from "../model/story.ts";
import { renderUser } from "./user-timeline.ts";

const SCENARIO = {
  metadata: { name: "shop" },
  requests: [{ name: "login", method: "POST", path: { parts: [{ kind: "text", text: "/in/" }] } }],
  targets: [{ name: "" }],
  groups: [
    { schedule: { type: "constant" }, firstIdentity: 0, identities: 2 },
    { schedule: { type: "arrivals" }, firstIdentity: 2, identities: 100 },
  ],
  rules: [{ request: 0, words: 'json /status = "ok"' }],
  captures: [{ variable: 0 }, { variable: 1 }],
  variables: ["token", "evil\u001b[2J"],
} as unknown as Scenario;

const REQUEST: RequestRecord = {
  number: 0,
  user: 2,
  request: 0,
  target: 0,
  plannedNs: 0,
  latenessNs: 0,
  bytesOut: 70,
  outcome: "check",
  settled: true,
  endNs: 2_000_000,
  status: 200,
  failure: "",
  errno: 0,
  sent: true,
  reused: false,
  waitNs: 0,
  ttfbNs: 1_000_000,
  bytesIn: 10,
};

test("renderUser tells what a response broke and what was captured from it, and no secret", () => {
  const timeNs = 2_000_000;
  const steps: UserStep[] = [
    { kind: "request", request: REQUEST },
    { kind: "check_failed", timeNs, rule: 0 },
    { kind: "captured", timeNs, capture: 0, text: "x".repeat(100) },
    { kind: "captured", timeNs, capture: 1, text: null },
    { kind: "dropped", timeNs, reason: "max_vus" },
  ];
  const lines = renderUser(2, { shown: steps, more: 0 }, SCENARIO, false).split("\n");
  expect(lines[0]).toBe("Arrival 2  shop");
  expect(lines[2]).toContain(
    "login  POST /in/  200, check failed in 2.00 ms: wait 0 ns, first byte 1.00 ms, body 1.00 ms",
  );
  expect(lines.slice(3)).toEqual([
    '        0.002000    the answer broke a rule: json /status = "ok"',
    `        0.002000    captured token: ${"x".repeat(60)}… (100 characters)`,
    "        0.002000    captured evil?[2J: a secret",
    "        0.002000  dropped  max_vus: no user was free",
    "",
  ]);
  expect(renderUser(1, { shown: [], more: 0 }, SCENARIO, false)).toMatch(/^User 1 {2}shop\n/);
});
