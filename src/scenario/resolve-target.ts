/** Targets: one [target], or several [[targets]] chosen by weight. */
import { nsFromMs } from "../base/units.ts";
import type { CheckTls } from "../model/ports.ts";
import type { Target } from "../model/scenario.ts";
import { parseBaseUrl } from "./base-url.ts";
import type { ScenarioFiles } from "./files.ts";
import { resolveHeaders } from "./headers.ts";
import type { Report } from "./problem.ts";
import { resolveAuth } from "./resolve-auth.ts";
import { checkTlsKeys, resolveTls } from "./resolve-tls.ts";
import { SCENARIO_SHAPE, type ScenarioValue, type TargetValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";
import type { TemplateScope } from "./template-scope.ts";
import { placeWithin } from "./text-place.ts";
import { reportTwins } from "./unique.ts";

const { keys: DEFAULTS } = SCENARIO_SHAPE.keys.targets.item;

/** The scenario's targets in the order of the file. `connectionsMax` is the bound of [limits]. */
export function resolveTargets(
  { fields }: ScenarioValue,
  connectionsMax: number,
  files: ScenarioFiles,
  checkTls: CheckTls,
  scope: TemplateScope,
  report: Report,
): readonly Target[] {
  const resolve = (target: TargetValue) => resolveTarget(target, connectionsMax, files, checkTls, scope, report);
  if (fields.targets === undefined) return fields.target === undefined ? [] : [resolve(fields.target)];
  reportTwins(
    fields.targets.value.map((target) => target.fields.name),
    "target",
    report,
  );
  return fields.targets.value.map(resolve);
}

function resolveTarget(
  target: TargetValue,
  connectionsMax: number,
  files: ScenarioFiles,
  checkTls: CheckTls,
  scope: TemplateScope,
  report: Report,
): Target {
  const { fields } = target;
  const named = "name" in fields ? fields.name : undefined;
  const weighted = "weight" in fields ? fields.weight : undefined;
  const url = resolveBaseUrl(fields.base_url, report);
  if (url !== undefined) checkTlsKeys(target, url.tls, report);
  const maxConnections = fields.max_connections;
  if (maxConnections !== undefined && maxConnections.value > connectionsMax) {
    report.problem(
      maxConnections.at,
      "`max_connections` is above that of [limits]",
      `expected at most ${connectionsMax}`,
    );
  }
  const resolved = {
    name: named?.value ?? "",
    baseUrl: fields.base_url?.value ?? "",
    host: url?.host ?? "",
    port: url?.port ?? 0,
    basePath: url?.basePath ?? "",
    tls: url?.tls ? resolveTls(target, url.host, files, checkTls, report) : null,
    httpVersion: fields.http_version?.value ?? (url?.tls ? "auto" : "http1.1"),
    maxConnections: maxConnections?.value ?? null,
    maxStreamsPerConnection: fields.max_streams_per_connection?.value ?? DEFAULTS.max_streams_per_connection.default,
    connectionTimeoutNs: nsFromMs(fields.connection_timeout_ms?.value ?? DEFAULTS.connection_timeout_ms.default),
    headers: [
      ...resolveHeaders(fields.headers, "target", scope, report),
      ...resolveAuth(fields.auth, fields.headers, "target", scope, report),
    ],
    cookies: fields.cookies?.value ?? DEFAULTS.cookies.default,
    weight: weighted?.value ?? DEFAULTS.weight.default,
  };
  if (url !== undefined) checkStreams(target, resolved, report);
  return resolved;
}

function resolveBaseUrl(url: Located<string> | undefined, report: Report) {
  if (url === undefined) return undefined;
  const parsed = parseBaseUrl(url.value);
  if (!("message" in parsed)) return parsed;
  report.problem(
    placeWithin(report.text, url, parsed.start, parsed.end),
    `\`base_url\` ${parsed.message}`,
    'as in "http://127.0.0.1:8080"',
  );
  return undefined;
}

/** Without TLS nothing is negotiated, so "auto" is HTTP/1.1. */
function checkStreams(
  { fields }: TargetValue,
  { tls, httpVersion }: Pick<Target, "tls" | "httpVersion">,
  report: Report,
): void {
  const { max_streams_per_connection: streams } = fields;
  if (streams === undefined || httpVersion === "http2" || (httpVersion === "auto" && tls !== null)) return;
  report.problem(streams.key, "`max_streams_per_connection` needs HTTP/2", 'remove it, or set http_version = "http2"');
}
