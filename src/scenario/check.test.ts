import { expect, test } from "vitest";
import { checkTree } from "./check.ts";
import { parseTree } from "./parse.ts";
import { createReport } from "./problem.ts";
import type { TableShape } from "./shape.ts";

const PART = {
  kind: "table",
  doc: "A part.",
  anyOf: ["file", "text"],
  excludes: [["file", "text"]],
  keys: { file: { kind: "text", doc: "A file." }, text: { kind: "text", doc: "A text." } },
} as const;
const TEXT = { kind: "text", pattern: { regex: "^[a-z]+$", says: "must be letters" }, doc: "Letters." } as const;
const COUNT = { kind: "integer", min: 1, max: 9, doc: "A count." } as const;
const SHAPE = {
  kind: "table",
  doc: "A file.",
  keys: {
    one: { kind: "either", options: [TEXT, COUNT], doc: "One." },
    some: {
      kind: "either",
      options: [
        TEXT,
        {
          kind: "list",
          itemsMin: 1,
          itemsMax: 3,
          item: { kind: "either", options: [TEXT, COUNT], doc: "One." },
          doc: "S.",
        },
      ],
      doc: "Some.",
    },
    parts: {
      kind: "map",
      entriesMax: 3,
      names: { regex: "^[a-z]+$", says: "must be letters" },
      value: { kind: "either", options: [TEXT, PART], doc: "A text or a part." },
      doc: "Parts by name.",
    },
    part: {
      kind: "either",
      options: [COUNT, PART, { kind: "boolean", doc: "None." }],
      words: "what is a part",
      doc: "A part.",
    },
  },
} as const satisfies TableShape;

function check(text: string) {
  const report = createReport(text);
  const value = checkTree(parseTree(text, report)!, SHAPE, report);
  const problems = report.problems().map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`);
  return { fields: value.fields, problems };
}

test("a value of several kinds is checked as the kind that it is", () => {
  const { fields, problems } = check(
    "one = 3\nsome = ['a', 2]\nparts = { a = 'x', b = { file = 'f' } }\npart = { text = 't' }\n",
  );
  expect(problems).toEqual([]);
  expect(fields.one?.value).toBe(3);
  expect(fields.one?.at).toEqual({ line: 1, column: 7, length: 1 });
  const { some, part } = fields;
  expect(typeof some?.value === "object" && some.value.map((item) => item.value)).toEqual(["a", 2]);
  const [a, b] = fields.parts!.value.values();
  expect(a).toMatchObject({ value: "x" });
  expect(b).toMatchObject({ fields: { file: { value: "f" } } });
  // The types tell the options apart: a table has fields, everything else a value.
  expect(part !== undefined && "fields" in part && part.fields.text?.value).toBe("t");
  expect(check("one = 'a'\nsome = 'b'\npart = false\n").fields).toMatchObject({
    one: { value: "a" },
    some: { value: "b" },
    part: { value: false },
  });
});

test.each([
  ["one = 0", "1:7 `one` is out of bounds | expected a whole number from 1 to 9"],
  ["one = 'A'", "1:7 `one` must be letters | Letters."],
  ["one = true", "1:7 `one` must not be true or false | expected a text in quotes, or a whole number from 1 to 9"],
  [
    "one = 1.5",
    "1:7 `one` must not be a number with a fraction | expected a text in quotes, or a whole number from 1 to 9",
  ],
  ["some = 1", "1:8 `some` must not be a whole number | expected a text in quotes, or a list in brackets"],
  ["some = []", "1:8 `some` must not be empty | S."],
  ["some = ['a', 10]", "1:14 an item of `some` is out of bounds | expected a whole number from 1 to 9"],
  [
    "some = ['a', []]",
    "1:14 an item of `some` must not be a list | expected a text in quotes, or a whole number from 1 to 9",
  ],
  ["part = 'x'", "1:8 `part` must not be a text | expected what is a part"],
  ["part = { fil = 'x' }", "1:10 unknown key `fil` in [part] | did you mean `file`?"],
  ["[parts.a]\nfil = 'x'", "2:1 unknown key `fil` in [parts.a] | did you mean `file`?"],
  ["parts = { a = 3 }", '1:15 "a" must not be a whole number | expected a text in quotes, or a table'],
  ["[parts]\nA1 = 'x'", '2:1 "A1" must be letters | Parts by name.'],
])("%j: %s", (text, problem) => {
  const { problems } = check(text);
  expect(problems).toContain(problem);
});

test("a table that lacks one of several keys is told which, and one with two of them too", () => {
  expect(check("[parts.a]\n").problems).toEqual(["1:2 [parts.a] lacks `file` or `text` | "]);
  expect(check("parts = { a = { file = 'f', text = 't' } }").problems).toEqual([
    "1:29 `file` and `text` exclude each other | keep one of the two",
  ]);
});
