/** Assertions: each key of [assertions] becomes one criterion, in the order of the file. */
import type { Criterion, RequestSpec } from "../model/scenario.ts";
import type { Report } from "./problem.ts";
import { indexOfName } from "./resolve-requests.ts";
import type { AssertionsValue, CriterionName } from "./scenario-shape.ts";

/** What each key measures. */
const MEASURES: Readonly<Record<CriterionName, Criterion["measure"]>> = {
  p50_latency_ms: { kind: "latency", statistic: "p50" },
  p90_latency_ms: { kind: "latency", statistic: "p90" },
  p95_latency_ms: { kind: "latency", statistic: "p95" },
  p99_latency_ms: { kind: "latency", statistic: "p99" },
  p999_latency_ms: { kind: "latency", statistic: "p999" },
  mean_latency_ms: { kind: "latency", statistic: "mean" },
  max_latency_ms: { kind: "latency", statistic: "max" },
  error_rate_max: { kind: "error_rate" },
  success_rate_min: { kind: "success_rate" },
  rps_min: { kind: "rps" },
  status_5xx_max_rate: { kind: "status_5xx_rate" },
};

/** First those of the whole run, then those of single requests. */
export function resolveCriteria(
  assertions: AssertionsValue | undefined,
  requests: readonly RequestSpec[],
  report: Report,
): readonly Criterion[] {
  if (assertions === undefined) return [];
  const criteria = criteriaOf(assertions, null);
  const names = requests.map((request) => request.name);
  for (const [name, table] of assertions.fields.requests?.value ?? []) {
    const request = indexOfName({ value: name, at: table.key }, names, "request", report);
    if (request !== null) criteria.push(...criteriaOf(table, request));
  }
  return criteria;
}

/** The criteria of one table of assertions, for all requests or for one. */
function criteriaOf(table: Pick<AssertionsValue, "given" | "fields">, request: number | null): Criterion[] {
  const criteria: Criterion[] = [];
  for (const name of table.given.keys()) {
    if (!isCriterionName(name)) continue;
    const bound = table.fields[name];
    if (bound !== undefined) criteria.push({ name, request, measure: MEASURES[name], bound: bound.value });
  }
  return criteria;
}

function isCriterionName(name: string): name is CriterionName {
  return Object.hasOwn(MEASURES, name);
}
