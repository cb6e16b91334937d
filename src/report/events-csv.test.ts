import { expect, test } from "vitest";
import { eventRow, eventsHeader } from "./events-csv.ts";

test("eventRow puts the fields of an event under their columns and quotes what needs it", () => {
  const columns = eventsHeader().trimEnd().split(",");
  const row = eventRow({ timeNs: 5, kind: "request_issued", user: 0, requestName: 'a "b", c', reused: false });
  expect(row.endsWith("\n")).toBe(true);
  expect(row).toContain('"a ""b"", c"');
  const fields = row.replace('"a ""b"", c"', "quoted").trimEnd().split(",");
  expect(fields).toHaveLength(columns.length);
  const filled = Object.fromEntries(
    columns.map((column, i) => [column, fields[i]]).filter(([, field]) => field !== ""),
  );
  expect(filled).toEqual({ time_ns: "5", kind: "request_issued", user: "0", request: "quoted", reused: "false" });
});

test("eventRow says of a response what it broke and what was captured from it", () => {
  const columns = eventsHeader().trimEnd().split(",");
  const cell = (event: Parameters<typeof eventRow>[0], column: string) =>
    eventRow(event).trimEnd().split(",")[columns.indexOf(column)];
  expect(cell({ kind: "check_failed", ruleName: "status 2xx" }, "rule")).toBe("status 2xx");
  expect(cell({ kind: "value_captured", variableName: "token" }, "variable")).toBe("token");
  const response = { kind: "response_received", checkFailed: true, expected: false };
  expect([cell(response, "check_failed"), cell(response, "expected")]).toEqual(["true", "false"]);
});

test("eventRow says of a connection what it agreed on", () => {
  const columns = eventsHeader().trimEnd().split(",");
  const fields = eventRow({ kind: "connection_opened", protocol: "http2+tls", resumed: true }).trimEnd().split(",");
  expect([fields[columns.indexOf("protocol")], fields[columns.indexOf("resumed")]]).toEqual(["http2+tls", "true"]);
});
