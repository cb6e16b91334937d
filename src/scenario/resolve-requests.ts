/** Requests, and the sequence of steps that refers to them by name. */
import { utf8Encode } from "../base/bytes.ts";
import { nsFromMs } from "../base/units.ts";
import type { RequestSpec, SequenceStep } from "../model/scenario.ts";
import type { ScenarioFiles } from "./files.ts";
import { resolveHeaders } from "./headers.ts";
import { nameHint } from "./nearest.ts";
import type { Report } from "./problem.ts";
import { type RequestValue, SCENARIO_SHAPE, type ScenarioValue, type SequenceValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";
import { reportTwins } from "./unique.ts";

const { keys: DEFAULTS } = SCENARIO_SHAPE.keys.requests.item;
const { keys: STEP_DEFAULTS } = SCENARIO_SHAPE.keys.sequence.keys.steps.item;

/** The scenario's requests in the order of the file. */
export function resolveRequests(
  { fields }: ScenarioValue,
  files: ScenarioFiles,
  report: Report,
): readonly RequestSpec[] {
  const requests = fields.requests?.value ?? [];
  reportTwins(
    requests.map((request) => request.fields.name),
    "request",
    report,
  );
  const targets = fields.targets?.value.map((target) => target.fields.name?.value ?? "");
  return requests.map((request) => resolveRequest(request, targets, files, report));
}

function resolveRequest(
  { fields }: RequestValue,
  targets: readonly string[] | undefined,
  files: ScenarioFiles,
  report: Report,
): RequestSpec {
  return {
    name: fields.name?.value ?? "",
    method: fields.method?.value ?? DEFAULTS.method.default,
    path: fields.path?.value ?? "/",
    headers: resolveHeaders(fields.headers, report),
    body: resolveBody(fields, files),
    timeoutNs: nsFromMs(fields.timeout_ms?.value ?? DEFAULTS.timeout_ms.default),
    weight: fields.weight?.value ?? DEFAULTS.weight.default,
    target: fields.target === undefined ? null : indexOfTarget(fields.target, targets, report),
  };
}

function resolveBody(fields: RequestValue["fields"], files: ScenarioFiles): Uint8Array | null {
  if (fields.body !== undefined) return utf8Encode(fields.body.value);
  return fields.body_file === undefined ? null : files.body(fields.body_file);
}

function indexOfTarget(name: Located<string>, targets: readonly string[] | undefined, report: Report): number | null {
  if (targets === undefined) {
    report.problem(name.key, "`target` needs [[targets]]", "remove it: all requests go to the one [target]");
    return null;
  }
  return indexOfName(name, targets, "target", report);
}

/** Index of the name in `names`, or null after reporting that it is not there. */
export function indexOfName(
  name: Pick<Located<string>, "value" | "at">,
  names: readonly string[],
  what: string,
  report: Report,
): number | null {
  const index = names.indexOf(name.value);
  if (index >= 0) return index;
  report.problem(name.at, `there is no ${what} "${name.value}"`, nameHint(name.value, names, `the ${what}s are`));
  return null;
}

/** The steps of one iteration, or null when requests are chosen by weight. Warns of requests that no step names. */
export function resolveSequence(
  sequence: SequenceValue | undefined,
  requests: readonly RequestSpec[],
  values: readonly RequestValue[],
  report: Report,
): readonly SequenceStep[] | null {
  if (sequence === undefined) return null;
  const names = requests.map((request) => request.name);
  const steps: SequenceStep[] = [];
  for (const { fields } of sequence.fields.steps?.value ?? []) {
    const request = fields.request === undefined ? null : indexOfName(fields.request, names, "request", report);
    if (request !== null) steps.push({ request, repeat: fields.repeat?.value ?? STEP_DEFAULTS.repeat.default });
  }
  const used = new Set(steps.map((step) => step.request));
  for (const [index, { fields }] of values.entries()) {
    if (fields.name === undefined || used.has(index)) continue;
    report.warning(fields.name.at, `no step of [sequence] sends the request "${fields.name.value}"`);
  }
  return steps;
}
