/**
 * A scenario in words, for `z6 validate`: what runs against what, how many users when, which request how often, what
 * must hold, and when it ends. Everything comes from the resolved Scenario, so it says what will happen.
 */
import { unreachable } from "../base/assert.ts";
import type { DataSet } from "../model/data.ts";
import type { Scenario } from "../model/scenario.ts";
import { criterionLines } from "./describe-criteria.ts";
import { flowLines, iterationLine } from "./describe-flows.ts";
import { requestLines } from "./describe-requests.ts";
import { targetLines } from "./describe-target.ts";
import { userLines } from "./describe-users.ts";
import { countWords, durationWords } from "./words.ts";

const LABEL_CHARS = 11;

/** The description: lines ended by "\n", at most about 100 characters each unless the scenario's own texts are longer. */
export function describeScenario(scenario: Scenario): string {
  // Without [[flows]] there is one flow, which has no name.
  const isOneFlow = scenario.flows.length === 1 && scenario.flows[0]!.name === "";
  const paragraphs = [
    title(scenario),
    [
      ...labelled(
        "Target",
        scenario.targets.flatMap((target) => targetLines(target, scenario)),
      ),
      ...labelled("Users", userLines(scenario)),
      ...labelled("Iteration", isOneFlow ? [iterationLine(scenario)] : []),
      ...labelled("Data", scenario.data.map(dataLine)),
      ...labelled("Secrets", secretLines(scenario)),
      ...labelled("Seed", [seedLine(scenario)]),
      ...labelled("Ends", [endLine(scenario)]),
    ],
    ...(isOneFlow ? [] : [["Flows", ...flowLines(scenario)]]),
    ["Requests", ...requestLines(scenario)],
    ["Passes if", ...criterionLines(scenario)],
  ];
  return `${paragraphs.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function title({ metadata }: Scenario): string[] {
  const { name, version, author, description, tags } = metadata;
  const lines = [[name, version, author === "" ? "" : `by ${author}`].filter((part) => part !== "").join(" ")];
  for (const line of description.split(/\r?\n/)) if (line.trim() !== "") lines.push(line.trim());
  if (tags.length > 0) lines.push(`Tags: ${tags.join(", ")}`);
  return lines;
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? label : "").padEnd(LABEL_CHARS) + line);
}

function dataLine({ name, rows, pick, columns }: DataSet): string {
  const names = columns.map((column) => column.name + (column.secret ? " (secret)" : "")).join(", ");
  return `${name}: ${countWords(rows, "row")} of ${names}; ${pickWords(pick)}`;
}

function pickWords(pick: DataSet["pick"]): string {
  switch (pick) {
    case "by_user":
      return "a user keeps its row";
    case "random":
      return "a row drawn for each iteration";
    case "unique":
      return "each row once, then the run stops";
    default:
      return unreachable(pick);
  }
}

function secretLines({ secrets }: Scenario): string[] {
  if (secrets.length === 0) return [];
  return [`${secrets.map((secret) => secret.name).join(", ")}, from the environment; written to no file`];
}

function seedLine({ seed }: Scenario): string {
  return seed === null ? "drawn when the run begins, and recorded" : `${seed} (the same choices in every run)`;
}

function endLine({ durationNs, iterations, identities, gracefulStopNs }: Scenario): string {
  const end =
    iterations === null
      ? `after ${durationWords(durationNs ?? 0)}`
      : `after ${countWords(iterations * identities, "iteration")} in all`;
  if (gracefulStopNs === 0) return `${end}; requests in flight are given up at once`;
  return `${end}; requests in flight then have ${durationWords(gracefulStopNs)} to finish`;
}
