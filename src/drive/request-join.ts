/**
 * The join: entries in, whole requests out, each when it is settled. A user has at most one request in flight, so one
 * row per user that is there at once holds all that waits, in memory that the scenario bounds.
 */
import { NO_PLACE, Places } from "../base/places.ts";
import type { UserBounds } from "../metrics/in-flight.ts";
import { type Entry, FAILED_SENT, KIND, RESPONSE_REUSED } from "../model/entry.ts";
import { failureKind } from "../model/failure.ts";
import { type RequestRecord, responseOutcome } from "../model/request-record.ts";

/** Takes one whole request. The object is reused: copy what you keep. */
export type RequestVisit = (request: RequestRecord) => void;

const NONE = -1;

export class RequestJoin {
  readonly #visit: RequestVisit;
  readonly #identities: number;
  readonly #places: Places;
  /** By place. */
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
  constructor({ usersMax, identities }: UserBounds, visit: RequestVisit) {
    this.#visit = visit;
    this.#identities = identities;
    this.#places = Places.among(identities, usersMax);
    this.#number = new Float64Array(usersMax);
    this.#request = new Int32Array(usersMax).fill(NONE);
    this.#target = new Uint8Array(usersMax);
    this.#plannedNs = new Float64Array(usersMax);
    this.#latenessNs = new Float64Array(usersMax);
    this.#bytesOut = new Float64Array(usersMax);
  }

  /**
   * Takes one entry. What joins with nothing (a user that the scenario does not have or has no room for, an end without
   * issue) is left out.
   */
  add(entry: Entry): void {
    if (entry.timeNs > this.#lastNs) this.#lastNs = entry.timeNs;
    if (!isOfRequest(entry.kind) || entry.identity >= this.#identities) return;
    if (entry.kind === KIND.request_issued) {
      const place = this.#places.take(entry.identity);
      if (place !== NO_PLACE) this.#issue(entry, place);
      return;
    }
    const place = this.#places.find(entry.identity);
    if (place === NO_PLACE || this.#request[place] === NONE) return;
    this.#settle(entry, place);
    this.#places.release(place);
  }

  /** Visits the requests whose end is missing. Called after the last entry. */
  close(): void {
    for (let place = 0; place < this.#request.length; place++) this.#abandon(place, this.#lastNs);
  }

  #issue(entry: Entry, place: number): void {
    this.#abandon(place, entry.timeNs);
    this.#number[place] = this.#issued++;
    this.#request[place] = entry.code;
    this.#target[place] = entry.flags;
    this.#plannedNs[place] = entry.timeNs - entry.b;
    this.#latenessNs[place] = entry.b;
    this.#bytesOut[place] = entry.c;
  }

  /** The request that the user at `place` has in flight, if any, will have no end of its own. */
  #abandon(place: number, endNs: number): void {
    if (this.#request[place] === NONE) return;
    const record = this.#begin(place, endNs);
    record.settled = false;
    this.#visit(record);
  }

  #settle(entry: Entry, place: number): void {
    const record = this.#begin(place, entry.timeNs);
    switch (entry.kind) {
      case KIND.response_received:
        record.outcome = responseOutcome(entry.code, entry.flags);
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

  /** The record of what the user at `place` had in flight, which ends now; unfinished until somebody says otherwise. */
  #begin(place: number, endNs: number): RequestRecord {
    const record = this.#record;
    record.number = this.#number[place]!;
    record.user = this.#places.identityOf(place);
    record.request = this.#request[place]!;
    record.target = this.#target[place]!;
    record.plannedNs = this.#plannedNs[place]!;
    record.latenessNs = this.#latenessNs[place]!;
    record.bytesOut = this.#bytesOut[place]!;
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
    this.#request[place] = NONE;
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
