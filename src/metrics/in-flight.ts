/**
 * The join: an outcome settles the request that the same user issued before it. Users are sequential, so one row per
 * user is the whole table: the planned moment and the request's index, in typed arrays sized once by the scenario.
 */
import type { Discrepancies } from "./discrepancies.ts";

const NONE = -1;

export class InFlight {
  readonly #plannedNs: Float64Array;
  readonly #request: Int32Array;
  readonly #discrepancies: Discrepancies;
  #count = 0;

  constructor(usersMax: number, discrepancies: Discrepancies) {
    this.#plannedNs = new Float64Array(usersMax);
    this.#request = new Int32Array(usersMax).fill(NONE);
    this.#discrepancies = discrepancies;
  }

  /** Requests issued and not settled. */
  get count(): number {
    return this.#count;
  }

  /** Opens the account of one request. A second issue before the settlement is noted and takes the place of the first. */
  issue(user: number, plannedNs: number, request: number): void {
    if (user >= this.#request.length) {
      this.#discrepancies.add("unknown_user");
      return;
    }
    if (this.#request[user] === NONE) this.#count++;
    else this.#discrepancies.add("issued_twice");
    this.#plannedNs[user] = plannedNs;
    this.#request[user] = request;
  }

  /** Closes the account. Gives the index of the request, or -1 (and notes it) when this user had issued none. */
  settle(user: number): number {
    if (user >= this.#request.length) {
      this.#discrepancies.add("unknown_user");
      return NONE;
    }
    const request = this.#request[user]!;
    if (request === NONE) {
      this.#discrepancies.add("settled_unissued");
      return NONE;
    }
    this.#request[user] = NONE;
    this.#count--;
    return request;
  }

  /** The planned moment of the request that this user issued last; valid right after `settle`. */
  plannedNs(user: number): number {
    return this.#plannedNs[user]!;
  }
}
