/**
 * TOML as a tree whose every node knows its place: what the parser's syntax tree means, without how it was written
 * (a table by header, by dotted keys or inline is one and the same).
 */
import type { Span } from "./problem.ts";

export type TreeNode = TableNode | ArrayNode | ScalarNode;

export interface TableNode {
  readonly kind: "table";
  /** Its header's key, its opening brace, or the dotted key that made it. */
  readonly at: Span;
  /** In the order of the file. */
  readonly entries: Map<string, TableEntry>;
}

export interface TableEntry {
  readonly key: Span;
  readonly node: TreeNode;
}

export interface ArrayNode {
  readonly kind: "array";
  readonly at: Span;
  readonly items: TreeNode[];
}

export type ScalarNode =
  | { readonly kind: "string"; readonly at: Span; readonly value: string }
  | { readonly kind: "integer"; readonly at: Span; readonly value: bigint }
  | { readonly kind: "float"; readonly at: Span; readonly value: number }
  | { readonly kind: "boolean"; readonly at: Span; readonly value: boolean }
  | { readonly kind: "date"; readonly at: Span };

/** What a user calls each kind of node. */
export const KIND_WORDS: Readonly<Record<TreeNode["kind"], string>> = {
  table: "a table",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  float: "a number with a fraction",
  boolean: "true or false",
  date: "a date or time",
};
