/** The rules of one request's [requests.expect]: each header, pointer and text is a rule of its own, with its words. */
import { RULES_PER_REQUEST_MAX } from "../base/limits.ts";
import type { Check } from "../model/rule.ts";
import { pointerTokens } from "./json-pointer.ts";
import type { Report, Span } from "./problem.ts";
import type { RequestValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";

type ExpectValue = NonNullable<RequestValue["fields"]["expect"]>;
type ExpectFields = ExpectValue["fields"];

/** Longer words are cut: they are for a line of a report. */
const WORDS_CHARS_MAX = 100;

interface WordedCheck {
  readonly check: Check;
  /** Unique among those of the request. */
  readonly words: string;
}

/** The checks of a request: status, headers, body. */
export function resolveRules({ fields }: RequestValue, report: Report): readonly WordedCheck[] {
  const { expect } = fields;
  if (expect === undefined) return [];
  const rules = [
    ...statusRules(expect.fields.status),
    ...headerRules(expect.fields.header, report),
    ...textRules(expect.fields.body_contains, report),
    ...jsonRules(expect.fields.json, report),
    ...lengthRules(expect.fields.body_bytes_max),
  ];
  if (rules.length > RULES_PER_REQUEST_MAX) {
    report.problem(expect.key, "[requests.expect] holds too many rules", `expected at most ${RULES_PER_REQUEST_MAX}`);
  }
  if (fields.method?.value === "HEAD") reportBodyRules(expect, report);
  return unique(rules);
}

function statusRules(status: ExpectFields["status"]): WordedCheck[] {
  if (status === undefined) return [];
  const wanted: readonly (string | number)[] =
    typeof status.value === "object" ? status.value.map((item) => item.value) : [status.value];
  return [{ check: { kind: "status", ranges: wanted.map(rangeOf) }, words: `status ${wanted.join(", ")}` }];
}

/** 200 is itself alone, "2xx" is 200 to 299. */
function rangeOf(wanted: string | number): readonly [from: number, to: number] {
  if (typeof wanted === "number") return [wanted, wanted];
  const from = Number(wanted[0]) * 100;
  return [from, from + 99];
}

function headerRules(headers: ExpectFields["header"], report: Report): WordedCheck[] {
  const rules: WordedCheck[] = [];
  const seen = new Set<string>();
  for (const [name, { value, key, at }] of headers?.value ?? []) {
    warnOfBraces(value, at, report);
    const lower = name.toLowerCase();
    if (seen.has(lower)) report.problem(key, `the header ${name} is given twice`, "header names ignore case");
    seen.add(lower);
    const trimmed = value.replace(/^[ \t]+|[ \t]+$/g, "");
    rules.push({
      check: { kind: "header", name: lower, value: trimmed },
      words: `header ${name} = ${JSON.stringify(trimmed)}`,
    });
  }
  return rules;
}

function textRules(wanted: ExpectFields["body_contains"], report: Report): WordedCheck[] {
  if (wanted === undefined) return [];
  const texts: readonly Pick<Located<string>, "value" | "at">[] =
    typeof wanted.value === "string" ? [{ value: wanted.value, at: wanted.at }] : wanted.value;
  const seen = new Set<string>();
  return texts.map(({ value, at }) => {
    if (seen.has(value)) report.problem(at, "this text is given twice", "keep one of the two");
    seen.add(value);
    warnOfBraces(value, at, report);
    return { check: { kind: "body_contains", text: value }, words: `body contains ${JSON.stringify(value)}` };
  });
}

function jsonRules(json: ExpectFields["json"], report: Report): WordedCheck[] {
  return [...(json?.value ?? [])].map(([pointer, { value, at }]) => {
    if (typeof value === "string") warnOfBraces(value, at, report);
    return {
      check: { kind: "json", pointer: pointerTokens(pointer), value },
      words: `json ${pointer === "" ? '""' : pointer} = ${JSON.stringify(value)}`,
    };
  });
}

/** What is expected is the same for all users: a template here is probably meant as one, and is none. */
function warnOfBraces(text: string, at: Span, report: Report): void {
  if (text.includes("{{")) report.warning(at, "no template is possible here", 'the response must have "{{" as it is');
}

function lengthRules(bytes: ExpectFields["body_bytes_max"]): WordedCheck[] {
  if (bytes === undefined) return [];
  return [{ check: { kind: "body_bytes_max", bytes: bytes.value }, words: `body at most ${bytes.value} bytes` }];
}

/** No answer to HEAD has a body (RFC 9110 9.3.2). */
function reportBodyRules({ given }: ExpectValue, report: Report): void {
  for (const name of ["body_contains", "json"]) {
    const at = given.get(name);
    if (at !== undefined) report.problem(at, `\`${name}\` never holds: the answer to HEAD has no body`, "remove it");
  }
}

/** The same checks with words of one line, cut to their length and numbered where they would be the same. */
function unique(rules: readonly WordedCheck[]): WordedCheck[] {
  const taken = new Set<string>();
  return rules.map(({ check, words }) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal.
    const line = words.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
    const short = line.length > WORDS_CHARS_MAX ? `${line.slice(0, WORDS_CHARS_MAX)}...` : line;
    let each = short;
    for (let number = 2; taken.has(each); number++) each = `${short} (${number})`;
    taken.add(each);
    return { check, words: each };
  });
}
