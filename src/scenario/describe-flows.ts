/** What users do in one iteration, in words: one line where there is one flow, else a paragraph for each. */
import { unreachable } from "../base/assert.ts";
import type { Flow, RequestSpec, Scenario, UserGroup } from "../model/scenario.ts";
import { durationWords, numberWords, percentWords } from "./words.ts";

const STEPS_SHOWN = 48;
const LINE_CHARS = 96;

/** The one flow of a file without [[flows]]; its steps are listed with the requests. */
export function iterationLine({ flows, groups }: Scenario): string {
  const [flow] = flows as [Flow];
  return `${flow.steps === null ? "one request, chosen by weight" : "the requests below, in order"}${endWords(flow, isOpen(groups[0]!))}`;
}

/** A heading and the steps of each flow. */
export function flowLines(scenario: Scenario): string[] {
  const { flows, groups } = scenario;
  return flows.flatMap((flow, index) => {
    const group = groups.find((each) => each.flows.includes(index))!;
    const total = group.flows.reduce((sum, each) => sum + flows[each]!.weight, 0);
    const share = group.flows.length === 1 ? "" : `, ${percentWords(flow.weight / total)}`;
    const choice = flow.requests.length === 1 ? "one request" : "one of these, chosen by weight";
    const what = flow.steps === null ? choice : "in order";
    return [
      `  ${flow.name}${share}: ${what}${endWords(flow, isOpen(group))}`,
      ...wrapped(stepWords(flow, scenario)).map((line) => `    ${line}`),
    ];
  });
}

function isOpen({ schedule }: UserGroup): boolean {
  return schedule.type === "arrivals";
}

function stepWords({ steps, requests: indices }: Flow, { requests }: Scenario): string[] {
  if (steps !== null) {
    return steps.map(({ request, repeat }) => `${requests[request]!.name}${repeat === 1 ? "" : ` ${repeat} times`}`);
  }
  if (indices.length === 1) return [requests[indices[0]!]!.name];
  const total = indices.reduce((sum, index) => sum + requests[index]!.weight, 0);
  return indices.map((index) => {
    const { name, weight } = requests[index] as RequestSpec;
    return `${name} ${percentWords(weight / total)}`;
  });
}

/** What comes after: how a failure ends it, and the pause. An arrival leaves. */
function endWords(flow: Flow, isOpenGroup: boolean): string {
  return `${failureWords(flow, isOpenGroup)}; ${isOpenGroup ? "then the user leaves" : pauseWords(flow)}`;
}

function failureWords({ steps, onFailure }: Flow, isOpenGroup: boolean): string {
  const isOneRequest = steps === null || (steps.length === 1 && steps[0]!.repeat === 1);
  switch (onFailure) {
    case "continue":
      return isOneRequest ? "" : ", whatever fails";
    case "restart":
      return isOneRequest ? "" : ", until one fails";
    case "stop":
      if (isOpenGroup) return isOneRequest ? "" : ", until one fails";
      return isOneRequest ? "; a user whose request fails leaves" : ", until one fails, then the user leaves";
    default:
      return unreachable(onFailure);
  }
}

function pauseWords({ thinkTime: { minNs, maxNs } }: Flow): string {
  if (maxNs === 0) return "no pause";
  if (minNs === maxNs) return `then a pause of ${durationWords(minNs)}`;
  return `then a pause of ${durationWords(minNs)} to ${durationWords(maxNs)}, uniformly random`;
}

/** The words with commas between them, in lines that are not too long. */
function wrapped(words: readonly string[]): string[] {
  const hidden = words.length - STEPS_SHOWN;
  const shown = hidden > 0 ? [...words.slice(0, STEPS_SHOWN), `and ${numberWords(hidden)} more`] : words;
  const lines: string[] = [];
  let line = "";
  for (const [index, word] of shown.entries()) {
    const piece = index === shown.length - 1 ? word : `${word},`;
    if (line !== "" && line.length + 1 + piece.length > LINE_CHARS) {
      lines.push(line);
      line = piece;
    } else {
      line = line === "" ? piece : `${line} ${piece}`;
    }
  }
  return [...lines, line];
}
