import { expect, test } from "vitest";
import { createReport } from "./problem.ts";
import { renderProblems } from "./render-problem.ts";

test("renderProblems shows place, line, caret and hint, in the order of the file", () => {
  const report = createReport("[runtime]\n\tvuss = 10\nx = 1\n");
  report.problem({ line: 3, column: 1, length: 1 }, "second");
  report.problem({ line: 2, column: 2, length: 4 }, "unknown key `vuss` in [runtime]", "did you mean `vus`?");
  expect(renderProblems(report.problems(), "load.toml")).toBe(
    [
      "load.toml:2:2: unknown key `vuss` in [runtime]",
      "  2 | \tvuss = 10",
      "    | \t^^^^",
      "    = did you mean `vus`?",
      "",
      "load.toml:3:1: second",
      "  3 | x = 1",
      "    | ^",
      "",
    ].join("\n"),
  );
});

test("renderProblems cuts long lines around the caret", () => {
  const report = createReport(`${"a".repeat(500)}X${"b".repeat(500)}`);
  report.problem({ line: 1, column: 501, length: 900 }, "here");
  const [, line, caret] = renderProblems(report.problems(), "f").split("\n");
  expect(line).toBe(`  1 | ...${"a".repeat(40)}X${"b".repeat(79)}...`);
  expect(caret).toBe(`    | ${" ".repeat(43)}${"^".repeat(80)}`);
});

test("renderProblems lets no control character through to the terminal", () => {
  const report = createReport("a = '\u001b[2J'\n");
  report.problem({ line: 1, column: 1, length: 1 }, 'value "\u001b]0;x\u0007"');
  expect(renderProblems(report.problems(), "f")).toBe(
    "f:1:1: value \"\ufffd]0;x\ufffd\"\n  1 | a = '\ufffd[2J'\n    | ^\n",
  );
});

test("renderProblems leaves out the line of a problem that has none", () => {
  const report = createReport("");
  report.problem({ line: 1, column: 1, length: 1 }, "nothing here", "write something");
  expect(renderProblems(report.problems(), "f")).toBe("f:1:1: nothing here\n    = write something\n");
});
