import { expect, test } from "vitest";
import type { LedgerEvent } from "../ledger/event.ts";
import type { Scenario } from "../model/scenario.ts";
import { EventNaming } from "./event-names.ts";

const SCENARIO = {
  usersMax: 1,
  identities: 4_000_000_001,
  requests: [{ name: "login" }, { name: "home" }],
  targets: [{ name: "", baseUrl: "http://x" }],
  rules: [{ request: 0, words: "status 2xx" }],
  captures: [{ variable: 0 }],
  variables: ["token"],
} as unknown as Scenario;

function issued(user: number, request: number): LedgerEvent {
  return { kind: "request_issued", timeNs: 0, user, target: 0, request, hash: 0, latenessNs: 0, bytesOut: 0 };
}

test("EventNaming names what was found in a response after its request, and forgets an arrival with its outcome", () => {
  const naming = new EventNaming(SCENARIO);
  const user = 4_000_000_000;
  const login = { requestName: "login", targetName: "http://x" };
  expect(naming.of(issued(user, 0))).toEqual(login);
  expect(naming.of({ kind: "check_failed", timeNs: 0, user, rule: 0 })).toEqual({ ...login, ruleName: "status 2xx" });
  expect(naming.of({ kind: "check_failed", timeNs: 0, user, rule: 9 })).toEqual(login);
  const captured = { kind: "value_captured", timeNs: 0, user, secret: false, capture: 0, text: "x" } as const;
  expect(naming.of(captured)).toEqual({ ...login, variableName: "token" });
  expect(naming.of({ kind: "request_timed_out", timeNs: 0, user })).toEqual(login);
  expect(naming.of({ kind: "request_timed_out", timeNs: 0, user })).toEqual({});
  // The one place is free again for the next arrival; a second at the same time has none.
  expect(naming.of(issued(7, 1))).toMatchObject({ requestName: "home" });
  expect(naming.of(issued(8, 1))).toMatchObject({ requestName: "home" });
  expect(naming.of({ kind: "request_unfinished", timeNs: 0, user: 8 })).toEqual({});
  expect(naming.of({ kind: "request_unfinished", timeNs: 0, user: 7 })).toMatchObject({ requestName: "home" });
});
