/**
 * A filter over requests: an expression of the Common Expression Language (cel.dev) that is true or false for each.
 * This is the adapter of @bufbuild/cel, and loaded only when there is a filter. The expression is parsed, checked and
 * planned once; for each request only the variables that it names are read.
 */
import { type CelResult, CelScalar, celEnv, isCelError, parse, plan } from "@bufbuild/cel";
import { FILTER_CHARS_MAX } from "../base/limits.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import type { RequestRecord } from "../model/request-record.ts";
import type { Scenario } from "../model/scenario.ts";
import { renderProblems } from "../scenario/render-problem.ts";
import { type Expression, filterFault } from "./filter-check.ts";
import { FilterError } from "./filter-error.ts";
import { FILTER_VARIABLES, type FilterValue, filterVariableList } from "./filter-variables.ts";

export interface RequestFilter {
  readonly expression: string;
  /** Whether a request of a run of `scenario` passes. Throws FilterError when the expression has no answer for it. */
  readonly of: (scenario: Scenario) => (request: RequestRecord) => boolean;
}

const SAMPLES: Readonly<Record<string, FilterValue>> = { string: "text", int: 1n, double: 1.5, bool: true };

/** Compiles `expression`. Throws FilterError for wrong syntax, unknown names, wrong types, and what is no condition. */
export function compileFilter(expression: string): RequestFilter {
  const types = { string: CelScalar.STRING, int: CelScalar.INT, double: CelScalar.DOUBLE, bool: CelScalar.BOOL };
  const env = celEnv({ variables: Object.fromEntries(FILTER_VARIABLES.map(({ name, type }) => [name, types[type]])) });
  const parsed = parsedOf(expression);
  const positions = parsed.sourceInfo?.positions ?? {};
  const sample = Object.fromEntries(FILTER_VARIABLES.map(({ name, type }) => [name, SAMPLES[type]!]));
  const fault = filterFault(env, parsed.expr, sample);
  if (fault !== null) {
    throw filterError(expression, positions[String(fault.id)] ?? 0, fault.length, fault.message, fault.hint);
  }
  const evaluate: (bindings: Record<string, FilterValue>) => CelResult = plan(env, parsed.expr);
  const used = FILTER_VARIABLES.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(expression));
  return {
    expression,
    of(scenario) {
      const bindings: Record<string, FilterValue> = {};
      return (request) => {
        for (const { name, read } of used) bindings[name] = read(request, scenario);
        const result = evaluate(bindings);
        if (typeof result === "boolean") return result;
        const [message, at] = isCelError(result)
          ? [result.message, positions[String(result.exprId ?? parsed.expr.id)] ?? 0]
          : ["the expression gives no true or false", 0];
        const which = `of user ${request.user} that ended ${request.endNs / NS_PER_SECOND} s into the run`;
        throw filterError(expression, at, 1, message, `found with the request ${which}`);
      };
    },
  };
}

function parsedOf(expression: string): ReturnType<typeof parse> & { readonly expr: Expression } {
  if (expression.length > FILTER_CHARS_MAX) {
    const message = `the expression has ${expression.length} characters; at most ${FILTER_CHARS_MAX} are allowed`;
    throw filterError(expression, 0, 1, message, "");
  }
  try {
    return parse(expression);
  } catch (error) {
    const { location, message } = error as Error & { location?: { start: { offset: number } } };
    if (location === undefined) throw filterError(expression, 0, expression.length, message, "");
    const hint = expression.trim() === "" ? "the expression is empty" : 'e.g. status >= 500 && request == "login"';
    throw filterError(expression, location.start.offset, 1, "this is no expression from here on", hint);
  }
}

/** The message shows the expression, the place, and the list of variables. */
function filterError(expression: string, at: number, length: number, message: string, hint: string): FilterError {
  const before = expression.slice(0, at).split("\n");
  const line = before.length;
  const lineText = expression.split("\n")[line - 1]!;
  const column = before.at(-1)!.length + 1;
  const problem = renderProblems([{ line, column, length, lineText, message, hint }], "--filter");
  return new FilterError(`${problem}The variables of a request:\n${filterVariableList()}`);
}
