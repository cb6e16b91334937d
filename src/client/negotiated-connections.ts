/**
 * A target of which only its first connection will tell what it speaks (ALPN). Until then there is one connection at
 * most and everybody else waits; then the policy for that protocol takes over. Later connections may agree on
 * something else, as the servers behind one name can differ: they carry what they can.
 */
import { assert } from "../base/assert.ts";
import { NONE } from "./connections.ts";
import type { Pool } from "./pool.ts";
import { WaitingLine } from "./waiting-line.ts";

export class NegotiatedConnections implements Pool {
  readonly connectionsMax: number;
  readonly #plain: Pool;
  readonly #multiplexed: Pool;
  /** Null until a connection has told. */
  #policy: Pool | null = null;
  /** The connection that will tell, and the user whom it is opened for. */
  #first = NONE;
  #firstPlace = NONE;
  readonly #line: WaitingLine;

  /** @param plain, multiplexed make the policies for HTTP/1.1 and HTTP/2. */
  constructor(places: number, plain: () => Pool, multiplexed: () => Pool) {
    this.#plain = plain();
    this.#multiplexed = multiplexed();
    this.connectionsMax = Math.max(this.#plain.connectionsMax, this.#multiplexed.connectionsMax);
    this.#line = new WaitingLine(places);
  }

  available(place: number): number {
    return this.#policy === null ? NONE : this.#policy.available(place);
  }

  mayOpen(): boolean {
    return this.#policy === null ? this.#first === NONE : this.#policy.mayOpen();
  }

  opened(connection: number, place: number): void {
    if (this.#policy !== null) {
      this.#policy.opened(connection, place);
      return;
    }
    assert(this.mayOpen(), "one connection is opened to learn the protocol");
    this.#first = connection;
    this.#firstPlace = place;
  }

  negotiated(isMultiplexed: boolean): void {
    if (this.#policy !== null) return;
    this.#policy = isMultiplexed ? this.#multiplexed : this.#plain;
    this.#policy.opened(this.#first, this.#firstPlace);
  }

  wait(place: number): void {
    if (this.#policy === null) this.#line.push(place);
    else this.#policy.wait(place);
  }

  giveUp(place: number): void {
    this.#line.remove(place);
    this.#policy?.giveUp(place);
  }

  update(connection: number, load: number, room: number): void {
    this.#policy?.update(connection, load, room);
  }

  leaving(connection: number): void {
    this.#policy?.leaving(connection);
  }

  closed(connection: number, place: number): void {
    if (this.#policy === null) this.#first = NONE;
    else this.#policy.closed(connection, place);
  }

  get canServe(): boolean {
    if (this.#policy === null) return !this.#line.isEmpty && this.#first === NONE;
    return !this.#line.isEmpty || this.#policy.canServe;
  }

  nextWaiting(): number {
    return this.#line.isEmpty && this.#policy !== null ? this.#policy.nextWaiting() : this.#line.take();
  }

  keptBy(place: number): number {
    return this.#policy === null ? NONE : this.#policy.keptBy(place);
  }
}
