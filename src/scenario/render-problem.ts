/**
 * Problems as text for a terminal or an editor's error matcher:
 *
 *   load.toml:7:1: unknown key `vuss` in [runtime]
 *     7 | vuss = 10
 *       | ^^^^
 *       = did you mean `vus`?
 */
import type { Problem } from "./problem.ts";

/** Of a longer line only the part around the caret is shown. */
const EXCERPT_CHARS_MAX = 120;
const EXCERPT_LEAD_CHARS = 40;

/** All problems as text, an empty line between two. `path` is the file's name as the user gave it. */
export function renderProblems(problems: readonly Problem[], path: string): string {
  return problems.map((problem) => renderProblem(problem, path)).join("\n");
}

function renderProblem(problem: Problem, path: string): string {
  const { line, column, message, hint } = problem;
  const number = String(line);
  const gutter = " ".repeat(number.length);
  const rows = [`${path}:${line}:${column}: ${message}`];
  if (problem.lineText !== "") {
    const { text, before, marked } = excerpt(problem);
    rows.push(`  ${number} | ${text}`);
    rows.push(`  ${gutter} | ${before}${"^".repeat(marked)}`);
  }
  if (hint !== "") rows.push(`  ${gutter} = ${hint}`);
  return `${rows.map(printable).join("\n")}\n`;
}

/** The part of the line to show, the blanks that lead to the caret (tabs stay tabs), and the caret's width. */
function excerpt({ lineText, column, length }: Problem): { text: string; before: string; marked: number } {
  const caretAt = Math.min(column - 1, lineText.length);
  const start = lineText.length <= EXCERPT_CHARS_MAX ? 0 : Math.max(0, caretAt - EXCERPT_LEAD_CHARS);
  const end = Math.min(lineText.length, start + EXCERPT_CHARS_MAX);
  const lead = start > 0 ? "..." : "";
  const before = lead + lineText.slice(start, caretAt);
  return {
    text: `${lead}${lineText.slice(start, end)}${end < lineText.length ? "..." : ""}`,
    before: before.replace(/[^\t]/g, " "),
    marked: Math.max(1, Math.min(length, end - caretAt)),
  };
}

/** A file from elsewhere must not steer the terminal: control characters become a replacement mark. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes.
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, "\ufffd");
}
