import { expect, test } from "vitest";
import { parseTree } from "./parse.ts";
import { createReport } from "./problem.ts";
import type { TreeNode } from "./tree.ts";

/** The tree as plain data, with the place of each key and value: "line:column+length". */
function plain(node: TreeNode): unknown {
  const place = `${node.at.line}:${node.at.column}+${node.at.length}`;
  switch (node.kind) {
    case "table":
      return Object.fromEntries(
        [...node.entries].map(([name, { key, node: value }]) => [`${name}@${key.line}:${key.column}`, plain(value)]),
      );
    case "array":
      return node.items.map(plain);
    case "date":
      return `date@${place}`;
    default:
      return `${node.value}@${place}`;
  }
}

function treeOf(text: string): unknown {
  const tree = parseTree(text, createReport(text));
  return tree === undefined ? undefined : plain(tree);
}

test("parseTree gives one tree for headers, dotted keys and inline tables, with places", () => {
  expect(treeOf("[a.b]\nc = 1\n")).toEqual({ "a@1:2": { "b@1:4": { "c@2:1": "1@2:5+1" } } });
  expect(treeOf("a.b.c = 1\n")).toEqual({ "a@1:1": { "b@1:3": { "c@1:5": "1@1:9+1" } } });
  expect(treeOf("a = { b = { c = 1 } }\n")).toEqual({ "a@1:1": { "b@1:7": { "c@1:13": "1@1:17+1" } } });
});

test("parseTree puts tables below a list into its last item", () => {
  expect(treeOf("[[r]]\nn = 1\n[[r]]\n[r.h]\n'k k' = 'v'\n[[r.s]]\n")).toEqual({
    "r@1:3": [{ "n@2:1": "1@2:5+1" }, { "h@4:4": { "k k@5:1": "v@5:9+3" }, "s@6:5": [{}] }],
  });
});

test("parseTree keeps scalars exactly", () => {
  expect(treeOf("a = 9223372036854775807\nb = 1_0.5\nc = true\nd = 1979-05-27\ne = '''x\ny'''\n")).toEqual({
    "a@1:1": "9223372036854775807@1:5+19",
    "b@2:1": "10.5@2:5+5",
    "c@3:1": "true@3:5+4",
    "d@4:1": "date@4:5+10",
    "e@5:1": "x\ny@5:5+1",
  });
});

test.each([
  ["a = 1\na = 2\n", "2:1 this name is defined twice | keep one of the two"],
  ["[a]\n[[a]]\n", "2:3 this name is defined twice | keep one of the two"],
  ["a = yes\n", '1:5 unexpected character | text needs quotes: name = "value"'],
  ["a = 5ms\n", "1:6 unexpected text after a complete value | write one `key = value` a line; text needs quotes"],
  ["a = 1\nb =\nc = 2\n", '2:4 the value is missing | expected a value after "="'],
  ["a = 1\r\nb =\r\n\r\n", '2:4 the value is missing | expected a value after "="'],
  ['a = "x\n', "1:7 the text is not closed | expected a closing quote"],
  ["a = [1, 2\n", '2:1 the list is not closed | expected "]"'],
  ["a 1\n", '1:3 expected "=" | write `key = value`'],
  ["[a\nb = 1\n", expect.stringMatching(/^2:1 /)],
])("parseTree reports the syntax error of %j", (text, problem) => {
  const report = createReport(text);
  expect(parseTree(text, report)).toBeUndefined();
  expect(report.problems().map((each) => `${each.line}:${each.column} ${each.message} | ${each.hint}`)).toEqual([
    problem,
  ]);
});
