/**
 * A request from its plan to its end: a `request_issued` joined with the entry that settles it. Filters and timelines
 * speak of these, never of the two halves.
 */

import { isSuccess, RESPONSE_EXPECTED } from "./entry.ts";

/**
 * How it ended. `status` is a complete response of 400 or more that no rule asks for, `check` one that broke a rule
 * otherwise; `unfinished` has no end of its own.
 */
export type RequestOutcome = "ok" | "status" | "check" | "failed" | "timed_out" | "unfinished";

/** The outcome that a complete response is. @param flags of response_received. */
export function responseOutcome(status: number, flags: number): "ok" | "status" | "check" {
  if (isSuccess(status, flags)) return "ok";
  return status >= 400 && (flags & RESPONSE_EXPECTED) === 0 ? "status" : "check";
}

/** Times are ns since the run began, durations ns. What the ledger does not say of an outcome is 0, "" or false. */
export interface RequestRecord {
  /** Number of its `request_issued` among those of known users in the file, from 0. */
  number: number;
  user: number;
  /** Index of the request in the scenario. */
  request: number;
  /** Index of the target. */
  target: number;
  plannedNs: number;
  /** How much later than planned it was issued. */
  latenessNs: number;
  bytesOut: number;
  outcome: RequestOutcome;
  /** False for a request whose end is missing: the ledger was cut off while it was in flight. */
  settled: boolean;
  /** The last byte of the response, or the moment at which it failed or was given up. */
  endNs: number;
  /** 0 when there was no complete response. */
  status: number;
  /** A failure kind (model/failure), also for a time-out; "" when there was none. */
  failure: string;
  /** The operating system's error number, 0 for none. */
  errno: number;
  /** Bytes of the request were sent, as far as the ledger says. */
  sent: boolean;
  /** Answered on a connection that had served before. */
  reused: boolean;
  /** From the planned moment to the first byte written. */
  waitNs: number;
  /** From the first byte written to the first byte read. */
  ttfbNs: number;
  bytesIn: number;
}
