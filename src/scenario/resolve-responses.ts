/**
 * What is asked of the responses of all requests, and what is taken from them. Every capture is also a rule, which is
 * broken when it finds nothing; captures and their rules refer to one another by index.
 */
import type { CompilePattern } from "../model/ports.ts";
import type { Capture, Rule } from "../model/rule.ts";
import type { Report, Span } from "./problem.ts";
import { type NamedCapture, resolveCaptures } from "./resolve-captures.ts";
import { resolveRules } from "./resolve-rules.ts";
import type { RequestValue } from "./scenario-shape.ts";

interface Responses {
  /** In the order in which the file names them first. */
  readonly variables: readonly string[];
  /** By request. */
  readonly captures: readonly Capture[];
  /** Where the name of each of `captures` stands. */
  readonly places: readonly Span[];
  /** By request: what [requests.expect] says, then a rule for each capture. */
  readonly rules: readonly Rule[];
}

/** Rules and captures of the requests, whose indices they have. `dataNames` and `compilePattern` as in resolveCaptures. */
export function resolveResponses(
  requests: readonly RequestValue[],
  dataNames: readonly string[],
  compilePattern: CompilePattern | null,
  report: Report,
): Responses {
  const captures: Capture[] = [];
  const places: Span[] = [];
  const rules: Rule[] = [];
  /** The first capture of each name, and the variable that it made. */
  const firsts = new Map<string, { readonly variable: number; readonly capture: NamedCapture }>();
  for (const [request, value] of requests.entries()) {
    for (const { check, words } of resolveRules(value, report)) rules.push({ request, check, words });
    for (const capture of resolveCaptures(value, dataNames, compilePattern, report)) {
      const { name, at, finder, secret } = capture;
      const { variable, capture: first } = firsts.get(name) ?? { variable: firsts.size, capture };
      firsts.set(name, { variable, capture: first });
      if (first.secret !== secret) {
        const [here, there] = secret ? ["is secret here", "is not"] : ["is not secret here", "is"];
        report.problem(at, `\`${name}\` ${here} and ${there} in line ${first.at.line}`, "write the same for both");
      }
      rules.push({ request, check: { kind: "captured", capture: captures.length }, words: `captures ${name}` });
      captures.push({ request, variable, finder, secret, rule: rules.length - 1 });
      places.push(at);
    }
  }
  return { variables: [...firsts.keys()], captures, places, rules };
}
