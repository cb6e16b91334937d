/**
 * What is wrong with a scenario file, where, and what would be right. Problems are values: every floor that finds one
 * reports it and goes on, so that a file's mistakes are shown all at once, in the order of the file.
 */
import { SCENARIO_PROBLEMS_MAX } from "../base/limits.ts";

/** A place within one line of the file. Line and column count from 1, columns and length in UTF-16 units. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** The place of what concerns the file as a whole. */
export const FILE_START: Span = { line: 1, column: 1, length: 1 };

/** One mistake (or one warning), with the line that it is in. */
export interface Problem extends Span {
  /** The line as written, without its line end. */
  readonly lineText: string;
  /** What is wrong. */
  readonly message: string;
  /** What is expected or probably meant; "" when the message says it all. */
  readonly hint: string;
}

/** Where checks put what they find. */
export interface Report {
  /** The text that it is about, for places within a value (text-place.ts). */
  readonly text: string;
  problem(at: Span, message: string, hint?: string): void;
  warning(at: Span, message: string, hint?: string): void;
}

/** A report about `text` that collects; at most SCENARIO_PROBLEMS_MAX of each sort are kept. */
export function createReport(text: string): Report & {
  /** Problems so far, in the order of the file. */
  problems(): Problem[];
  /** Warnings so far, in the order of the file. */
  warnings(): Problem[];
} {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  let lines: readonly string[] | undefined;
  const add = (list: Problem[], at: Span, message: string, hint: string) => {
    if (list.length >= SCENARIO_PROBLEMS_MAX) return;
    lines ??= text.split(/\r?\n/);
    const { line, column, length } = at;
    list.push({ line, column, length, lineText: lines[line - 1] ?? "", message, hint });
  };
  return {
    text,
    problem: (at, message, hint = "") => add(problems, at, message, hint),
    warning: (at, message, hint = "") => add(warnings, at, message, hint),
    problems: () => problems.sort(byPlace),
    warnings: () => warnings.sort(byPlace),
  };
}

function byPlace(a: Span, b: Span): number {
  return a.line - b.line || a.column - b.column;
}
