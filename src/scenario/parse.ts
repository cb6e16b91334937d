/**
 * TOML text to a positioned tree. The syntax is the parser's business (TOML 1.1, which includes 1.0); here its errors
 * get a place and a hint, and its syntax tree becomes the tree of tree.ts.
 */
import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { assert } from "../base/assert.ts";
import { SCENARIO_NESTING_MAX, SCENARIO_WORD_CHARS_MAX } from "../base/limits.ts";
import { findBeyond } from "./prescan.ts";
import type { Report, Span } from "./problem.ts";
import type { ArrayNode, ScalarNode, TableNode, TreeNode } from "./tree.ts";

/** The tree of `text`, or undefined after reporting why it is not TOML (one problem: the first). */
export function parseTree(text: string, report: Report): TableNode | undefined {
  const beyond = findBeyond(text, { depthMax: SCENARIO_NESTING_MAX, wordCharsMax: SCENARIO_WORD_CHARS_MAX });
  if (beyond !== null) {
    const [message, hint] = BEYOND_WORDS[beyond.what];
    report.problem(spanOfOffset(text, beyond.offset), message, hint);
    return undefined;
  }
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text, { tomlVersion: "1.1" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    reportSyntax(error, text, report);
    return undefined;
  }
  return treeOf(program.body[0]);
}

const BEYOND_WORDS = {
  nesting: ["brackets are nested too deeply", `at most ${SCENARIO_NESTING_MAX} levels; five are enough`],
  word: [
    "this text is too long",
    `at most ${SCENARIO_WORD_CHARS_MAX} characters; a longer body belongs in a body_file`,
  ],
} as const;

const VALUE_MISSING = "Unspecified values are invalid";

/** Clearer words for what the parser says most often; its own words otherwise. */
const SYNTAX_WORDS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  "Must be a newline": ["unexpected text after a complete value", "write one `key = value` a line; text needs quotes"],
  "Unexpected character": ["unexpected character", 'text needs quotes: name = "value"'],
  "Defining a key multiple times is invalid": ["this name is defined twice", "keep one of the two"],
  [VALUE_MISSING]: ["the value is missing", 'expected a value after "="'],
  "Expected equal (=) token": ['expected "="', "write `key = value`"],
  "Unterminated string constant": ["the text is not closed", "expected a closing quote"],
  "Unterminated table-key": ["the table's name is not closed", 'expected "]"'],
  "Unterminated array": ["the list is not closed", 'expected "]"'],
  "Unterminated inline table": ["the inline table is not closed", 'expected "}"'],
  "Expected comma (,) token": ['expected ","', "items are separated by commas"],
};

function reportSyntax(error: ParseError, text: string, report: Report): void {
  const missingAt = missingValueAt(error, text);
  const said = missingAt < 0 ? error.message : VALUE_MISSING;
  const [message, hint] = SYNTAX_WORDS[said] ?? [lowerFirst(said), ""];
  report.problem(spanOfOffset(text, missingAt < 0 ? error.index : missingAt), message, hint);
}

/**
 * The parser notices a missing value at the next thing it reads, often lines later, and calls it what that happens to
 * be. The mistake is where the text before it ends: its offset, or -1 when the error is another one.
 */
function missingValueAt({ index, message }: ParseError, text: string): number {
  const before = text.slice(0, index);
  const end = before.trimEnd().length;
  const acrossLines = before[end - 1] === "=" && before.includes("\n", end);
  return acrossLines || message === VALUE_MISSING ? end : -1;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function spanOfOffset(text: string, offset: number): Span {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1, length: 1 };
}

function treeOf(top: AST.TOMLTopLevelTable): TableNode {
  const root: TableNode = { kind: "table", at: { line: 1, column: 1, length: 1 }, entries: new Map() };
  for (const part of top.body) {
    if (part.type === "TOMLKeyValue") {
      addKeyValue(root, part);
      continue;
    }
    const table = openTable(root, part);
    for (const keyValue of part.body) addKeyValue(table, keyValue);
  }
  return root;
}

/** The table that a header `[a.b]` opens, or the new last item of the list that `[[a.b]]` adds to. */
function openTable(root: TableNode, header: AST.TOMLTable): TableNode {
  const at = spanOf(header.key);
  const keys = header.key.keys;
  if (header.kind === "standard") return tableBelow(root, keys, at);
  const holder = tableBelow(root, keys.slice(0, -1), at);
  const key = keys.at(-1)!;
  const name = nameOf(key);
  const entry = holder.entries.get(name);
  const list: ArrayNode = entry === undefined ? { kind: "array", at, items: [] } : asArray(entry.node);
  if (entry === undefined) holder.entries.set(name, { key: spanOf(key), node: list });
  const item: TableNode = { kind: "table", at, entries: new Map() };
  list.items.push(item);
  return item;
}

/** Follows `keys` down from `from`, making the tables that are not there yet. */
function tableBelow(from: TableNode, keys: readonly (AST.TOMLBare | AST.TOMLQuoted)[], at: Span): TableNode {
  let table = from;
  for (const key of keys) {
    const name = nameOf(key);
    const entry = table.entries.get(name);
    if (entry === undefined) {
      const made: TableNode = { kind: "table", at, entries: new Map() };
      table.entries.set(name, { key: spanOf(key), node: made });
      table = made;
    } else {
      // A header below a list of tables speaks of the list's last item.
      table = asTable(entry.node.kind === "array" ? entry.node.items.at(-1) : entry.node);
    }
  }
  return table;
}

function addKeyValue(table: TableNode, keyValue: AST.TOMLKeyValue): void {
  const keys = keyValue.key.keys;
  const holder = tableBelow(table, keys.slice(0, -1), spanOf(keyValue.key));
  const key = keys.at(-1)!;
  holder.entries.set(nameOf(key), { key: spanOf(key), node: nodeOf(keyValue.value) });
}

/** Recursion is bounded by SCENARIO_NESTING_MAX. */
function nodeOf(content: AST.TOMLContentNode): TreeNode {
  const at = spanOf(content);
  switch (content.type) {
    case "TOMLArray":
      return { kind: "array", at, items: content.elements.map(nodeOf) };
    case "TOMLInlineTable": {
      const table: TableNode = { kind: "table", at: { ...at, length: 1 }, entries: new Map() };
      for (const keyValue of content.body) addKeyValue(table, keyValue);
      return table;
    }
    case "TOMLValue":
      return scalarOf(content, at);
  }
}

function scalarOf(value: AST.TOMLValue, at: Span): ScalarNode {
  switch (value.kind) {
    case "string":
      return { kind: "string", at, value: value.value };
    case "integer":
      return { kind: "integer", at, value: value.bigint };
    case "float":
      return { kind: "float", at, value: value.value };
    case "boolean":
      return { kind: "boolean", at, value: value.value };
    default:
      return { kind: "date", at };
  }
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

/** A node of several lines is marked at its first character. */
function spanOf({ loc: { start, end } }: AST.HasLocs): Span {
  const length = start.line === end.line ? Math.max(1, end.column - start.column) : 1;
  return { line: start.line, column: start.column + 1, length };
}

// The parser has refused every name that is defined twice, so a path never meets a value of another kind.
function asTable(node: TreeNode | undefined): TableNode {
  assert(node?.kind === "table", "the parser let a key pass through a value that is no table");
  return node;
}

function asArray(node: TreeNode): ArrayNode {
  assert(node.kind === "array", "the parser let a list of tables share its name");
  return node;
}
