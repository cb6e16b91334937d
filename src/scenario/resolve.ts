/**
 * Checked values to a Scenario: references become indices, units become base units, defaults are filled in. Every rule
 * runs, whatever else is wrong, so that all problems are reported; a scenario with problems is not used.
 */
import { CONNECTIONS_MAX, EVENT_LOG_BYTES_MAX, PROGRAM_MEMORY_MB_MAX } from "../base/limits.ts";
import { nsFromSeconds } from "../base/units.ts";
import type { CheckTls, CompilePattern } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { checkVariables } from "./check-variables.ts";
import type { ScenarioFiles } from "./files.ts";
import { FILE_START, type Report } from "./problem.ts";
import { resolveCriteria } from "./resolve-criteria.ts";
import { resolveData } from "./resolve-data.ts";
import { resolveFlows } from "./resolve-flows.ts";
import { resolveRequests } from "./resolve-requests.ts";
import { resolveResponses } from "./resolve-responses.ts";
import { type Overrides, resolveRun } from "./resolve-run.ts";
import { resolveTargets } from "./resolve-target.ts";
import { BYTES_PER_MB, type LimitsValue, SCENARIO_SHAPE, type ScenarioValue } from "./scenario-shape.ts";
import { parseSeed, SEED_WORDS } from "./seed.ts";
import { TemplateScope } from "./template-scope.ts";
import type { ValueSource } from "./value-source.ts";

export interface ResolveOptions {
  /** The scenario file's path, for its default name. */
  readonly path: string;
  readonly overrides: Overrides;
  readonly files: ScenarioFiles;
  readonly checkTls: CheckTls;
  readonly compilePattern: CompilePattern | null;
  readonly values: ValueSource;
  readonly report: Report;
}

/** The scenario, or null when the run cannot be known. It is of use only when the report holds no problem. */
export function resolveScenario(value: ScenarioValue, options: ResolveOptions): Scenario | null {
  const { overrides, files, checkTls, compilePattern, values, report } = options;
  const { fields } = value;
  const limits = resolveLimits(fields.limits);
  const openData = resolveData(value, values, report);
  const responses = resolveResponses(fields.requests?.value ?? [], openData.names, compilePattern, report);
  const scope = new TemplateScope(openData, responses.variables, values, report);
  const targets = resolveTargets(value, limits.connectionsMax, files, checkTls, scope, report);
  const requests = resolveRequests(value, targets, files, scope, report);
  const data = openData.finish();
  const { flows, sources } = resolveFlows(value, requests, report);
  checkVariables(scope.uses, flows, responses, requests, report);
  const seed = resolveSeed(overrides.seed, report) ?? fields.runtime?.fields.prng_seed?.value ?? null;
  const run = resolveRun(value, sources, overrides, report);
  const criteria = resolveCriteria(fields.assertions, requests, run?.durationNs ?? null, report);
  if (run === null) return null;
  const { graceful_stop_seconds: graceful } = SCENARIO_SHAPE.keys.runtime.keys;
  return {
    metadata: resolveMetadata(value, options.path),
    ...run,
    seed,
    gracefulStopNs: nsFromSeconds(fields.runtime?.fields.graceful_stop_seconds?.value ?? graceful.default),
    targets,
    requests,
    flows,
    data,
    secrets: scope.secrets,
    variables: responses.variables,
    captures: responses.captures,
    rules: responses.rules,
    criteria,
    limits,
  };
}

function resolveMetadata({ fields }: ScenarioValue, path: string): Scenario["metadata"] {
  const given = fields.metadata?.fields;
  const { keys } = SCENARIO_SHAPE.keys.metadata;
  return {
    name: given?.name?.value ?? nameOfFile(path),
    description: given?.description?.value ?? keys.description.default,
    version: given?.version?.value ?? keys.version.default,
    author: given?.author?.value ?? keys.author.default,
    tags: given?.tags?.value.map((tag) => tag.value) ?? [],
  };
}

/** "load" for "tests/load.toml". */
function nameOfFile(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const dotAt = file.lastIndexOf(".");
  return dotAt > 0 ? file.slice(0, dotAt) : file;
}

function resolveSeed(seed: string | undefined, report: Report): string | undefined {
  if (seed === undefined) return undefined;
  const parsed = parseSeed(seed);
  if (parsed === undefined)
    report.problem(FILE_START, "the seed of the command line is no seed", `expected ${SEED_WORDS}`);
  return parsed;
}

function resolveLimits(limits: LimitsValue | undefined): Scenario["limits"] {
  const fields = limits?.fields;
  const logMb = fields?.max_event_log_size_mb?.value;
  return {
    eventLogBytesMax: logMb === undefined ? EVENT_LOG_BYTES_MAX : logMb * BYTES_PER_MB,
    connectionsMax: fields?.max_connections?.value ?? CONNECTIONS_MAX,
    memoryBytesMax: (fields?.max_memory_mb?.value ?? PROGRAM_MEMORY_MB_MAX) * BYTES_PER_MB,
  };
}
