/** Header fields as RFC 9110 section 5 allows them, less those that Z6 sets itself. */
import type { HeaderText } from "../model/scenario.ts";
import type { Text } from "../model/template.ts";
import { HEADER_NAME } from "./header-name.ts";
import type { Report } from "./problem.ts";
import type { Located } from "./shape.ts";
import type { Owner, Piece, TemplateScope } from "./template-scope.ts";
import { partsOf, textOf } from "./template-text.ts";

/** They say where a message ends or what a connection is for; a wrong one would desynchronise the connection. */
const SET_BY_Z6 = ["content-length", "transfer-encoding", "connection"];

const NAME = new RegExp(HEADER_NAME.regex);

/** A table of headers as the file gives it. */
export type HeadersValue = Located<ReadonlyMap<string, Located<string>>>;

/** The headers of one table in the order of the file; bad ones are reported and left out. */
export function resolveHeaders(
  table: HeadersValue | undefined,
  owner: Owner,
  scope: TemplateScope,
  report: Report,
): readonly HeaderText[] {
  const headers: HeaderText[] = [];
  const seen = new Map<string, string>();
  for (const [name, value] of table?.value ?? []) {
    const { key } = value;
    const lower = name.toLowerCase();
    const twin = seen.get(lower);
    seen.set(lower, name);
    if (!NAME.test(name)) {
      report.problem(key, "not a header name", "expected letters, digits and hyphens, as in Content-Type");
    } else if (SET_BY_Z6.includes(lower)) {
      report.problem(key, `the header ${name} is set by Z6`, "remove it");
    } else if (twin !== undefined) {
      report.problem(key, `the header ${name} is given twice (as ${twin} before)`, "header names ignore case");
    } else {
      const text = headerText(value, `the header ${name}`, owner, scope, report);
      if (text !== null) headers.push([name, text]);
    }
  }
  return headers;
}

/** The value of a header without white space around it, or null after reporting what is wrong. */
export function headerText(
  text: Located<string>,
  called: string,
  owner: Owner,
  scope: TemplateScope,
  report: Report,
): Text | null {
  const pieces = scope.read(text, owner);
  if (pieces === null) return null;
  const literals = trimmed(pieces);
  if (literals.every((piece) => piece.kind === "value" || /^[\t -~\u00a0-\u00ff]*$/.test(piece.text))) {
    return textOf(partsOf(literals, "header"));
  }
  const hint = "expected one line of printable characters up to U+00FF";
  report.problem(text.at, `${called} holds characters that no header may`, hint);
  return null;
}

function trimmed(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece, index) => {
    if (piece.kind === "value") return piece;
    let { text } = piece;
    if (index === 0) text = text.replace(/^[ \t]+/, "");
    if (index === pieces.length - 1) text = text.replace(/[ \t]+$/, "");
    return { ...piece, text };
  });
}

/** The value of the header of this name, in lower case; the last of several. */
export function headerOf(headers: readonly HeaderText[], name: string): Text | undefined {
  return headers.findLast(([each]) => each.toLowerCase() === name)?.[1];
}
