/** Assertions: each key of [assertions] becomes one criterion, in the order of the file. */
import { nsFromSeconds } from "../base/units.ts";
import type { Criterion, RequestSpec } from "../model/scenario.ts";
import { ABORT_DELAY_SECONDS } from "./assertions-shape.ts";
import { FILE_START, type Report, type Span } from "./problem.ts";
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

/** The keys of [assertions], or of one request's part of it. */
type CriteriaTable = Pick<AssertionsValue, "given"> & {
  readonly fields: Omit<AssertionsValue["fields"], "requests">;
};

/** A bound with what else is said about it. */
type BoundTable = Exclude<NonNullable<AssertionsValue["fields"][CriterionName]>, { readonly value: number }>;

/** Whether a criterion may stop the run, when, and where the file says so. */
interface Abort {
  readonly onFail: boolean;
  readonly delayNs: number;
  readonly at: Span;
}

const NO_ABORT: Abort = { onFail: false, delayNs: nsFromSeconds(ABORT_DELAY_SECONDS), at: FILE_START };

/** First those of the whole run, then those of single requests. @param durationNs of the run; null: not known. */
export function resolveCriteria(
  assertions: AssertionsValue | undefined,
  requests: readonly RequestSpec[],
  durationNs: number | null,
  report: Report,
): readonly Criterion[] {
  if (assertions === undefined) return [];
  const late = new Set<Span>();
  const endNs = durationNs ?? Number.POSITIVE_INFINITY;
  const abort = abortOf(assertions, NO_ABORT);
  const all = criteriaOf(assertions, null, abort, endNs, late, report);
  const names = requests.map((request) => request.name);
  for (const [name, table] of assertions.fields.requests?.value ?? []) {
    const request = indexOfName({ value: name, at: table.key }, names, "request", report);
    if (request === null) continue;
    const criteria = criteriaOf(table, request, abortOf(table, abort), endNs, late, report);
    warnOfDelay(table, criteria, report);
    all.push(...criteria);
  }
  warnOfDelay(assertions, all, report);
  for (const at of late) report.warning(at, "the run ends before this may stop it");
  return all;
}

/** What a table of assertions says for all its keys, else what the one above it does. */
function abortOf({ fields, given }: CriteriaTable, above: Abort): Abort {
  const delay = fields.abort_delay_seconds;
  return {
    onFail: fields.abort_on_fail?.value ?? above.onFail,
    delayNs: delay === undefined ? above.delayNs : nsFromSeconds(delay.value),
    at: given.get("abort_delay_seconds") ?? given.get("abort_on_fail") ?? above.at,
  };
}

/**
 * The criteria of one table of assertions, for all requests or for one.
 * @param late gets the places of what could stop the run only after `endNs`.
 */
function criteriaOf(
  table: CriteriaTable,
  request: number | null,
  ofTable: Abort,
  endNs: number,
  late: Set<Span>,
  report: Report,
): Criterion[] {
  const criteria: Criterion[] = [];
  for (const name of table.given.keys()) {
    if (!isCriterionName(name)) continue;
    const value = table.fields[name];
    const limit = value === undefined || "value" in value ? value : value.fields.limit;
    if (value === undefined || limit === undefined) continue;
    const abort = "value" in value ? ofTable : abortOfValue(value, ofTable, report);
    const abortAfterNs = abort.onFail ? abort.delayNs : null;
    if (abortAfterNs !== null && abortAfterNs >= endNs) late.add(abort.at);
    criteria.push({ name, request, measure: MEASURES[name], bound: limit.value, abortAfterNs });
  }
  return criteria;
}

function abortOfValue({ fields, given }: BoundTable, ofTable: Abort, report: Report): Abort {
  const delay = fields.delay_seconds;
  const onFail = fields.abort_on_fail?.value ?? ofTable.onFail;
  if (delay !== undefined && !onFail) {
    report.warning(delay.key, "`delay_seconds` changes nothing", "it goes with `abort_on_fail = true`");
  }
  return {
    onFail,
    delayNs: delay === undefined ? ofTable.delayNs : nsFromSeconds(delay.value),
    at: given.get("delay_seconds") ?? given.get("abort_on_fail") ?? ofTable.at,
  };
}

/** Warns of a delay that is nobody's. @param criteria those that the table could be about. */
function warnOfDelay({ fields }: CriteriaTable, criteria: readonly Criterion[], report: Report): void {
  const delay = fields.abort_delay_seconds;
  if (delay === undefined || criteria.some((criterion) => criterion.abortAfterNs !== null)) return;
  report.warning(delay.key, "`abort_delay_seconds` changes nothing", "it goes with `abort_on_fail = true`");
}

function isCriterionName(name: string): name is CriterionName {
  return Object.hasOwn(MEASURES, name);
}
