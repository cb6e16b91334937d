/**
 * The join: entries in, whole requests out, each when it is settled. A user has at most one request in flight, so one
 * row per user holds all that waits, in memory that the scenario bounds.
 */
import { type Entry, FAILED_SENT, KIND, RESPONSE_REUSED } from "../model/entry.ts";
import { failureKind } from "../model/failure.ts";
import type { RequestRecord } from "../model/request-record.ts";

/** Takes one whole request. The object is reused: copy what you keep. */
export type RequestVisit = (request: RequestRecord) => void;

const NONE = -1;

export class RequestJoin {
  readonly #visit: RequestVisit;
  readonly #number: Float64Array;
  readonly #request: Int32Array;
  readonly #target: Uint8Array;
  readonly #plannedNs: Float64Array;
  readonly #latenessNs: Float64Array;
  readonly #bytesOut: Float64Array;
  readonly #record: RequestRecord = emptyRecord();
  #issued = 0;
  #lastNs = 0;

  /** @param visit gets the requests in the order in which they end. */
  constructor(usersMax: number, visit: RequestVisit) {
    this.#visit = visit;
    this.#number = new Float64Array(usersMax);
    this.#request = new Int32Array(usersMax).fill(NONE);
    this.#target = new Uint8Array(usersMax);
    this.#plannedNs = new Float64Array(usersMax);
    this.#latenessNs = new Float64Array(usersMax);
    this.#bytesOut = new Float64Array(usersMax);
  }

  /** Takes one entry. What joins with nothing (a user that the scenario does not have, an end without issue) is left out. */
  add(entry: Entry): void {
    if (entry.timeNs > this.#lastNs) this.#lastNs = entry.timeNs;
    if (!isOfRequest(entry.kind) || entry.identity >= this.#request.length) return;
    if (entry.kind === KIND.request_issued) this.#issue(entry);
    else if (this.#request[entry.identity] !== NONE) this.#settle(entry);
  }

  /** Visits the requests whose end is missing, by user. Called after the last entry. */
  close(): void {
    for (let user = 0; user < this.#request.length; user++) this.#abandon(user, this.#lastNs);
  }

  #issue(entry: Entry): void {
    const user = entry.identity;
    this.#abandon(user, entry.timeNs);
    this.#number[user] = this.#issued++;
    this.#request[user] = entry.code;
    this.#target[user] = entry.flags;
    this.#plannedNs[user] = entry.timeNs - entry.b;
    this.#latenessNs[user] = entry.b;
    this.#bytesOut[user] = entry.c;
  }

  /** The request that this user has in flight, if any, will have no end of its own. */
  #abandon(user: number, endNs: number): void {
    if (this.#request[user] === NONE) return;
    const record = this.#begin(user, endNs);
    record.settled = false;
    this.#visit(record);
  }

  #settle(entry: Entry): void {
    const record = this.#begin(entry.identity, entry.timeNs);
    switch (entry.kind) {
      case KIND.response_received:
        record.outcome = entry.code >= 400 ? "status" : "ok";
        record.status = entry.code;
        record.sent = true;
        record.reused = (entry.flags & RESPONSE_REUSED) !== 0;
        record.bytesIn = entry.a;
        record.waitNs = entry.b;
        record.ttfbNs = entry.c;
        break;
      case KIND.request_failed:
        record.outcome = "failed";
        record.failure = failureKind(entry.code) ?? `code_${entry.code}`;
        record.errno = entry.a;
        record.sent = (entry.flags & FAILED_SENT) !== 0;
        record.waitNs = entry.b;
        record.bytesIn = entry.c;
        break;
      case KIND.request_timed_out:
        record.outcome = "timed_out";
        record.failure = "request_timeout";
        break;
    }
    this.#visit(record);
  }

  /** The record of what `user` had in flight, which ends now; unfinished until somebody says otherwise. */
  #begin(user: number, endNs: number): RequestRecord {
    const record = this.#record;
    record.number = this.#number[user]!;
    record.user = user;
    record.request = this.#request[user]!;
    record.target = this.#target[user]!;
    record.plannedNs = this.#plannedNs[user]!;
    record.latenessNs = this.#latenessNs[user]!;
    record.bytesOut = this.#bytesOut[user]!;
    record.outcome = "unfinished";
    record.settled = true;
    record.endNs = endNs;
    record.status = 0;
    record.failure = "";
    record.errno = 0;
    record.sent = false;
    record.reused = false;
    record.waitNs = 0;
    record.ttfbNs = 0;
    record.bytesIn = 0;
    this.#request[user] = NONE;
    return record;
  }
}

/** Whether an entry of this kind issues or settles a request. */
export function isOfRequest(kind: number): boolean {
  return kind >= KIND.request_issued && kind <= KIND.request_unfinished;
}

function emptyRecord(): RequestRecord {
  return {
    number: 0,
    user: 0,
    request: 0,
    target: 0,
    plannedNs: 0,
    latenessNs: 0,
    bytesOut: 0,
    outcome: "unfinished",
    settled: false,
    endNs: 0,
    status: 0,
    failure: "",
    errno: 0,
    sent: false,
    reused: false,
    waitNs: 0,
    ttfbNs: 0,
    bytesIn: 0,
  };
}
