import fc from "fast-check";
import { parseTOML } from "toml-eslint-parser";
import { expect, test } from "vitest";
import { parseTree } from "./parse.ts";
import { createReport, type Span } from "./problem.ts";
import { placeWithin } from "./text-place.ts";

/** The place of `part` within the text of the key `a`. */
function placeOf(file: string, part: string): { readonly found: Span; readonly whole: Span } {
  const { node } = parseTree(file, createReport(file))!.entries.get("a")!;
  if (node.kind !== "string") throw new Error("expected a text");
  const start = node.value.indexOf(part);
  expect(start).toBeGreaterThanOrEqual(0);
  return { found: placeWithin(file, node, start, start + part.length), whole: node.at };
}

/** What the file has there. */
function at(file: string, { line, column, length }: Span): string {
  return file.split(/\r?\n/)[line - 1]!.slice(column - 1, column - 1 + length);
}

test.each([
  ['a = "x{{y}}z"', "{{y}}", "1:7+5", "{{y}}"],
  ["a = 'x{{y}}z'", "{{y}}", "1:7+5", "{{y}}"],
  ['b = 1\n  a = "\\"q\\": {{y}}"', "{{y}}", "2:15+5", "{{y}}"],
  ['a = "\\u00e9\\t\\x41\\e{{y}}"', "{{y}}", "1:20+5", "{{y}}"],
  ['a = "é漢{{y}}"', "{{y}}", "1:8+5", "{{y}}"],
  ['a = """\n{\n  "q": {{y}}\n}"""', "{{y}}", "3:8+5", "{{y}}"],
  ["a = '''\r\n{\r\n  q: {{y}}\r\n}'''", "{{y}}", "3:6+5", "{{y}}"],
  ['a = """x\\\n    {{y}}"""', "{{y}}", "2:5+5", "{{y}}"],
  ['a = """x \\\n  \\\n  y"""', "y", "3:3+1", "y"],
  ['a = "{{f(\\"b\\")}}"', '{{f("b")}}', "1:6+12", '{{f(\\"b\\")}}'],
  ['a = """\nb {{\nc}} d"""', "{{\nc}}", "2:3+2", "{{"],
])("%j has %j at %s", (file, part, place, text) => {
  const { found } = placeOf(file, part);
  expect(`${found.line}:${found.column}+${found.length}`).toBe(place);
  expect(at(file, found)).toBe(text);
});

test("a place at the end of a text is one character wide", () => {
  expect(placeWithin('a = "xy"', { value: "xy", at: { line: 1, column: 5, length: 4 } }, 2, 2)).toEqual({
    line: 1,
    column: 8,
    length: 1,
  });
});

test("a text that is not written there has the place of the whole value", () => {
  const whole = { line: 1, column: 5, length: 3 };
  expect(placeWithin("a = 123", { value: "{{x}}", at: whole }, 0, 5)).toEqual(whole);
  expect(placeWithin('a = "b"', { value: "{{x}}", at: whole }, 0, 5)).toEqual(whole);
});

test("whatever is around it, a marker is found where it is written", () => {
  const char = fc.constantFrom(
    ..."abé漢🎉 \t",
    '\\"',
    "\\\\",
    "\\n",
    "\\u00e9",
    "\\U0001F389",
    "\\x41",
    "\n",
    "\r\n",
    "\\\n   ",
    "\\ \n\n ",
    '"',
    "'",
  );
  const around = fc.array(char, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(around, around, fc.constantFrom('"""', "'''", '"', "'"), (before, after, quote) => {
      const file = `# é\r\n\na = ${quote}${before}@@${after}${quote}\n`;
      try {
        parseTOML(file, { tomlVersion: "1.1" });
      } catch {
        return;
      }
      const { found } = placeOf(file, "@@");
      expect(at(file, found)).toBe("@@");
    }),
    { numRuns: 500 },
  );
});
