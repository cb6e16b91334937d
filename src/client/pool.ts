/**
 * Which connection a request gets. Two policies behind one face:
 *
 *   own      each user has a connection of its own to each target (the default, as browsers and most clients do)
 *   shared   at most `maxConnections` to a target; the one that was idle for the shortest time is used first, and
 *            users who find none wait in the order in which they came
 *
 * The pool knows places and connection numbers only; it opens and sends nothing.
 */
import { assert, fail } from "../base/assert.ts";
import { NONE } from "./connections.ts";

export interface Pool {
  /** Connections that may be in use at once. */
  readonly connectionsMax: number;
  /** An idle connection for the user at `place`, or NONE. */
  idle(place: number): number;
  /** Whether a new connection may be opened. */
  mayOpen(): boolean;
  /** A connection is being opened for the user at `place`. */
  opened(connection: number, place: number): void;
  /** The user at `place` must wait until a connection is free. */
  wait(place: number): void;
  /** The user at `place` waits no longer. */
  giveUp(place: number): void;
  /** A connection became idle. */
  becameIdle(connection: number): void;
  /** A connection is gone; `place` is the user it belonged to, or NONE, and `wasIdle` says where it stood. */
  closed(connection: number, place: number, wasIdle: boolean): void;
  /** Somebody waits, and there is an idle connection or room for a new one. */
  readonly canServe: boolean;
  /** Takes the user who has waited longest; only when `canServe`. */
  nextWaiting(): number;
  /** The connection that the user at `place` keeps between requests, or NONE. */
  keptBy(place: number): number;
}

/** One connection per user. */
export class OwnConnections implements Pool {
  readonly connectionsMax: number;
  readonly #byPlace: Int32Array;

  constructor(places: number) {
    this.connectionsMax = places;
    this.#byPlace = new Int32Array(places).fill(NONE);
  }

  idle(place: number): number {
    return this.#byPlace[place]!;
  }

  mayOpen(): boolean {
    return true;
  }

  opened(connection: number, place: number): void {
    assert(this.#byPlace[place] === NONE, "a user has one connection");
    this.#byPlace[place] = connection;
  }

  wait(): void {
    fail("a user with its own connection never waits for one");
  }

  giveUp(): void {}

  becameIdle(): void {}

  closed(connection: number, place: number): void {
    assert(this.#byPlace[place] === connection, "a user loses the connection that it had");
    this.#byPlace[place] = NONE;
  }

  get canServe(): boolean {
    return false;
  }

  nextWaiting(): number {
    fail("a user with its own connection never waits for one");
  }

  keptBy(place: number): number {
    return this.#byPlace[place]!;
  }
}

/** At most `connectionsMax` connections, shared by all users. */
export class SharedConnections implements Pool {
  readonly connectionsMax: number;
  readonly #idle: Int32Array;
  #idleCount = 0;
  #inUse = 0;
  // First come, first served: a doubly linked list through the places, so that giving up costs O(1).
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #waits: Uint8Array;
  #first = NONE;
  #last = NONE;

  constructor(places: number, connectionsMax: number) {
    this.connectionsMax = connectionsMax;
    this.#idle = new Int32Array(connectionsMax);
    this.#next = new Int32Array(places);
    this.#previous = new Int32Array(places);
    this.#waits = new Uint8Array(places);
  }

  idle(): number {
    return this.#idleCount === 0 ? NONE : this.#idle[--this.#idleCount]!;
  }

  mayOpen(): boolean {
    return this.#inUse < this.connectionsMax;
  }

  opened(): void {
    assert(this.mayOpen(), "a shared pool keeps its bound");
    this.#inUse++;
  }

  wait(place: number): void {
    this.#waits[place] = 1;
    this.#next[place] = NONE;
    this.#previous[place] = this.#last;
    if (this.#last === NONE) this.#first = place;
    else this.#next[this.#last] = place;
    this.#last = place;
  }

  giveUp(place: number): void {
    if (this.#waits[place] === 0) return;
    this.#waits[place] = 0;
    const previous = this.#previous[place]!;
    const next = this.#next[place]!;
    if (previous === NONE) this.#first = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#last = previous;
    else this.#previous[next] = previous;
  }

  becameIdle(connection: number): void {
    this.#idle[this.#idleCount++] = connection;
  }

  closed(connection: number, _place: number, wasIdle: boolean): void {
    this.#inUse--;
    if (!wasIdle) return;
    const at = this.#idle.subarray(0, this.#idleCount).indexOf(connection);
    assert(at >= 0, "an idle connection is in the idle list");
    this.#idle.copyWithin(at, at + 1, this.#idleCount);
    this.#idleCount--;
  }

  get canServe(): boolean {
    return this.#first !== NONE && (this.#idleCount > 0 || this.mayOpen());
  }

  nextWaiting(): number {
    assert(this.canServe, "nobody can be served");
    const place = this.#first;
    this.giveUp(place);
    return place;
  }

  keptBy(): number {
    return NONE;
  }
}
