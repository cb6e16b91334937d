/**
 * What names in templates mean in one scenario: functions, data, environment variables, captured values. It reads
 * templates, and keeps account of what they use.
 */
import { shadowOf } from "../base/escape.ts";
import type { Secret, Shadow, Value } from "../model/template.ts";
import type { VariableUse } from "./check-variables.ts";
import { columnHint } from "./column-names.ts";
import { nameHint } from "./nearest.ts";
import type { Report } from "./problem.ts";
import { TEMPLATE_WORDS } from "./resolve-captures.ts";
import type { ScenarioData } from "./resolve-data.ts";
import type { Located } from "./shape.ts";
import { callFunction } from "./template-functions.ts";
import { type Expression, parseTemplate, type Stretch, type Word } from "./template-parser.ts";
import { placeWithin } from "./text-place.ts";
import type { ValueSource } from "./value-source.ts";

/** A piece of a text that was read: literal text, or a value. Offsets are those of the text in the file. */
export type Piece =
  | (Word & { readonly kind: "text" })
  /** `isLink`: the value is a URL reference, to be followed. */
  | (Stretch & { readonly kind: "value"; readonly value: Value; readonly isLink: boolean });

/** Whose text it is: the index of a request, or a target, whose texts are sent with every request. */
export type Owner = number | "target";

/** Stands for a value that cannot be known because of a problem. */
const UNKNOWN: Value = { kind: "user" };

export class TemplateScope {
  private readonly data: ScenarioData;
  private readonly variables: readonly string[];
  private readonly source: ValueSource;
  private readonly report: Report;
  private readonly secretList: Secret[] = [];
  private readonly useList: VariableUse[] = [];

  /** @param variables names of captured values; an index into them is what a template keeps. */
  constructor(data: ScenarioData, variables: readonly string[], source: ValueSource, report: Report) {
    this.data = data;
    this.variables = variables;
    this.source = source;
    this.report = report;
  }

  /** Environment variables in use, in the order of their first use. */
  get secrets(): readonly Secret[] {
    return this.secretList;
  }

  /** Every place where a request uses a captured value. */
  get uses(): readonly VariableUse[] {
    return this.useList;
  }

  /**
   * The pieces of a text, or null after reporting that it cannot be taken apart.
   * @param isPath whether it may begin with a link.
   */
  read(text: Located<string>, owner: Owner, isPath = false): readonly Piece[] | null {
    const parsed = parseTemplate(text.value);
    if ("message" in parsed) {
      this.problem(text, parsed, parsed.message, parsed.hint);
      return null;
    }
    return parsed.map((piece): Piece => {
      if (piece.kind === "text") return piece;
      const { expression, start, end } = piece;
      const isLink = expression.kind === "link";
      if (isLink && !(isPath && start === 0)) {
        const hint = isPath ? "put nothing before it" : "elsewhere write the name alone";
        this.problem(text, expression.name, "`url` stands only where a `path` begins", hint);
      }
      const value = isLink ? this.linkOf(expression, text, owner) : this.valueOf(expression, text, owner);
      return { kind: "value", value, isLink, start, end };
    });
  }

  /** Reports a problem of a part of a text. */
  problem(text: Located<string>, { start, end }: Stretch, message: string, hint: string): void {
    this.report.problem(placeWithin(this.report.text, text, start, end), message, hint);
  }

  private linkOf({ of }: Expression & { kind: "link" }, text: Located<string>, owner: Owner): Value {
    if (of.kind === "dotted" || !TEMPLATE_WORDS.includes(of.name.text)) return this.valueOf(of, text, owner);
    this.problem(text, of.name, `\`${of.name.text}\` is no link`, "`url` takes a captured value or a column");
    return UNKNOWN;
  }

