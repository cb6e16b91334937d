import { expect, test } from "vitest";
import { DynamicTable } from "./dynamic-table.ts";

/** All fields, the newest first. */
function fieldsOf(table: DynamicTable): string[] {
  return Array.from({ length: table.count }, (_, i) => `${table.name(i + 1)}=${table.value(i + 1)}`);
}

test("a field takes its bytes and 32 more, and the oldest goes first", () => {
  const table = new DynamicTable(3 * 34);
  table.insert("a", "1");
  table.insert("b", "2");
  table.insert("c", "3");
  expect(table.bytes).toBe(3 * 34);
  table.insert("d", "4");
  expect(fieldsOf(table)).toEqual(["d=4", "c=3", "b=2"]);
  table.insert("ee", "5");
  expect(fieldsOf(table)).toEqual(["ee=5", "d=4"]);
  expect(table.bytes).toBe(35 + 34);
});

test("a field as large as the table is all that is left, a larger one leaves nothing", () => {
  const table = new DynamicTable(100);
  table.insert("a", "1");
  table.insert("n", "v".repeat(67));
  expect(table.count).toBe(1);
  expect(table.bytes).toBe(100);
  table.insert("n", "v".repeat(68));
  expect(table.count).toBe(0);
  expect(table.bytes).toBe(0);
  table.insert("a", "1");
  expect(fieldsOf(table)).toEqual(["a=1"]);
});

test("a smaller size evicts, a larger one brings nothing back", () => {
  const table = new DynamicTable(4_096);
  for (const name of ["a", "b", "c"]) table.insert(name, "1");
  table.resize(2 * 34 + 33);
  expect(fieldsOf(table)).toEqual(["c=1", "b=1"]);
  table.resize(4_096);
  expect(fieldsOf(table)).toEqual(["c=1", "b=1"]);
  table.resize(0);
  expect(fieldsOf(table)).toEqual([]);
  table.insert("", "");
  expect(table.count).toBe(0);
});

test("the order stands while the ring turns and grows", () => {
  const table = new DynamicTable(100 * 37);
  const expected: string[] = [];
  for (let i = 0; i < 1_000; i++) {
    table.insert("ab", String(i).padStart(3, "0"));
    expected.unshift(`ab=${String(i).padStart(3, "0")}`);
    expected.length = Math.min(expected.length, 100);
    expect(table.count).toBe(expected.length);
  }
  expect(fieldsOf(table)).toEqual(expected);
  expect(table.nextNumber).toBe(1_000);
});

test("the version counts what changes the table, and nothing else", () => {
  const table = new DynamicTable(70);
  table.insert("a", "1");
  expect(table.version).toBe(1);
  table.insert("b", "2");
  expect(table.version).toBe(2);
  table.insert("c", "3");
  expect(table.version).toBe(4);
  table.resize(70);
  expect(table.version).toBe(4);
  table.resize(69);
  expect(table.version).toBe(5);
  table.insert("n", "v".repeat(100));
  expect(table.version).toBe(7);
  table.insert("n", "v".repeat(100));
  expect(table.version).toBe(7);
});

test("there is no field at an index outside", () => {
  const table = new DynamicTable(4_096);
  table.insert("a", "1");
  for (const index of [0, 2, -1]) expect(() => table.name(index)).toThrow("index outside the dynamic table");
});
