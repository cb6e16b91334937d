/** Targets: one [target], or several [[targets]] chosen by weight. */
import { nsFromMs } from "../base/units.ts";
import type { Target, TlsOptions } from "../model/scenario.ts";
import { parseBaseUrl } from "./base-url.ts";
import type { ScenarioFiles } from "./files.ts";
import { resolveHeaders } from "./headers.ts";
import type { Report, Span } from "./problem.ts";
import { SCENARIO_SHAPE, type ScenarioValue, type TargetValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";
import { reportTwins } from "./unique.ts";

const { keys: DEFAULTS } = SCENARIO_SHAPE.keys.targets.item;
const TLS_KEYS = ["verify_cert", "ca_bundle", "client_cert", "client_key", "server_name"];

/** The scenario's targets in the order of the file. `connectionsMax` is the bound of [limits]. */
export function resolveTargets(
  { fields }: ScenarioValue,
  connectionsMax: number,
  files: ScenarioFiles,
  report: Report,
): readonly Target[] {
  if (fields.targets === undefined) {
    return fields.target === undefined ? [] : [resolveTarget(fields.target, connectionsMax, files, report)];
  }
  reportTwins(
    fields.targets.value.map((target) => target.fields.name),
    "target",
    report,
  );
  return fields.targets.value.map((target) => resolveTarget(target, connectionsMax, files, report));
}

function resolveTarget(target: TargetValue, connectionsMax: number, files: ScenarioFiles, report: Report): Target {
  const { fields } = target;
  const named = "name" in fields ? fields.name : undefined;
  const weighted = "weight" in fields ? fields.weight : undefined;
  const url = resolveBaseUrl(fields.base_url, report);
  if (url !== undefined) checkTls(target, url.tls, report);
  const maxConnections = fields.max_connections;
  if (maxConnections !== undefined && maxConnections.value > connectionsMax) {
    report.problem(
      maxConnections.at,
      "`max_connections` is above that of [limits]",
      `expected at most ${connectionsMax}`,
    );
  }
  return {
    name: named?.value ?? "",
    baseUrl: fields.base_url?.value ?? "",
    host: url?.host ?? "",
    port: url?.port ?? 0,
    basePath: url?.basePath ?? "",
    tls: url?.tls ? resolveTls(target, url.host, files) : null,
    httpVersion: fields.http_version?.value ?? (url?.tls ? "auto" : "http1.1"),
    maxConnections: maxConnections?.value ?? null,
    connectionTimeoutNs: nsFromMs(fields.connection_timeout_ms?.value ?? DEFAULTS.connection_timeout_ms.default),
    headers: resolveHeaders(fields.headers, report),
    weight: weighted?.value ?? DEFAULTS.weight.default,
  };
}

function resolveBaseUrl(url: Located<string> | undefined, report: Report) {
  if (url === undefined) return undefined;
  const parsed = parseBaseUrl(url.value);
  if (!("message" in parsed)) return parsed;
  report.problem(
    partOf(url, parsed.start, parsed.end),
    `\`base_url\` ${parsed.message}`,
    'as in "http://127.0.0.1:8080"',
  );
  return undefined;
}

/** The place of characters [start, end) of a text in quotes; of the whole text when it is written with escapes. */
function partOf({ at, value }: Located<string>, start: number, end: number): Span {
  const plain = at.length === value.length + 2;
  return plain ? { line: at.line, column: at.column + 1 + start, length: Math.max(1, end - start) } : at;
}

function checkTls({ fields, given }: TargetValue, tls: boolean, report: Report): void {
  if (fields.tls !== undefined && fields.tls.value !== tls) {
    const scheme = tls ? "https" : "http";
    report.problem(fields.tls.at, `\`tls\` does not agree with base_url, which is ${scheme}`, `expected ${tls}`);
  }
  if (tls) return;
  for (const name of TLS_KEYS) {
    const key = given.get(name);
    if (key !== undefined) report.problem(key, `\`${name}\` needs a base_url with https://`, "remove it, or use https");
  }
}

function resolveTls({ fields }: TargetValue, host: string, files: ScenarioFiles): TlsOptions {
  return {
    verify: fields.verify_cert?.value ?? DEFAULTS.verify_cert.default,
    serverName: fields.server_name?.value ?? host,
    caBundle: files.pem(fields.ca_bundle),
    clientCert: files.pem(fields.client_cert),
    clientKey: files.pem(fields.client_key),
  };
}
