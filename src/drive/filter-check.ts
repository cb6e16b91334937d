/**
 * The check of a filter before it meets a request. The library parses and evaluates, but checks no types; so every
 * part of the expression is evaluated on its own with the values of one request, innermost first. A part that has no
 * answer because of its types is wrong for every request, also where a short cut (`||`, `? :`) would have hidden it.
 * Errors that come from values, such as a division by zero, are left to the requests that cause them.
 */
import { type CelEnv, type CelInput, type CelResult, celType, isCelError, type parse, plan } from "@bufbuild/cel";
import { nameHint } from "../scenario/nearest.ts";
import { FILTER_VARIABLES } from "./filter-variables.ts";

/** The library's syntax tree. */
export type Expression = ReturnType<typeof parse>["expr"];
export type Bindings = Readonly<Record<string, CelInput>>;

/** What is wrong with a part of an expression. */
export interface FilterFault {
  /** The part: its id in the syntax tree. */
  readonly id: bigint;
  /** Characters of the text that it takes from its position on. */
  readonly length: number;
  readonly message: string;
  readonly hint: string;
}

const NAMES = FILTER_VARIABLES.map((variable) => variable.name);
const LOGICAL = new Set(["_&&_", "_||_", "!_", "_?_:_"]);
const EQUALITY = new Set(["_==_", "_!=_"]);
const NUMBERS = new Set(["int", "uint", "double"]);

/** The first fault in `expression`, or null. `sample` has a value for every variable. */
export function filterFault(env: CelEnv, expression: Expression, sample: Bindings): FilterFault | null {
  const evaluate = (part: Expression): CelResult => plan(env, part)(sample);
  const fault = partFault(expression, new Set(), evaluate);
  if (fault !== null) return fault;
  const result = evaluate(expression);
  if (isCelError(result) || typeof result === "boolean") return null;
  const message = `the expression gives ${typeName(result)}, not true or false`;
  return { id: expression.id, length: 1, message, hint: "compare it with something" };
}

/** `locals` are the names that a macro around this part has bound: only the macro as a whole can be evaluated. */
function partFault(
  part: Expression,
  locals: ReadonlySet<string>,
  evaluate: (part: Expression) => CelResult,
): FilterFault | null {
  const { case: kind, value } = part.exprKind;
  if (kind === "identExpr" && locals.has(value.name)) return null;
  const inner = kind === "comprehensionExpr" ? new Set([...locals, value.iterVar, value.accuVar]) : locals;
  for (const child of childrenOf(part)) {
    // The range of a macro is outside of it.
    const scope = kind === "comprehensionExpr" && child === value.iterRange ? locals : inner;
    const fault = partFault(child, scope, evaluate);
    if (fault !== null) return fault;
  }
  if (locals.size > 0 && kind !== "identExpr") return null;
  // The operands first: what the library says of the whole would point at the operator.
  const operand = kind === "callExpr" ? operandFault(part, value.function, value.args, evaluate) : null;
  if (operand !== null) return operand;
  const result = evaluate(part);
  return isCelError(result) ? faultOf(part, result.message) : null;
}

function childrenOf({ exprKind: { case: kind, value } }: Expression): Expression[] {
  switch (kind) {
    case "callExpr":
      return [...(value.target === undefined ? [] : [value.target]), ...value.args];
    case "selectExpr":
      return value.operand === undefined ? [] : [value.operand];
    case "listExpr":
      return value.elements;
    case "structExpr":
      return value.entries.flatMap((entry) => {
        const key = entry.keyKind.case === "mapKey" ? [entry.keyKind.value] : [];
        return entry.value === undefined ? key : [...key, entry.value];
      });
    case "comprehensionExpr":
      return [value.iterRange, value.accuInit, value.loopCondition, value.loopStep, value.result].filter(
        (child) => child !== undefined,
      );
    default:
      return [];
  }
}

/** What the library's own message says of types and names; null when the error came from a value. */
function faultOf(part: Expression, message: string): FilterFault | null {
  const { case: kind, value } = part.exprKind;
  const { id } = part;
  if (message === "unresolved attribute" && kind === "identExpr") {
    const hint = nameHint(value.name, NAMES, "the variables are");
    return { id, length: value.name.length, message: `there is no variable \`${value.name}\``, hint };
  }
  if (message.startsWith("unbound function") && kind === "callExpr") {
    return { id, length: 1, message: `there is no function \`${value.function}\``, hint: "" };
  }
  if (message.startsWith("field not found") && kind === "selectExpr") {
    return { id, length: 1, message: `there is no field \`${value.field}\``, hint: "variables have no fields" };
  }
  const overload = /^found no matching overload for '?(.+?)'? applied to '(.*)'$/s.exec(message);
  if (overload !== null) {
    const [, operator, types] = overload;
    const mixed = types!.includes("int") && types!.includes("double");
    const hint = mixed ? "beside a double, write whole numbers as 2.0 and convert others: double(status)" : "";
    return { id, length: 1, message: `\`${words(operator!)}\` cannot be applied to ${types}`, hint };
  }
  return message.startsWith("type mismatch") ? { id, length: 1, message, hint: "" } : null;
}

/** Operands that the library takes and no author can have meant: a number as a condition, a string equal to a number. */
function operandFault(
  part: Expression,
  operator: string,
  operands: readonly Expression[],
  evaluate: (part: Expression) => CelResult,
): FilterFault | null {
  const [first, second] = operands;
  if (LOGICAL.has(operator)) {
    for (const operand of operator === "_?_:_" ? [first!] : operands) {
      const result = evaluate(operand);
      if (isCelError(result) || typeof result === "boolean") continue;
      const message = `\`${words(operator)}\` needs true or false, this is ${typeName(result)}`;
      return { id: operand.id, length: 1, message, hint: "" };
    }
  }
  if (EQUALITY.has(operator)) return differingTypes(part, first!, second!, evaluate);
  if (operator === "@in" && second!.exprKind.case === "listExpr") {
    for (const element of second!.exprKind.value.elements) {
      const fault = differingTypes(element, first!, element, evaluate);
      if (fault !== null) return fault;
    }
  }
  return null;
}

function differingTypes(
  at: Expression,
  left: Expression,
  right: Expression,
  evaluate: (part: Expression) => CelResult,
): FilterFault | null {
  const [a, b] = [evaluate(left), evaluate(right)];
  if (isCelError(a) || isCelError(b)) return null;
  const [typeA, typeB] = [celType(a).name, celType(b).name];
  if (typeA === typeB || (NUMBERS.has(typeA) && NUMBERS.has(typeB))) return null;
  return { id: at.id, length: 1, message: `${typeName(a)} is never equal to ${typeName(b)}`, hint: "" };
}

function typeName(value: Parameters<typeof celType>[0]): string {
  const { name } = celType(value);
  return `${/^[aeio]/.test(name) ? "an" : "a"} ${name}`;
}

/** "_>_" as it is written: ">". */
function words(operator: string): string {
  return operator === "_?_:_" ? "? :" : operator.replace(/^@/, "").replace(/^_|_$/g, "");
}
