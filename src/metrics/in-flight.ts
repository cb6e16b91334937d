/**
 * The join: an outcome settles the request that the same user issued before it. Users are sequential, so one row per
 * user that is there at once is the whole table: the planned moment and the request's index, in typed arrays sized once
 * by the scenario. A user of a closed model keeps its row, an arrival has one while its request is in flight.
 */
import { NO_PLACE, Places } from "../base/places.ts";
import type { Discrepancies } from "./discrepancies.ts";

const NONE = -1;

/** How many users there are. A Scenario fits. */
export interface UserBounds {
  /** Alive at once, at most. */
  readonly usersMax: number;
  /** All that the run may ever have: identities are below this. */
  readonly identities: number;
}

export class InFlight {
  readonly #identities: number;
  /** Null where users are known beforehand: then the place of user i is i, without a call for each entry. */
  readonly #pool: Places | null;
  /** By place. */
  readonly #plannedNs: Float64Array;
  readonly #request: Int32Array;
  readonly #discrepancies: Discrepancies;
  #settledPlace = 0;
  #count = 0;

  constructor({ usersMax, identities }: UserBounds, discrepancies: Discrepancies) {
    this.#identities = identities;
    this.#pool = identities === usersMax ? null : Places.pooled(usersMax);
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
    const place = user >= this.#identities ? NO_PLACE : this.#pool === null ? user : this.#pool.take(user);
    if (place === NO_PLACE) {
      this.#discrepancies.add(user < this.#identities ? "too_many_users" : "unknown_user");
      return;
    }
    if (this.#request[place] === NONE) this.#count++;
    else this.#discrepancies.add("issued_twice");
    this.#plannedNs[place] = plannedNs;
    this.#request[place] = request;
  }

  /** Closes the account. Gives the index of the request, or -1 (and notes it) when this user had issued none. */
  settle(user: number): number {
    const place = this.#placeOf(user);
    const request = place === NO_PLACE ? NONE : this.#request[place]!;
    if (request === NONE) {
      this.#discrepancies.add(user < this.#identities ? "settled_unissued" : "unknown_user");
      return NONE;
    }
    this.#request[place] = NONE;
    if (this.#pool !== null) this.#pool.release(place);
    this.#settledPlace = place;
    this.#count--;
    return request;
  }

  /** Index of the request that this user has in flight; -1 for none. */
  requestOf(user: number): number {
    const place = this.#placeOf(user);
    return place === NO_PLACE ? NONE : this.#request[place]!;
  }

  #placeOf(user: number): number {
    if (user >= this.#identities) return NO_PLACE;
    return this.#pool === null ? user : this.#pool.find(user);
  }

  /** The planned moment of the request that was settled last; valid right after `settle`. */
  get settledPlannedNs(): number {
    return this.#plannedNs[this.#settledPlace]!;
  }
}
