/**
 * At most `connectionsMax` connections, shared by all users, one request on each at a time. The one that was idle for
 * the shortest time is used first; users who find none wait.
 */
import { assert } from "../base/assert.ts";
import { NONE } from "./connections.ts";
import type { Pool } from "./pool.ts";
import { WaitingLine } from "./waiting-line.ts";

export class SharedConnections implements Pool {
  readonly connectionsMax: number;
  readonly #idle: Int32Array;
  #idleCount = 0;
  #inUse = 0;
  readonly #line: WaitingLine;

  constructor(places: number, connectionsMax: number) {
    assert(connectionsMax > 0, "a pool has connections");
    this.connectionsMax = connectionsMax;
    this.#idle = new Int32Array(connectionsMax);
    this.#line = new WaitingLine(places);
  }

  available(): number {
    return this.#idleCount === 0 ? NONE : this.#idle[this.#idleCount - 1]!;
  }

  mayOpen(): boolean {
    return this.#inUse < this.connectionsMax;
  }

  opened(): void {
    assert(this.mayOpen(), "a shared pool keeps its bound");
    this.#inUse++;
  }

  negotiated(): void {}

  wait(place: number): void {
    this.#line.push(place);
  }

  giveUp(place: number): void {
    this.#line.remove(place);
  }

  update(connection: number, _load: number, room: number): void {
    if (room > 0) this.#idle[this.#idleCount++] = connection;
    else this.#leaveIdle(connection);
  }

  leaving(): void {}

  closed(connection: number): void {
    this.#inUse--;
    this.#leaveIdle(connection);
  }

  get canServe(): boolean {
    return !this.#line.isEmpty && (this.#idleCount > 0 || this.mayOpen());
  }

  nextWaiting(): number {
    assert(this.canServe, "nobody can be served");
    return this.#line.take();
  }

  keptBy(): number {
    return NONE;
  }

  /** Mostly the last one: it is the one that `available` names. */
  #leaveIdle(connection: number): void {
    if (this.#idleCount > 0 && this.#idle[this.#idleCount - 1] === connection) {
      this.#idleCount--;
      return;
    }
    const at = this.#idle.subarray(0, this.#idleCount).indexOf(connection);
    if (at < 0) return;
    this.#idle.copyWithin(at, at + 1, this.#idleCount);
    this.#idleCount--;
  }
}
