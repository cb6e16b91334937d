/**
 * From an accumulator to the counts of a summary. Four kinds of error, never mixed: failed (no complete response),
 * timed out, a status of 400 or more that no rule asks for, and a response that broke a rule otherwise. A request that
 * is unfinished at the stop is neither a success nor an error.
 */
import { FAILURE_CODES, FAILURE_KINDS } from "../model/failure.ts";
import type { ErrorCounts, ErrorKind, RequestCounts } from "../model/summary.ts";
import type { Accumulator } from "./accumulator.ts";

/** Errors by kind, in the order of model/failure; kinds that did not occur are left out. */
export function errorCounts(requests: Accumulator): ErrorCounts {
  const byKind: Partial<Record<ErrorKind, number>> = {};
  for (const kind of FAILURE_KINDS) {
    let count = requests.failures[FAILURE_CODES[kind]]!;
    if (kind === "request_timeout") count += requests.timedOut;
    if (count > 0) byKind[kind] = count;
  }
  const clientErrors = requests.statusErrors - requests.serverErrors;
  if (clientErrors > 0) byKind.status_4xx = clientErrors;
  if (requests.serverErrors > 0) byKind.status_5xx = requests.serverErrors;
  if (requests.checkErrors > 0) byKind.check_failed = requests.checkErrors;
  return { total: requests.errors, rate: fraction(requests.errors, requests.issued), by_kind: byKind };
}

/** The counts of requests; `byMethod` counts issued requests. */
export function requestCounts(
  requests: Accumulator,
  dropped: number,
  byMethod: Readonly<Record<string, number>>,
): RequestCounts {
  const byStatus: Record<string, number> = {};
  for (const [status, count] of requests.statuses.entries()) {
    if (count > 0) byStatus[status] = count;
  }
  const success = requests.completed - requests.statusErrors - requests.checkErrors;
  return {
    planned: requests.issued + dropped,
    total: requests.issued,
    dropped,
    success,
    failed: requests.errors,
    unfinished: requests.unfinished,
    success_rate: fraction(success, requests.issued),
    by_method: byMethod,
    by_status: byStatus,
  };
}

function fraction(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
