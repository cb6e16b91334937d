/**
 * Whether a captured value can be there when a request uses it. An iteration begins with none, and only the steps of
 * its flow, which come in order, give it some: a use is good when in every flow that sends the request a step before its
 * first one captures the value.
 */
import type { Capture } from "../model/rule.ts";
import type { Flow } from "../model/scenario.ts";
import type { Report, Span } from "./problem.ts";

/** A place in a request where a template names a captured value. */
export interface VariableUse {
  /** Index into the scenario's variables. */
  readonly variable: number;
  /** Index of the request that is sent with it. */
  readonly request: number;
  readonly at: Span;
}

interface CapturedVariables {
  readonly variables: readonly string[];
  readonly captures: readonly Pick<Capture, "request" | "variable">[];
  /** Where the name of each of `captures` stands. */
  readonly places: readonly Span[];
}

/** Reports uses without a value, and warns of captures without a use. */
export function checkVariables(
  uses: readonly VariableUse[],
  flows: readonly Flow[],
  captured: CapturedVariables,
  requests: readonly { readonly name: string }[],
  report: Report,
): void {
  const { variables, captures, places } = captured;
  const giversOf = variables.map(() => new Set<number>());
  for (const { variable, request } of captures) giversOf[variable]!.add(request);
  for (const use of uses) {
    const givers = giversOf[use.variable]!;
    const earlier = [...givers].filter((giver) => giver !== use.request);
    for (const flow of flows) {
      if (!flow.requests.includes(use.request) || isCapturedBefore(use.request, givers, flow)) continue;
      const names = earlier.map((giver) => `"${requests[giver]!.name}"`).join(" or ");
      const wanted = `put a step of ${names} before the first of "${requests[use.request]!.name}"`;
      const hint = earlier.length === 0 ? "its own response comes too late for it" : wanted;
      report.problem(use.at, lackWords(variables[use.variable]!, flow), hint);
    }
  }
  const used = new Set(uses.map(({ variable }) => variable));
  for (const [index, { variable }] of captures.entries()) {
    if (!used.has(variable)) report.warning(places[index]!, `nothing uses the capture \`${variables[variable]}\``);
  }
}

function lackWords(variable: string, { name, steps }: Flow): string {
  const flow = name === "" ? "the sequence" : `the flow "${name}"`;
  if (steps !== null) return `no earlier step of ${flow} captures \`${variable}\``;
  const chosen = name === "" ? "requests" : `the requests of ${flow}`;
  return `\`${variable}\` cannot be used here: ${chosen} are chosen by weight, not in steps`;
}

/** Whether a step before the first one of `request` is one of the `givers`. */
function isCapturedBefore(request: number, givers: ReadonlySet<number>, { steps }: Flow): boolean {
  const first = steps?.findIndex((step) => step.request === request) ?? 0;
  return steps?.slice(0, first).some((step) => givers.has(step.request)) ?? false;
}
