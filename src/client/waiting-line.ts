/**
 * Users who wait for a connection, first come, first served: a doubly linked list through the places, so that giving up
 * costs O(1).
 */
import { assert } from "../base/assert.ts";
import { NONE } from "./connections.ts";

export class WaitingLine {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #waits: Uint8Array;
  #first = NONE;
  #last = NONE;

  constructor(places: number) {
    this.#next = new Int32Array(places);
    this.#previous = new Int32Array(places);
    this.#waits = new Uint8Array(places);
  }

  get isEmpty(): boolean {
    return this.#first === NONE;
  }

  push(place: number): void {
    this.#waits[place] = 1;
    this.#next[place] = NONE;
    this.#previous[place] = this.#last;
    if (this.#last === NONE) this.#first = place;
    else this.#next[this.#last] = place;
    this.#last = place;
  }

  /** Takes the place out, wherever it stands; nothing happens when it does not wait. */
  remove(place: number): void {
    if (this.#waits[place] === 0) return;
    this.#waits[place] = 0;
    const previous = this.#previous[place]!;
    const next = this.#next[place]!;
    if (previous === NONE) this.#first = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#last = previous;
    else this.#previous[next] = previous;
  }

  /** Takes the place that has waited longest. */
  take(): number {
    const place = this.#first;
    assert(place !== NONE, "nobody waits");
    this.remove(place);
    return place;
  }
}
