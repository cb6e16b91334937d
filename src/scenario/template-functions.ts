/** Values that every template can name, whatever the scenario holds: counters and draws. */
import { RANDOM_TEXT_CHARS_MAX } from "../base/limits.ts";
import type { Value } from "../model/template.ts";
import type { Argument, Stretch, Word } from "./template-parser.ts";

/** What is wrong with a use of a function, and where. */
export interface CallFault {
  readonly where: Stretch;
  readonly message: string;
  readonly hint: string;
}

/** What `name` stands for; undefined when no function is called so. @param args null without parentheses. */
export function callFunction(name: Word, args: readonly Argument[] | null): Value | CallFault | undefined {
  switch (name.text) {
    case "user":
    case "iteration":
    case "uuid":
      if (args === null) return { kind: name.text };
      return fault(name, `\`${name.text}\` takes no arguments`, `write {{${name.text}}}`);
    case "int":
      return integer(name, args ?? []);
    case "choice":
      return choice(name, args ?? []);
    case "string":
      return text(name, args ?? []);
    default:
      return undefined;
  }
}

function fault(where: Stretch, message: string, hint: string): CallFault {
  return { where, message, hint };
}

function integer(name: Word, args: readonly Argument[]): Value | CallFault {
  const [low, high] = args;
  if (low === undefined || high === undefined || args.length > 2) {
    return fault(name, "`int` needs a lower and an upper bound", "as in {{int(1, 100)}}");
  }
  for (const arg of [low, high]) {
    if (arg.kind === "number" && Number.isSafeInteger(Number(arg.text))) continue;
    const hint = `expected a whole number from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`;
    return fault(arg, "this is no bound for `int`", arg.kind === "text" ? `${hint}, without quotes` : hint);
  }
  // Adding 0 makes -0 a 0.
  const [min, max] = [Number(low.text) + 0, Number(high.text) + 0];
  const both = { start: low.start, end: high.end };
  if (min > max) return fault(both, "the bounds of `int` are reversed", `write {{int(${max}, ${min})}}`);
  if (Number.isSafeInteger(max - min)) return { kind: "int", min, max };
  return fault(both, "the bounds of `int` are too far apart", `expected at most ${Number.MAX_SAFE_INTEGER}`);
}

function choice(name: Word, args: readonly Argument[]): Value | CallFault {
  if (args.length > 0) return { kind: "choice", texts: args.map((arg) => arg.text) };
  return fault(name, "`choice` needs something to choose from", 'as in {{choice("a", "b")}}');
}

function text(name: Word, args: readonly Argument[]): Value | CallFault {
  const [arg] = args;
  if (arg === undefined || args.length > 1) return fault(name, "`string` needs a length", "as in {{string(12)}}");
  const length = arg.kind === "number" ? Number(arg.text) : 0;
  if (length >= 1 && length <= RANDOM_TEXT_CHARS_MAX) return { kind: "string", length };
  return fault(arg, "this is no length for `string`", `expected a whole number from 1 to ${RANDOM_TEXT_CHARS_MAX}`);
}
