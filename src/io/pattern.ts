/**
 * Regular expressions that take a time bounded by their size and the text's, whatever both are: RE2's syntax and its
 * automata, in JavaScript. The engine's own go back and try again, and for some patterns 40 letters keep it for hours.
 *
 * The library is loaded with the first expression.
 */
import { createRequire } from "node:module";
import { REGEX_GROUPS_MAX, REGEX_SIZE_MAX } from "../base/limits.ts";
import type { CompilePattern } from "../model/ports.ts";

type Library = typeof import("re2js");

let loaded: Library | null = null;

function library(): Library {
  loaded ??= createRequire(import.meta.url)("re2js") as Library;
  return loaded;
}

export const compilePattern: CompilePattern = (source) => {
  const { RE2JS, RE2JSException, RE2JSSyntaxException } = library();
  try {
    const compiled = RE2JS.compile(source, RE2JS.DOTALL);
    const size = compiled.programSize();
    if (compiled.groupCount() > REGEX_GROUPS_MAX) return `it has more than ${REGEX_GROUPS_MAX} groups`;
    if (size > REGEX_SIZE_MAX) return "it is too large with its repetitions written out";
    return {
      size,
      groups: compiled.groupCount(),
      firstGroup: (text) => compiled.exec(text)?.[1] ?? null,
    };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    if (!(error instanceof RE2JSSyntaxException)) return error.message;
    // The library puts the flag that stands for DOTALL before the source.
    const part = error.input?.replace("(?s)", "") ?? "";
    return part === "" || part === source ? error.error : `${error.error}: ${part}`;
  }
};
