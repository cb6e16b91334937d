/** Requests in words: what is sent, how often, and what is expected of the response and taken from it. */
import { unreachable } from "../base/assert.ts";
import type { OnFailure } from "../model/rule.ts";
import type { Flow, RequestSpec, Scenario } from "../model/scenario.ts";
import { textWords } from "./describe-text.ts";
import { columns, countWords, durationWords, percentWords } from "./words.ts";

/**
 * One row for each request that is sent, without [[flows]] for each step; under the first of a request what its
 * responses are about.
 */
export function requestLines(scenario: Scenario): string[] {
  const { requests, flows } = scenario;
  if (flows[0]!.name !== "") {
    const used = new Set(flows.flatMap((flow) => flow.requests));
    const rows = requests.flatMap((_, request) => (used.has(request) ? [{ request, cells: [] }] : []));
    return rowsOf(rows, scenario);
  }
  const [{ steps, requests: indices }] = flows as [Flow];
  if (steps === null) {
    const total = indices.reduce((sum, index) => sum + requests[index]!.weight, 0);
    const rows = indices.map((request) => ({ request, cells: [percentWords(requests[request]!.weight / total)] }));
    return rowsOf(rows, scenario);
  }
  const perIteration = steps.reduce((sum, step) => sum + step.repeat, 0);
  const rows = steps.map(({ request, repeat }, index) => {
    const times = repeat === 1 ? "" : `${repeat} times, `;
    return { request, cells: [`${index + 1}.`, `${times}${percentWords(repeat / perIteration)}`] };
  });
  return rowsOf(rows, scenario);
}

interface Row {
  readonly request: number;
  /** What stands before it. */
  readonly cells: readonly string[];
}

function rowsOf(rows: readonly Row[], scenario: Scenario): string[] {
  const lines = columns(
    rows.map(({ request, cells }) => [...cells, ...requestCells(scenario.requests[request]!, scenario)]),
    rows[0]!.cells.map((_, index) => index),
  );
  // Details stand below the name.
  const indents = rows[0]!.cells.map((_, column) => 2 + Math.max(...rows.map((row) => row.cells[column]!.length)));
  const indent = " ".repeat(indents.reduce((sum, chars) => sum + chars, indents.length === 0 ? 6 : 2));
  const told = new Set<number>();
  return rows.flatMap(({ request }, index) => {
    const details = told.has(request) ? [] : detailLines(request, scenario);
    told.add(request);
    return [`  ${lines[index]}`, ...details.map((line) => indent + line)];
  });
}

function requestCells({ name, method, path, body, timeoutNs, target }: RequestSpec, scenario: Scenario): string[] {
  const to = target === null ? "" : ` at ${scenario.targets[target]!.name}`;
  return [name, `${method} ${textWords(path, scenario)}${to}`, `${bodyWords(body)}timeout ${durationWords(timeoutNs)}`];
}

function bodyWords(body: RequestSpec["body"]): string {
  if (body === null) return "";
  return body instanceof Uint8Array ? `${countWords(body.length, "byte")} of body, ` : "a body with values in it, ";
}

function detailLines(request: number, { rules, captures, variables, requests }: Scenario): string[] {
  const expected = rules.filter((rule) => rule.request === request && rule.check.kind !== "captured");
  const captured = captures.filter((capture) => capture.request === request);
  const { onFailure } = requests[request]!;
  return [
    ...(expected.length === 0 ? [] : [`expects ${expected.map((rule) => rule.words).join(", ")}`]),
    ...(captured.length === 0
      ? []
      : [
          `captures ${captured.map(({ variable, secret }) => variables[variable] + (secret ? " (secret)" : "")).join(", ")}`,
        ]),
    ...(onFailure === null ? [] : [`if it fails, ${failureWords(onFailure)}`]),
  ];
}

function failureWords(onFailure: OnFailure): string {
  switch (onFailure) {
    case "continue":
      return "the next step follows";
    case "restart":
      return "the iteration is over";
    case "stop":
      return "the user leaves";
    default:
      return unreachable(onFailure);
  }
}