  private valueOf(expression: Exclude<Expression, { kind: "link" }>, text: Located<string>, owner: Owner): Value {
    const { name } = expression;
    if (expression.kind === "dotted") {
      if (name.text === "env") return this.secretOf(expression.member, text);
      return this.columnOf(name, expression.member, text);
    }
    const value = callFunction(name, expression.kind === "call" ? expression.args : null);
    if (value === undefined) return this.variableOf(expression, text, owner);
    if ("kind" in value) return value;
    this.problem(text, value.where, value.message, value.hint);
    return UNKNOWN;
  }

  private secretOf({ text: name, start, end }: Word, text: Located<string>): Value {
    const known = this.secretList.findIndex((each) => each.name === name);
    if (known >= 0) return { kind: "secret", secret: known };
    const secret = this.findSecret(name);
    if (secret === null) {
      const hint = `set it where z6 is started: ${name}=... z6 run`;
      this.problem(text, { start, end }, `the environment variable ${name} is not set`, hint);
      return UNKNOWN;
    }
    this.secretList.push(secret);
    return { kind: "secret", secret: this.secretList.length - 1 };
  }

  private findSecret(name: string): Secret | null {
    const { source } = this;
    if (source.kind === "recorded") {
      const shadow: Shadow | undefined = Object.hasOwn(source.secrets, name) ? source.secrets[name] : undefined;
      return shadow === undefined ? null : { name, value: null, shadow };
    }
    const value = source.env(name);
    return value === undefined ? null : { name, value, shadow: shadowOf(value, source.hide) };
  }

  private columnOf(name: Word, { text: column, start, end }: Word, text: Located<string>): Value {
    const data = this.data.find(name.text);
    if (data === undefined) {
      const names = [...this.data.names, "env"];
      const isVariable = this.variables.includes(name.text) || TEMPLATE_WORDS.includes(name.text);
      const message = isVariable ? `\`${name.text}\` has no columns` : `there is no data \`${name.text}\``;
      const hint = isVariable ? `write {{${name.text}}}` : nameHint(name.text, names, "what has columns");
      this.problem(text, name, message, hint);
      return UNKNOWN;
    }
    if (data.columns?.includes(column) === false) {
      const hint = columnHint(column, data.columns, data.columnsShown, "its columns are");
      this.problem(text, { start, end }, `there is no column \`${column}\` in "${data.file}"`, hint);
      return UNKNOWN;
    }
    return data.use(column);
  }

  private variableOf({ kind, name }: Pick<Expression, "kind" | "name">, text: Located<string>, owner: Owner): Value {
    const variable = this.variables.indexOf(name.text);
    if (variable < 0 || kind === "call") {
      this.reportUnknown(name, text, kind === "call");
      return UNKNOWN;
    }
    if (owner === "target") {
      const hint = "put it into the requests that come after the one that captures it";
      this.problem(text, name, `\`${name.text}\` is captured by a request: a target cannot use it`, hint);
      return UNKNOWN;
    }
    this.useList.push({ variable, request: owner, at: placeWithin(this.report.text, text, name.start, name.end) });
    return { kind: "variable", variable };
  }

  private reportUnknown(name: Word, text: Located<string>, isCall: boolean): void {
    const data = this.data.find(name.text);
    if (data !== undefined) {
      const column = (data.columnsShown ? data.columns?.[0] : undefined) ?? "column";
      this.problem(text, name, `\`${name.text}\` is data: it needs a column`, `as in {{${name.text}.${column}}}`);
    } else if (name.text === "env") {
      this.problem(text, name, "`env` needs the name of a variable", "as in {{env.API_KEY}}");
    } else if (name.text === "url") {
      this.problem(text, name, "`url` needs a captured value or a column", "as in {{url(next)}}");
    } else if (isCall) {
      const hint = nameHint(name.text, ["int", "choice", "string", "url"], "there are");
      this.problem(text, name, `there is no function \`${name.text}\``, hint);
    } else {
      const names = [...this.variables, ...this.data.names, ...TEMPLATE_WORDS];
      this.problem(text, name, `unknown name \`${name.text}\` in a template`, nameHint(name.text, names, "there are"));
    }
  }
}
