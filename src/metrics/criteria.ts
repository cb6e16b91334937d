/**
 * The assertions of a scenario, judged against a summary: then a criterion with nothing to judge has failed, because a
 * test that measured nothing proves nothing. Those that may end the run early are also judged while it is under way, by
 * what has come to an end so far: then there is time yet, and only what was measured can fail.
 */
import { unreachable } from "../base/assert.ts";
import { NS_PER_MS, NS_PER_SECOND } from "../base/units.ts";
import type { Criterion } from "../model/scenario.ts";
import type { Assertion, Distribution, ErrorCounts, RequestCounts, Summary } from "../model/summary.ts";
import type { Accumulator } from "./accumulator.ts";
import { distribution } from "./distribution.ts";
import type { CountedSoFar } from "./fold.ts";
import { errorCounts, requestCounts } from "./outcomes.ts";

/** What a criterion can ask, in the unit of its bound. */
interface Question {
  /** What is measured, in words: "p99", "error rate". */
  readonly subject: string;
  readonly relation: "<=" | ">=";
  /** Null when there was nothing to measure, and then `absence` says what was missing. */
  readonly value: number | null;
  readonly absence: string;
  /** From the bound's unit to the printed one, and that unit: 0.01 is printed as "1%". */
  readonly scale: number;
  readonly unit: string;
}

interface Measured {
  readonly requests: Pick<RequestCounts, "total" | "success_rate" | "by_status">;
  readonly latency: Distribution;
  readonly errors: ErrorCounts;
}

/** Judges every criterion, in order. `requests` are the scenario's, by index. */
export function judge(
  criteria: readonly Criterion[],
  summary: Omit<Summary, "assertions">,
  requests: readonly { readonly name: string }[],
): Assertion[] {
  return criteria.map((criterion) => {
    const name = criterion.request === null ? null : requests[criterion.request]!.name;
    const measured = name === null ? summary : summary.by_request[name]!;
    return assertion(
      name === null ? criterion.name : `${name}.${criterion.name}`,
      ask(criterion, measured, summary.runtime.duration_seconds),
      criterion.bound,
    );
  });
}

/** Whether any of the criteria may end the run before its time. */
export function mayAbort(criteria: readonly Criterion[]): boolean {
  return criteria.some(({ abortAfterNs }) => abortAfterNs !== null);
}

/**
 * Those of the criteria that may end the run at `nowNs`, and fail by all that was counted since it began.
 * @param untilNs up to when everything is counted; what comes later may be in part.
 */
export function judgeLive(
  criteria: readonly Criterion[],
  counted: CountedSoFar,
  nowNs: number,
  untilNs: number,
): Criterion[] {
  return criteria.filter((criterion) => {
    if (criterion.abortAfterNs === null || nowNs < criterion.abortAfterNs) return false;
    const requests = criterion.request === null ? counted.totals : counted.byRequest[criterion.request]!;
    const { relation, value } = ask(criterion, measuredSoFar(requests), untilNs / NS_PER_SECOND);
    return value !== null && !holds(relation, value, criterion.bound);
  });
}

/** What is in flight is neither a success nor an error yet: rates are those of the requests that have ended. */
function measuredSoFar(requests: Accumulator): Measured {
  const { settled } = requests;
  const { success, by_status } = requestCounts(requests, 0, {});
  const errors = errorCounts(requests);
  return {
    requests: { total: settled, success_rate: settled === 0 ? null : success / settled, by_status },
    latency: distribution(requests.latency),
    errors: { ...errors, rate: settled === 0 ? null : errors.total / settled },
  };
}

function ask({ measure }: Criterion, { requests, latency, errors }: Measured, seconds: number): Question {
  switch (measure.kind) {
    case "latency": {
      const ns = latency[`${measure.statistic}_ns`];
      const value = ns === null ? null : ns / NS_PER_MS;
      return { subject: measure.statistic, relation: "<=", value, absence: "no responses", scale: 1, unit: " ms" };
    }
    case "error_rate":
      return rate("error rate", "<=", errors.rate);
    case "success_rate":
      return rate("success rate", ">=", requests.success_rate);
    case "status_5xx_rate": {
      const serverErrors = errors.by_kind.status_5xx ?? 0;
      return rate("5xx rate", "<=", requests.total === 0 ? null : serverErrors / requests.total);
    }
    case "rps": {
      const completed = Object.values(requests.by_status).reduce((sum, count) => sum + count, 0);
      const value = seconds > 0 ? completed / seconds : null;
      return { subject: "throughput", relation: ">=", value, absence: "no time", scale: 1, unit: " requests/s" };
    }
    default:
      return unreachable(measure);
  }
}

function rate(subject: string, relation: "<=" | ">=", value: number | null): Question {
  return { subject, relation, value, absence: "no requests", scale: 100, unit: "%" };
}

function assertion(name: string, question: Question, bound: number): Assertion {
  const { subject, relation, value, absence, scale, unit } = question;
  const expected = `${subject} ${relation} ${plain(bound * scale, 12)}${unit}`;
  if (value === null) return { name, passed: false, expected, actual: absence };
  const passed = holds(relation, value, bound);
  return { name, passed, expected, actual: `${telling(value * scale, bound * scale)}${unit}` };
}

function holds(relation: "<=" | ">=", value: number, bound: number): boolean {
  return relation === "<=" ? value <= bound : value >= bound;
}

/**
 * `value` with three significant digits, or as many more as it takes to stay on its side of the bound: 100.02 against
 * a bound of 100 must not read "100".
 */
function telling(value: number, bound: number): string {
  for (let digits = 3; digits <= 15; digits++) {
    const text = plain(value, digits);
    if (Math.sign(Number(text) - bound) === Math.sign(value - bound)) return text;
  }
  return String(value);
}

/** At most `digits` significant digits, but all of the integer part, without trailing zeros. */
function plain(value: number, digits: number): string {
  const integerDigits = String(Math.trunc(Math.abs(value))).length;
  return String(Number(value.toPrecision(Math.max(digits, integerDigits))));
}
