/**
 * The requests of one shard that are in flight, at most one for each place of a user, as struct-of-arrays; and what is
 * recorded when they end.
 *
 * An end is reported between turns, when the time of the next turn is not known yet. So a duration that ends "now" is
 * recorded open-ended and stamped when that turn begins; a first byte gets its time then too.
 */
import { assert } from "../base/assert.ts";
import type { EntryRing } from "../base/entry-ring.ts";
import { NO_PLACE, type Places } from "../base/places.ts";
import { FAILED_SENT, KIND, RESPONSE_REUSED } from "../model/entry.ts";
import { NONE } from "./connections.ts";
import type { Inspections } from "./inspect/inspections.ts";

const UNKNOWN = -1;

export class Requests {
  /** By place: the request's index among the rendered ones; NONE when the user has none in flight. */
  readonly rendered: Int32Array;
  /** The connection that it was given; NONE while it waits for one. */
  readonly connection: Int32Array;
  /** With HTTP/2: the slot of its stream. */
  readonly stream: Int32Array;
  readonly #inputs: EntryRing;
  readonly #places: Places;
  readonly #inspections: Inspections | null;
  readonly #targetCount: number;
  readonly #plannedAtNs: Float64Array;
  /** UNKNOWN until the first byte was written. */
  readonly #sentAtNs: Float64Array;
  /** UNKNOWN until a first byte was read, 0 until the turn after that. */
  readonly #firstByteAtNs: Float64Array;
  /** Recorded inputs whose last number is a duration that ends with the turn that takes them, and since when it runs. */
  readonly #unstamped: Int32Array;
  readonly #stampFromNs: Float64Array;
  #unstampedCount = 0;
  readonly #firstBytes: Int32Array;
  #firstByteCount = 0;

  /** @param inspections looks into answers; null when nothing asks for that. */
  constructor(inputs: EntryRing, users: Places, inspections: Inspections | null, targetCount: number) {
    const places = users.capacity;
    this.#inspections = inspections;
    this.#targetCount = targetCount;
    this.#inputs = inputs;
    this.#places = users;
    this.rendered = new Int32Array(places).fill(NONE);
    this.connection = new Int32Array(places).fill(NONE);
    this.stream = new Int32Array(places);
    this.#plannedAtNs = new Float64Array(places);
    this.#sentAtNs = new Float64Array(places);
    this.#firstByteAtNs = new Float64Array(places);
    this.#unstamped = new Int32Array(inputs.capacity);
    this.#stampFromNs = new Float64Array(inputs.capacity);
    this.#firstBytes = new Int32Array(places);
  }

  /** The place of the user with this identity; NO_PLACE for one who is not there. */
  placeOf(identity: number): number {
    return this.#places.find(identity);
  }

  identityOf(place: number): number {
    return this.#places.identityOf(place);
  }

  /** Whether the first byte of the request was written. */
  isSent(place: number): boolean {
    return this.#sentAtNs[place] !== UNKNOWN;
  }

  /** A turn begins: what was recorded since the last one gets its time. */
  stamp(nowNs: number): void {
    for (let i = 0; i < this.#unstampedCount; i++) this.#inputs.c[this.#unstamped[i]!] = nowNs - this.#stampFromNs[i]!;
    this.#unstampedCount = 0;
    for (let i = 0; i < this.#firstByteCount; i++) this.#firstByteAtNs[this.#firstBytes[i]!] = nowNs;
    this.#firstByteCount = 0;
  }

  /** A user comes. Places are taken and given back in the order of the engine's commands, and so are as the engine's. */
  spawned(identity: number): void {
    const place = this.#places.take(identity);
    assert(place !== NO_PLACE, "there is a place for every user that may be alive");
  }

  /** The user with this identity sends a request; returns the place. */
  issue(identity: number, rendered: number, plannedAtNs: number): number {
    const place = this.#places.find(identity);
    assert(place !== NO_PLACE, "a user that sends was spawned");
    assert(this.rendered[place] === NONE, "a user has one request in flight");
    this.rendered[place] = rendered;
    this.#plannedAtNs[place] = plannedAtNs;
    this.#sentAtNs[place] = UNKNOWN;
    this.#firstByteAtNs[place] = UNKNOWN;
    return place;
  }

  /** The user at `place` has left. */
  retired(place: number): void {
    this.#inspections?.retired(place);
    this.#places.release(place);
  }

  sent(place: number, connection: number, nowNs: number): void {
    this.connection[place] = connection;
    this.#sentAtNs[place] = nowNs;
  }

  /** The peer never saw it: it waits for a connection again. */
  returned(place: number): void {
    this.connection[place] = NONE;
    this.#sentAtNs[place] = UNKNOWN;
    this.#firstByteAtNs[place] = UNKNOWN;
  }

  noteFirstByte(place: number): void {
    if (this.#firstByteAtNs[place] !== UNKNOWN) return;
    this.#firstByteAtNs[place] = 0;
    this.#firstBytes[this.#firstByteCount++] = place;
  }

  /** Its answer is complete. @param reused whether the connection had served before. */
  answered(place: number, reused: boolean, status: number, bytesIn: number): void {
    const sentAtNs = this.#sentAtNs[place]!;
    const firstByteAtNs = this.#firstByteAtNs[place]!;
    const identity = this.identityOf(place);
    let flags = reused ? RESPONSE_REUSED : 0;
    if (this.#inspections !== null) flags |= this.#inspect(this.#inspections, place, identity, status);
    const at = this.#inputs.push(
      KIND.response_received,
      identity,
      flags,
      status,
      bytesIn,
      sentAtNs - this.#plannedAtNs[place]!,
      firstByteAtNs > 0 ? firstByteAtNs - sentAtNs : 0,
    );
    if (firstByteAtNs <= 0) this.stampLater(at, sentAtNs);
    this.settled(place);
  }

  /** Looks into its answer; returns the flags that come of it. */
  #inspect(inspections: Inspections, place: number, identity: number, status: number): number {
    const rendered = this.rendered[place]!;
    const target = rendered % this.#targetCount;
    const request = (rendered - target) / this.#targetCount;
    return inspections.answered(this.#inputs, place, identity, request, target, status);
  }

  /** It has no complete answer, though some of it was sent. */
  failed(place: number, failure: number, errno: number, bytesIn: number): void {
    const waitNs = this.#sentAtNs[place]! - this.#plannedAtNs[place]!;
    this.#inputs.push(KIND.request_failed, this.identityOf(place), FAILED_SENT, failure, errno, waitNs, bytesIn);
    this.settled(place);
  }

  /** It failed before any of it was sent. */
  failedUnsent(place: number, failure: number, errno: number): void {
    this.#inputs.push(KIND.request_failed, this.identityOf(place), 0, failure, errno);
    this.settled(place);
  }

  /** It is over, and nothing more is to be recorded of it. */
  settled(place: number): void {
    this.#inspections?.over(place);
    this.rendered[place] = NONE;
    this.connection[place] = NONE;
  }

  /** The input at ring index `at` ends with a duration since `fromNs`. */
  stampLater(at: number, fromNs: number): void {
    this.#unstamped[this.#unstampedCount] = at;
    this.#stampFromNs[this.#unstampedCount++] = fromNs;
  }
}
