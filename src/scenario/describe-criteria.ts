/** Assertions in words: what must hold, and what stops the run at once when it does not. */
import { unreachable } from "../base/assert.ts";
import type { Criterion, Scenario } from "../model/scenario.ts";
import { durationWords } from "./words.ts";

export function criterionLines({ criteria, requests }: Scenario): string[] {
  if (criteria.length === 0) return ["  it runs to its end: there are no assertions"];
  return criteria.map((criterion) => {
    const whose = criterion.request === null ? "" : `${requests[criterion.request]!.name}: `;
    return `  ${whose}${criterionWords(criterion)}${abortWords(criterion)}`;
  });
}

function criterionWords({ measure, bound }: Criterion): string {
  switch (measure.kind) {
    case "latency":
      return `${measure.statistic} latency at most ${bound} ms`;
    case "error_rate":
      return `at most ${exactPercent(bound)} of requests with an error`;
    case "success_rate":
      return `at least ${exactPercent(bound)} of requests successful`;
    case "rps":
      return `at least ${bound} completed requests per second`;
    case "status_5xx_rate":
      return `at most ${exactPercent(bound)} of responses with status 5xx`;
    default:
      return unreachable(measure);
  }
}

/** A bound is shown as exactly as it was written: 0.001 is "0.1 %". */
function exactPercent(share: number): string {
  return `${Number((share * 100).toPrecision(12))} %`;
}

function abortWords({ abortAfterNs }: Criterion): string {
  if (abortAfterNs === null) return "";
  return abortAfterNs === 0 ? ", or the run stops" : `, or the run stops (from ${durationWords(abortAfterNs)} on)`;
}
