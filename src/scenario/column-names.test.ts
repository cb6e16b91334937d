import { describe, expect, test } from "vitest";
import { areNames, columnHint } from "./column-names.ts";

describe("areNames", () => {
  test.each([
    [["id", "email", "first name", "prénom", "a.b-c_d", "price (EUR)", "名前"], true],
    [["_"], true],
    [["id", "ann@example.com"], false],
    [["id", "4111111111111111"], false],
    [["id", "x".repeat(65)], false],
    [["id", "hunter2!"], false],
    [["id", "a\nb"], false],
    [["id", ""], false],
  ])("%j: %s", (columns, expected) => {
    expect(areNames(columns, "csv", [])).toBe(expected);
    expect(areNames(columns, "json", [])).toBe(expected);
  });

  test("of CSV with secret columns only if one of those is there", () => {
    expect(areNames(["user", "password"], "csv", ["password"])).toBe(true);
    expect(areNames(["ann", "hunter2"], "csv", ["password"])).toBe(false);
    // What is beside a value in JSON is a name.
    expect(areNames(["user", "word"], "ndjson", ["password"])).toBe(true);
  });
});

test("columnHint shows names only if they may be shown", () => {
  expect(columnHint("emial", ["id", "email"], true, "there are")).toBe("did you mean `email`?");
  expect(columnHint("zzzzzz", ["id", "email"], true, "there are")).toBe("there are: `id`, `email`");
  const hidden = "the first line of CSV holds their names";
  expect(columnHint("emial", ["id", "email"], false, "there are")).toBe(`it has 2 columns; ${hidden}`);
  expect(columnHint("emial", ["email"], false, "there are")).toBe(`it has one column; ${hidden}`);
});
