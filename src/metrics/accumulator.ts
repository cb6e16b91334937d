/**
 * All that is counted for a set of requests: the whole run, one second, or one request name. The same thing three
 * times, so that a time series is a row of accumulators and a total is their merge, in any order.
 */
import { RESPONSE_REUSED } from "../model/entry.ts";
import { FAILURE_CODES, FAILURE_KINDS } from "../model/failure.ts";
import { responseOutcome } from "../model/request-record.ts";
import { Histogram } from "./histogram.ts";

const FAILURE_SLOTS = 1 + Math.max(...FAILURE_KINDS.map((kind) => FAILURE_CODES[kind]));
const STATUS_SLOTS = 1000;

export class Accumulator {
  issued = 0;
  completed = 0;
  /** Completed with a status of 400 or more that no rule asks for; of those, 500 or more. */
  statusErrors = 0;
  serverErrors = 0;
  /** Completed, but broke a rule in another way. */
  checkErrors = 0;
  failed = 0;
  timedOut = 0;
  unfinished = 0;
  /** Completed on a connection that was open already. */
  reused = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Failed requests by failure code (model/failure). */
  readonly failures = new Float64Array(FAILURE_SLOTS);
  /** Completed requests by status, 0 .. 999. */
  readonly statuses = new Float64Array(STATUS_SLOTS);
  /** Of completed requests: planned moment to last byte. */
  readonly latency = new Histogram();
  /** Of completed requests: first byte written to last byte read. */
  readonly service = new Histogram();

  /** Requests that came to an end of any kind. */
  get settled(): number {
    return this.completed + this.failed + this.timedOut + this.unfinished;
  }

  /** Requests that did not succeed: failed, timed out, or a complete response that is not what was asked for. */
  get errors(): number {
    return this.failed + this.timedOut + this.statusErrors + this.checkErrors;
  }

  addIssued(bytesOut: number): void {
    this.issued++;
    this.bytesOut += bytesOut;
  }

  /** A complete response, without its durations. `status` is 0 .. 999, `flags` are those of response_received. */
  addResponse(status: number, bytesIn: number, flags: number): void {
    this.completed++;
    this.statuses[status]!++;
    if (status >= 400 || flags > RESPONSE_REUSED) this.#judge(status, flags);
    this.bytesIn += bytesIn;
    this.reused += flags & RESPONSE_REUSED;
  }

  /** The durations of a complete response. */
  addDurations(latencyNs: number, serviceNs: number): void {
    this.latency.record(latencyNs);
    this.service.record(serviceNs);
  }

  /** @param failure a code that model/failure knows. */
  addFailed(failure: number, bytesIn: number): void {
    this.failed++;
    this.failures[failure]!++;
    this.bytesIn += bytesIn;
  }

  addTimedOut(): void {
    this.timedOut++;
  }

  addUnfinished(): void {
    this.unfinished++;
  }

  /** Adds all that `other` holds. */
  merge(other: Accumulator): void {
    this.issued += other.issued;
    this.completed += other.completed;
    this.statusErrors += other.statusErrors;
    this.serverErrors += other.serverErrors;
    this.checkErrors += other.checkErrors;
    this.failed += other.failed;
    this.timedOut += other.timedOut;
    this.unfinished += other.unfinished;
    this.reused += other.reused;
    this.bytesIn += other.bytesIn;
    this.bytesOut += other.bytesOut;
    for (let i = 0; i < FAILURE_SLOTS; i++) this.failures[i]! += other.failures[i]!;
    for (let i = 0; i < STATUS_SLOTS; i++) this.statuses[i]! += other.statuses[i]!;
    this.latency.merge(other.latency);
    this.service.merge(other.service);
  }

  reset(): void {
    this.issued = 0;
    this.completed = 0;
    this.statusErrors = 0;
    this.serverErrors = 0;
    this.checkErrors = 0;
    this.failed = 0;
    this.timedOut = 0;
    this.unfinished = 0;
    this.reused = 0;
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.failures.fill(0);
    this.statuses.fill(0);
    this.latency.reset();
    this.service.reset();
  }

  #judge(status: number, flags: number): void {
    const outcome = responseOutcome(status, flags);
    if (outcome === "check") this.checkErrors++;
    if (outcome !== "status") return;
    this.statusErrors++;
    // RFC 9110, section 15: a status that is none is treated as a 5xx.
    if (status >= 500) this.serverErrors++;
  }
}
