/**
 * A bounded number of connections, each of which carries several requests at once. All of them are opened before one
 * is given a second request; after that the one with the fewest requests is next, of several the one that came to that
 * number last.
 *
 *   lists by load:   0: c7 ─ c2     1: c4     2: (none)     3: c9 ─ c1
 *
 * A connection that the peer is leaving is in no list, and does not count against the bound: another is opened in its
 * place while it finishes what it has.
 */
import { assert } from "../base/assert.ts";
import { NONE } from "./connections.ts";
import type { Pool } from "./pool.ts";
import { WaitingLine } from "./waiting-line.ts";

/** What the pool knows of one connection. */
interface Member {
  readonly connection: number;
  load: number;
  isListed: boolean;
  isLeaving: boolean;
  previous: Member | null;
  next: Member | null;
}

export class MultiplexedConnections implements Pool {
  readonly connectionsMax: number;
  readonly #bound: number;
  readonly #members = new Map<number, Member>();
  /** By load: the first of those that have room. */
  readonly #lists: (Member | null)[] = [];
  /** No list below this one has a member. */
  #lowest = 0;
  #listed = 0;
  /** Members that are not leaving. */
  #staying = 0;
  readonly #line: WaitingLine;

  /** @param bound connections that are not leaving. */
  constructor(places: number, bound: number) {
    assert(bound > 0, "a pool has connections");
    this.#bound = bound;
    // As many again may be finishing what they have.
    this.connectionsMax = 2 * bound;
    this.#line = new WaitingLine(places);
  }

  available(): number {
    if (this.#listed === 0) return NONE;
    while ((this.#lists[this.#lowest] ?? null) === null) this.#lowest++;
    return this.#lowest > 0 && this.mayOpen() ? NONE : this.#lists[this.#lowest]!.connection;
  }

  mayOpen(): boolean {
    return this.#staying < this.#bound && this.#members.size < this.connectionsMax;
  }

  opened(connection: number): void {
    assert(this.mayOpen(), "a pool keeps its bound");
    const member = { connection, load: 0, isListed: false, isLeaving: false, previous: null, next: null };
    this.#members.set(connection, member);
    this.#staying++;
  }

  negotiated(): void {}

  wait(place: number): void {
    this.#line.push(place);
  }

  giveUp(place: number): void {
    this.#line.remove(place);
  }

  update(connection: number, load: number, room: number): void {
    const member = this.#memberOf(connection);
    const isListed = room > 0 && !member.isLeaving;
    if (member.isListed && isListed && member.load === load) return;
    this.#unlist(member);
    member.load = load;
    if (isListed) this.#list(member);
  }

  leaving(connection: number): void {
    const member = this.#memberOf(connection);
    if (member.isLeaving) return;
    this.#unlist(member);
    member.isLeaving = true;
    this.#staying--;
  }

  closed(connection: number): void {
    this.leaving(connection);
    this.#members.delete(connection);
  }

  get canServe(): boolean {
    return !this.#line.isEmpty && (this.#listed > 0 || this.mayOpen());
  }

  nextWaiting(): number {
    assert(this.canServe, "nobody can be served");
    return this.#line.take();
  }

  keptBy(): number {
    return NONE;
  }

  #memberOf(connection: number): Member {
    const member = this.#members.get(connection);
    assert(member !== undefined, "the connection is one of the pool's");
    return member;
  }

  #list(member: Member): void {
    const first = this.#lists[member.load] ?? null;
    member.next = first;
    if (first !== null) first.previous = member;
    while (this.#lists.length < member.load) this.#lists.push(null);
    this.#lists[member.load] = member;
    member.isListed = true;
    this.#listed++;
    if (member.load < this.#lowest) this.#lowest = member.load;
  }

  #unlist(member: Member): void {
    if (!member.isListed) return;
    if (member.previous === null) this.#lists[member.load] = member.next;
    else member.previous.next = member.next;
    if (member.next !== null) member.next.previous = member.previous;
    member.previous = null;
    member.next = null;
    member.isListed = false;
    this.#listed--;
  }
}
