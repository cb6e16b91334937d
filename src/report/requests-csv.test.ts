import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Summary } from "../model/summary.ts";
import { requestsCsv } from "./requests-csv.ts";

const SUMMARY = JSON.parse(readFileSync(new URL("./fixtures/summary.json", import.meta.url), "utf8")) as Summary;

/** The rows as objects; no field of the fixture holds a comma. */
function rowsOf(csv: string): Record<string, string>[] {
  const [header, ...lines] = csv.trimEnd().split("\n");
  const columns = header!.split(",");
  return lines.map((line) => {
    const fields = line.split(",");
    expect(fields).toHaveLength(columns.length);
    return Object.fromEntries(columns.map((column, i) => [column, fields[i]!]));
  });
}

test("requestsCsv has a row for all requests and one for each, whose counts add up to it", () => {
  const [all, ...each] = rowsOf(requestsCsv(SUMMARY));
  expect(each.map(({ request }) => request)).toEqual(["create_user", "list_users"]);
  expect(all).toMatchObject({
    request: "",
    issued: "120000",
    timed_out: "300",
    no_response: "125",
    check_failed: "40",
  });
  const counts = [
    "issued",
    "succeeded",
    "failed",
    "unfinished",
    "status_4xx",
    "status_5xx",
    "check_failed",
    "timed_out",
  ];
  for (const column of [...counts, "no_response", "bytes_in", "bytes_out"]) {
    expect(
      each.reduce((sum, row) => sum + Number(row[column]), 0),
      column,
    ).toBe(Number(all![column]));
  }
  expect(each[0]).toMatchObject({
    latency_p99_ns: "141557759",
    service_max_ns: "201326591",
    broken_rules: "status 2xx: 70",
  });
});

test("requestsCsv leaves empty what was not measured, and quotes rules", () => {
  const nothing = { ...SUMMARY.by_request.list_users!, errors: { total: 0, rate: null, by_kind: {} } };
  const csv = requestsCsv({ ...SUMMARY, by_request: { idle: nothing } });
  expect(csv).toContain("\nidle,90000,89930,67,3,,0,0,0,0,0,");
  expect(csv).toContain(',"json /status = ""ok"": 40"\n');
});
