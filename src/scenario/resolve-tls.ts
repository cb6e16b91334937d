/**
 * The TLS keys of a target. What they say together is checked here; whether OpenSSL can use them only the io knows,
 * so the caller may lend its judgement.
 */
import type { CheckTls } from "../model/ports.ts";
import type { TlsOptions } from "../model/scenario.ts";
import type { ScenarioFiles } from "./files.ts";
import type { Report } from "./problem.ts";
import { SCENARIO_SHAPE, type TargetValue } from "./scenario-shape.ts";

const { keys: DEFAULTS } = SCENARIO_SHAPE.keys.targets.item;

const TLS_KEYS = [
  "verify_cert",
  "ca_bundle",
  "client_cert",
  "client_key",
  "server_name",
  "tls_min_version",
  "tls_max_version",
  "tls_ciphers",
  "tls_session_resumption",
];

const EXPECTED = {
  client_cert: "expected a PEM file with the client's certificate",
  client_key: "expected a PEM file with the key of `client_cert`, without a passphrase",
  tls_ciphers: 'expected names that OpenSSL knows, as in "ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256"',
};

/** Whether `tls` agrees with the base URL, which says that TLS `isUsed`, and whether other keys need it. */
export function checkTlsKeys({ fields, given }: TargetValue, isUsed: boolean, report: Report): void {
  if (fields.tls !== undefined && fields.tls.value !== isUsed) {
    const scheme = isUsed ? "https" : "http";
    report.problem(fields.tls.at, `\`tls\` does not agree with base_url, which is ${scheme}`, `expected ${isUsed}`);
  }
  if (isUsed) return;
  for (const name of TLS_KEYS) {
    const key = given.get(name);
    if (key !== undefined) report.problem(key, `\`${name}\` needs a base_url with https://`, "remove it, or use https");
  }
}

/** The TLS options of a target whose base URL names `host`. */
export function resolveTls(
  target: TargetValue,
  host: string,
  files: ScenarioFiles,
  check: CheckTls,
  report: Report,
): TlsOptions {
  const { fields } = target;
  const tls = {
    verify: fields.verify_cert?.value ?? DEFAULTS.verify_cert.default,
    serverName: fields.server_name?.value ?? host,
    caBundle: files.pem(fields.ca_bundle),
    clientCert: files.pem(fields.client_cert),
    clientKey: files.pem(fields.client_key),
    minVersion: fields.tls_min_version?.value ?? DEFAULTS.tls_min_version.default,
    maxVersion: fields.tls_max_version?.value ?? DEFAULTS.tls_max_version.default,
    ciphers: fields.tls_ciphers?.value ?? null,
    sessionResumption: fields.tls_session_resumption?.value ?? DEFAULTS.tls_session_resumption.default,
  };
  // By default the oldest version is 1.2 and the newest 1.3, so the two can only cross when both are given.
  if (tls.minVersion > tls.maxVersion) {
    report.problem(fields.tls_min_version!.at, "`tls_min_version` is above `tls_max_version`", "no version is left");
  }
  const found = check(tls);
  const at = found === null ? undefined : fields[found.key]?.at;
  if (found !== null && at !== undefined) {
    report.problem(at, `\`${found.key}\` cannot be used: ${found.reason}`, EXPECTED[found.key]);
  } else {
    checkCiphers(target, tls, report);
  }
  return tls;
}

/**
 * As Node takes a list: its names of TLS 1.3 and those of TLS 1.2 are two lists. Without any of TLS 1.3 that version
 * keeps its own ciphers; without any of TLS 1.2 that version is not offered.
 */
function checkCiphers({ fields }: TargetValue, { minVersion, maxVersion }: TlsOptions, report: Report): void {
  const { tls_ciphers: ciphers } = fields;
  if (ciphers === undefined) return;
  const names = ciphers.value.split(":").filter((name) => name !== "");
  const namesThirteen = names.some(isOfThirteen);
  if (minVersion === maxVersion) {
    const namesThatVersion = minVersion === "1.3" ? namesThirteen : !names.every(isOfThirteen);
    if (namesThatVersion) return;
    const message = `\`tls_ciphers\` names none of TLS ${minVersion}, and no other version is allowed`;
    report.problem(ciphers.at, message, "those of TLS 1.3 begin with TLS_");
  } else if (minVersion < maxVersion && !namesThirteen) {
    report.warning(
      ciphers.at,
      "`tls_ciphers` changes nothing where TLS 1.3 is agreed on: it names none of that version",
      'name those of TLS 1.3 too, which begin with TLS_, or set tls_max_version = "1.2"',
    );
  }
}

function isOfThirteen(name: string): boolean {
  return name.startsWith("TLS_");
}
