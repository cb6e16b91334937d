/** One connection per user, kept between its requests. */
import { assert, fail } from "../base/assert.ts";
import { NONE } from "./connections.ts";
import type { Pool } from "./pool.ts";

export class OwnConnections implements Pool {
  readonly connectionsMax: number;
  readonly canServe = false;
  readonly #byPlace: Int32Array;

  constructor(places: number) {
    this.connectionsMax = places;
    this.#byPlace = new Int32Array(places).fill(NONE);
  }

  available(place: number): number {
    return this.#byPlace[place]!;
  }

  mayOpen(): boolean {
    return true;
  }

  opened(connection: number, place: number): void {
    assert(this.#byPlace[place] === NONE, "a user has one connection");
    this.#byPlace[place] = connection;
  }

  negotiated(): void {}

  wait(): void {
    fail("a user with its own connection never waits for one");
  }

  giveUp(): void {}

  update(): void {}

  leaving(): void {}

  closed(connection: number, place: number): void {
    assert(this.#byPlace[place] === connection, "a user loses the connection that it had");
    this.#byPlace[place] = NONE;
  }

  nextWaiting(): number {
    fail("a user with its own connection never waits for one");
  }

  keptBy(place: number): number {
    return this.#byPlace[place]!;
  }
}
