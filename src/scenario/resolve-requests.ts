/** Requests, and the sequence of steps that refers to them by name. */
import { nsFromMs } from "../base/units.ts";
import type { RequestSpec, Target } from "../model/scenario.ts";
import type { Text } from "../model/template.ts";
import type { ScenarioFiles } from "./files.ts";
import { headerOf, resolveHeaders } from "./headers.ts";
import { nameHint } from "./nearest.ts";
import type { Report } from "./problem.ts";
import { resolveAuth } from "./resolve-auth.ts";
import { resolveBody } from "./resolve-body.ts";
import { resolvePath } from "./resolve-path.ts";
import { type RequestValue, SCENARIO_SHAPE, type ScenarioValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";
import type { TemplateScope } from "./template-scope.ts";
import { reportTwins } from "./unique.ts";

const { keys: DEFAULTS } = SCENARIO_SHAPE.keys.requests.item;

/** The scenario's requests in the order of the file. */
export function resolveRequests(
  { fields }: ScenarioValue,
  targets: readonly Target[],
  files: ScenarioFiles,
  scope: TemplateScope,
  report: Report,
): readonly RequestSpec[] {
  const requests = fields.requests?.value ?? [];
  reportTwins(
    requests.map((request) => request.fields.name),
    "request",
    report,
  );
  const names = fields.targets?.value.map((target) => target.fields.name?.value ?? "");
  return requests.map((request, index) => resolveRequest(request, index, names, targets, files, scope, report));
}

function resolveRequest(
  request: RequestValue,
  index: number,
  targetNames: readonly string[] | undefined,
  targets: readonly Target[],
  files: ScenarioFiles,
  scope: TemplateScope,
  report: Report,
): RequestSpec {
  const { fields } = request;
  const path = resolvePath(fields.path, index, scope);
  const headers = resolveHeaders(fields.headers, index, scope, report);
  const auth = resolveAuth(fields.auth, fields.headers, index, scope, report);
  const target = fields.target === undefined ? null : indexOfTarget(fields.target, targetNames, report);
  const inherited = inheritedType(target === null ? targets : [targets[target]!]);
  const body = resolveBody(request, index, headers, inherited, files, scope, report);
  return {
    name: fields.name?.value ?? "",
    method: fields.method?.value ?? DEFAULTS.method.default,
    path,
    headers: [...headers, ...auth, ...body.headers],
    body: body.body,
    timeoutNs: nsFromMs(fields.timeout_ms?.value ?? DEFAULTS.timeout_ms.default),
    weight: fields.weight?.value ?? DEFAULTS.weight.default,
    target,
    onFailure: fields.on_failure?.value ?? null,
  };
}

/** The Content-Type that the first of the targets gives which gives one. */
function inheritedType(targets: readonly Target[]): Text | undefined {
  return targets.map(({ headers }) => headerOf(headers, "content-type")).find((type) => type !== undefined);
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
