import { describe, expect, test } from "vitest";
import { scenarioOf } from "../../test/support/messages.ts";
import { BugError } from "../base/assert.ts";
import type { DataSet } from "../model/data.ts";
import { DataRows } from "./data-rows.ts";

function set(pick: DataSet["pick"], rows: number): DataSet {
  return { name: pick, pick, rows, columns: [] };
}

function rowsOf(data: readonly DataSet[], seed = "1") {
  const rows = new DataRows(scenarioOf({ data }), seed, 10);
  return (identity: number, iteration: number, index = 0): number => {
    rows.choose(identity % 10, identity, iteration);
    return rows.row(index);
  };
}

describe("DataRows", () => {
  test("by_user: a user keeps its row", () => {
    const row = rowsOf([set("by_user", 3)]);
    expect([row(0, 0), row(1, 0), row(2, 5), row(3, 0), row(4, 9)]).toEqual([0, 1, 2, 0, 1]);
  });

  test("unique: the row that the user was given for its iteration", () => {
    const rows = new DataRows(scenarioOf({ data: [set("by_user", 3), set("unique", 40)] }), "1", 10);
    rows.useRow(2, 1, 39);
    rows.useRow(3, 1, 4);
    rows.choose(2, 12, 0);
    expect([rows.row(0), rows.row(1)]).toEqual([0, 39]);
    rows.choose(3, 13, 0);
    expect([rows.row(0), rows.row(1)]).toEqual([1, 4]);
    expect(() => rows.useRow(2, 1, 40)).toThrow(BugError);
    expect(() => rows.useRow(2, 0, 1)).toThrow(BugError);
  });

  test("random: the same for all that is asked of an iteration, whoever was asked about in between", () => {
    const row = rowsOf([set("random", 1_000), set("random", 1_000)]);
    const first = [row(3, 7), row(3, 7, 1)];
    expect(first[0]).not.toBe(first[1]);
    row(4, 7);
    row(3, 8);
    expect([row(3, 7), row(3, 7, 1)]).toEqual(first);
    expect(rowsOf([set("random", 1_000)])(3, 7)).toBe(first[0]);
    expect(rowsOf([set("random", 1_000)], "2")(3, 7)).not.toBe(first[0]);
  });

  test("random: every row is as likely, over users and over iterations", () => {
    const row = rowsOf([set("random", 16)]);
    for (const draw of [(i: number) => row(i, 0), (i: number) => row(5, i)]) {
      const counts = new Float64Array(16);
      for (let i = 0; i < 16_000; i++) counts[draw(i)]! += 1;
      for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150); // 4.9 standard deviations
    }
  });
});
