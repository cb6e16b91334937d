import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DATA_FILE_BYTES_MAX, DATA_ROWS_MAX } from "../base/limits.ts";
import type { DataFormat } from "../model/data.ts";
import { readDataFile } from "./data-file.ts";

const folder = mkdtempSync(join(tmpdir(), "z6-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function read(content: string | Uint8Array, format: DataFormat, delimiter = ",") {
  const path = join(folder, `${++files}.data`);
  writeFileSync(path, content);
  const table = readDataFile(path, format, delimiter);
  if (typeof table === "string") return table;
  return [table.columns, ...table.rows.map((row) => [...row])];
}

describe("CSV", () => {
  test("has a header, and any text in quotes", () => {
    expect(read('id,name\n1,"a ""b"", c"\r\n2,"x\ny"\n\n3,\n', "csv")).toEqual([
      ["id", "name"],
      ["1", 'a "b", c'],
      ["2", "x\ny"],
      ["3", ""],
    ]);
  });

  test("may begin with a byte order mark, and have spaces around its column names", () => {
    expect(read("\ufeffid , name\n1, a\n", "csv")).toEqual([
      ["id", "name"],
      ["1", " a"],
    ]);
  });

  test("has the delimiter that is asked for", () => {
    expect(read("a;b\n1,5;2\n", "csv", ";")).toEqual([
      ["a", "b"],
      ["1,5", "2"],
    ]);
    expect(read("a\tb\n1\t2\n", "csv", "\t")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
  });

  test("may be empty, or a header alone", () => {
    expect(read("", "csv")).toEqual([[]]);
    expect(read("\n\n", "csv")).toEqual([[]]);
    expect(read("a,b\n", "csv")).toEqual([["a", "b"]]);
  });

  test.each([
    ["a,b\n1,2\n3\n", "line 3: the row has another number of fields (1) than the header"],
    ['a,b\n"1\n2",3\n4,5,6\n', "line 4: the row has another number of fields (3) than the header"],
    ['a,b\n1,"hidden\n', "line 2: a quote is not closed"],
    ['a,b\n1,"hidden"x\n', 'line 2: a quoted field goes on after its closing quote; a quote within it is written ""'],
    ['a,b\n1,hid"den"\n', "line 2: a quote stands within a field that does not begin with one"],
  ])("%j is refused: %s", (text, reason) => {
    expect(read(text, "csv")).toBe(reason);
  });
});

describe("JSON", () => {
  test("is an array of objects, whose values become text", () => {
    const text = '[{"id": 1, "name": "a"}, {"name": null, "on": true, "x": {"y": [1.50, "z"]}}, {"id": -2e3}]';
    expect(read(text, "json")).toEqual([
      ["id", "name", "on", "x"],
      ["1", "a"],
      [undefined, "", "true", '{"y":[1.5,"z"]}'],
      ["-2000"],
    ]);
  });

  test("a row is named by its place", () => {
    const path = join(folder, "named.json");
    writeFileSync(path, '[{"a": 1}, {"a": 2}]');
    const table = readDataFile(path, "json", ",");
    if (typeof table === "string") throw new Error(table);
    expect(table.nameOf(1)).toBe("item 2");
  });

  test.each([
    ['[{"a": 1},\n {"hidden" 2}]', "line 2: this is not JSON"],
    ['[{"a": 1},\n\n {"hidden": \n\n', "line 3: this is not JSON"],
    ["", "line 1: this is not JSON"],
    ['{"a": 1}', "expected an array of objects"],
    ['[{"a": 1}, 2]', "item 2: expected an object"],
    ["[[1]]", "item 1: expected an object"],
    ["[null]", "item 1: expected an object"],
    ['[{"id": 9007199254740993}]', 'item 1: the number of "id" is too large to be read exactly; write it as a text'],
  ])("%j is refused: %s", (text, reason) => {
    expect(read(text, "json")).toBe(reason);
  });
});

describe("NDJSON", () => {
  test("is an object a line, with empty lines between", () => {
    expect(read('{"a": 1}\r\n\n{"b": "x"}\n{"a": false}', "ndjson")).toEqual([
      ["a", "b"],
      ["1"],
      [undefined, "x"],
      ["false"],
    ]);
  });

  test("a row is named by its line", () => {
    const path = join(folder, "named.ndjson");
    writeFileSync(path, '{"a": 1}\n\n{"a": 2}');
    const table = readDataFile(path, "ndjson", ",");
    if (typeof table === "string") throw new Error(table);
    expect(table.nameOf(1)).toBe("line 3");
  });

  test.each([
    ['{"a": 1}\n\n{"hidden": \n', "line 3: this is not JSON"],
    ['{"a": 1}\n[2]', "line 2: expected an object"],
  ])("%j is refused: %s", (text, reason) => {
    expect(read(text, "ndjson")).toBe(reason);
  });
});

test("a file that is not there, a folder, and bytes that are no UTF-8 are refused", () => {
  expect(readDataFile(join(folder, "none.csv"), "csv", ",")).toBe("no such file");
  expect(readDataFile(folder, "csv", ",")).toBe("it is a folder");
  expect(read(Uint8Array.of(0x61, 0x0a, 0xff), "csv")).toBe("the file is not UTF-8 text");
});

test("a file beyond the bound is not read", () => {
  const path = join(folder, "large.csv");
  writeFileSync(path, "a\n");
  truncateSync(path, DATA_FILE_BYTES_MAX + 1);
  expect(readDataFile(path, "csv", ",")).toBe(
    `the file has ${DATA_FILE_BYTES_MAX + 1} bytes; at most ${DATA_FILE_BYTES_MAX} are allowed`,
  );
});

test("of too many rows just one too many is read", () => {
  const path = join(folder, "long.csv");
  writeFileSync(path, `a\n${"1\n".repeat(DATA_ROWS_MAX + 5)}`);
  const table = readDataFile(path, "csv", ",");
  expect(typeof table === "string" ? table : table.rows.length).toBe(DATA_ROWS_MAX + 1);
}, 60_000);
