/** The captures of one request: names that templates can use, and where each value is found. */
import type { CompilePattern } from "../model/ports.ts";
import type { Finder } from "../model/rule.ts";
import { pointerTokens } from "./json-pointer.ts";
import type { Report, Span } from "./problem.ts";
import type { RequestValue } from "./scenario-shape.ts";
import type { TableValue } from "./shape.ts";

/** Names that mean something in every template. */
export const TEMPLATE_WORDS: readonly string[] = ["user", "iteration", "uuid", "int", "choice", "string", "env"];

type CaptureFields =
  NonNullable<RequestValue["fields"]["capture"]>["value"] extends ReadonlyMap<string, TableValue<infer F>> ? F : never;

export interface NamedCapture {
  readonly name: string;
  /** Where the name stands. */
  readonly at: Span;
  readonly finder: Finder;
  readonly secret: boolean;
}

/**
 * The captures of a request in the order of the file. `dataNames` are taken by data sets. Without `compilePattern` every
 * regular expression is taken for one.
 */
export function resolveCaptures(
  { fields }: RequestValue,
  dataNames: readonly string[],
  compilePattern: CompilePattern | null,
  report: Report,
): readonly NamedCapture[] {
  const captures: NamedCapture[] = [];
  for (const [name, table] of fields.capture?.value ?? []) {
    const at = table.key;
    if (TEMPLATE_WORDS.includes(name)) {
      report.problem(at, `\`${name}\` has a meaning in templates already`, "choose another name");
    } else if (dataNames.includes(name)) {
      report.problem(at, `\`${name}\` is the name of data`, "choose another name");
    }
    if (compilePattern !== null) checkRegex(table.fields.regex, compilePattern, report);
    if (fields.method?.value === "HEAD" && (table.fields.json ?? table.fields.regex) !== undefined) {
      report.problem(at, `\`${name}\` cannot be found: the answer to HEAD has no body`, "capture a header or a cookie");
    }
    captures.push({ name, at, finder: finderOf(table.fields), secret: table.fields.secret?.value ?? false });
  }
  return captures;
}

/** Of several, which is a problem that is reported, the first; so is none, for which anything may stand. */
function finderOf({ json, header, regex, cookie }: CaptureFields): Finder {
  if (header !== undefined) return { kind: "header", name: header.value.toLowerCase() };
  if (regex !== undefined) return { kind: "regex", source: regex.value };
  if (cookie !== undefined) return { kind: "cookie", name: cookie.value };
  return { kind: "json", pointer: pointerTokens(json?.value ?? "") };
}

function checkRegex(regex: CaptureFields["regex"], compilePattern: CompilePattern, report: Report): void {
  if (regex === undefined) return;
  const { value: source, at } = regex;
  const pattern = compilePattern(source);
  if (typeof pattern === "string") {
    report.problem(at, `\`regex\` cannot be used: ${pattern}`, REGEX_HINT);
  } else if (pattern.groups === 0) {
    report.problem(at, "`regex` has no group", "put what is captured in parentheses: id=(\\d+)");
  }
}

const REGEX_HINT =
  "expected RE2's syntax, without lookaround and \\1: write what stands around the value beside the group, " +
  "(?:...) for other groups, + or * for long repetitions";
