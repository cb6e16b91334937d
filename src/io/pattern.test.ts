/** Patterns end in time on every text, and ordinary ones find what the JavaScript engine finds. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REGEX_GROUPS_MAX, REGEX_INPUT_BYTES_MAX, REGEX_SIZE_MAX, REGEX_STEPS_MAX } from "../base/limits.ts";
import type { Pattern } from "../model/ports.ts";
import { compilePattern } from "./pattern.ts";

function patternOf(source: string): Pattern {
  const pattern = compilePattern(source);
  if (typeof pattern === "string") throw new Error(`${source}: ${pattern}`);
  return pattern;
}

/** What JavaScript's own engine finds, which goes back and tries again. */
function foundByBacktracking(source: string, text: string): string | null {
  return new RegExp(source, "us").exec(text)?.[1] ?? null;
}

const PAGE = `<html>\n<input name="csrf" value="a-b_c.1">\r\n<a href="/items/77?x=é&y=🎉">Größe</a>
{"token":"abc.def-ghi","expires" : 3600,"id":"1b4e28ba-2fa1-11d2-883f-0016d3cca427","list":[1,2,33]}\n`;

test.each([
  "id=(\\d+)",
  'name="csrf" value="([^"]*)"',
  '"token"\\s*:\\s*"([^"]+)"',
  '"expires" : (\\d+)',
  "([\\w-]+\\.[\\w-]+)",
  "/items/(\\d{1,3})\\?",
  "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
  "<a.*?>(.*?)</a>",
  "href=(?:'|\")(?<link>[^'\"]+)",
  "y=(.)",
  "(\\p{Lu}\\p{L}+)",
  "^(<[a-z]+>)",
  "(\\])\\}\n$",
  "\\b(list|token)\\b",
  "x|(y)",
  "none(.*)",
  "(a*)",
  "list.*?(\\d+),(\\d+)",
  "(é|\\x41)",
])("%s finds what it does in JavaScript", (source) => {
  expect(patternOf(source).firstGroup(PAGE)).toBe(foundByBacktracking(source, PAGE));
});

test("patterns of letters, classes, groups and choices find what they do in JavaScript", () => {
  const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "(?:ab|a)", "(?:a|b)", "(?:ab?)", "\\w", "é");
  const many = fc.constantFrom("", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}");
  const piece = fc.tuple(atom, many).map(([each, count]) => each + count);
  const chain = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
  // The group is not repeated: when its last turn passes it by, JavaScript forgets what it had, and RE2 does not.
  const source = fc.tuple(chain, chain, chain).map(([before, group, after]) => `${before}(?:(${group})${after}|b)`);
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "\n"), maxLength: 12 });
  fc.assert(
    fc.property(source, text, (pattern, over) => {
      expect(patternOf(pattern).firstGroup(over)).toBe(foundByBacktracking(pattern, over));
    }),
    { numRuns: 2_000 },
  );
});

describe("a time that is bounded", () => {
  const letters = "a".repeat(REGEX_INPUT_BYTES_MAX - 2);

  test.each(["(([a-z]+)*)!", "(([a-z]*)*)*!", "((?:a|aa)+)!", "((?:a|a)*)*!", "(.*)(.*)(.*)(.*)!x", "([a-z]+)!x"])(
    "%s on a megabyte that nearly fits",
    (source) => {
      const beganAt = performance.now();
      patternOf(source).firstGroup(`${letters} !`);
      patternOf(source).firstGroup("a".repeat(40));
      // About a second here, without end where every way is tried.
      expect(performance.now() - beganAt).toBeLessThan(30_000);
    },
  );

  test("of the largest pattern, on as much text as it is given", () => {
    const pattern = patternOf(`((?:a?){${REGEX_SIZE_MAX / 2 - 10}})!`);
    const text = "a".repeat(REGEX_STEPS_MAX / pattern.size);
    const beganAt = performance.now();
    expect(pattern.firstGroup(`${text} !`)).toBe("");
    expect(performance.now() - beganAt).toBeLessThan(30_000);
  });
});

test.each([
  ["(", "missing closing )"],
  ["a)(", "unexpected )"],
  ["(a)**", "invalid nested repetition operator: **"],
  ["([b-a])", "invalid character class range: b-a"],
  ["(a)\\1", "invalid escape sequence: \\1"],
  ["(?=a)(b)", "invalid or unsupported Perl syntax: (?="],
  ["(?<=a)(b)", "invalid named capture"],
  ["(a{1001})", "invalid repeat count: {1001}"],
  [`(a{${REGEX_SIZE_MAX - 30}})(b{30})`, "it is too large with its repetitions written out"],
  ["(a)".repeat(REGEX_GROUPS_MAX + 1), `it has more than ${REGEX_GROUPS_MAX} groups`],
  [`${"(".repeat(1_100)}a${")".repeat(1_100)}`, "expression nests too deeply"],
])("%.40s is refused: %s", (source, reason) => {
  expect(compilePattern(source)).toEqual(expect.stringContaining(reason));
});

test("groups are counted", () => {
  expect(patternOf("(?:a)[(]\\(").groups).toBe(0);
  expect(patternOf("(a)(?<b>b)").groups).toBe(2);
});
