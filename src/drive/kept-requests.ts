/**
 * The gate between a ledger and the fold of a filtered analysis. Which requests are counted was judged in a first pass
 * over the file, when both halves of each were known; this second pass lets both halves in or neither. So every entry
 * comes to the fold at its own place in time, and the books of the part balance as those of the whole do.
 */
import type { BitSet } from "../base/bit-set.ts";
import { NO_PLACE, Places } from "../base/places.ts";
import type { UserBounds } from "../metrics/in-flight.ts";
import { type Entry, KIND } from "../model/entry.ts";
import { isOfRequest } from "./request-join.ts";

const IDLE = 0;
const KEPT = 1;
const LEFT_OUT = 2;

export class KeptRequests {
  readonly #kept: BitSet;
  readonly #identities: number;
  readonly #places: Places;
  /** By place: what is in flight. */
  readonly #state: Uint8Array;
  #issued = 0;

  /** @param kept numbers of the requests that are counted, as RequestRecord has them. */
  constructor({ usersMax, identities }: UserBounds, kept: BitSet) {
    this.#kept = kept;
    this.#identities = identities;
    this.#places = Places.among(identities, usersMax);
    this.#state = new Uint8Array(usersMax);
  }

  /**
   * Whether the fold shall see this entry. It sees all that is about no request, and what joins with nothing, so that
   * a ledger with wrong books has them in every part. Dropped arrivals were no requests yet: they are left out.
   */
  admits(entry: Entry): boolean {
    const { kind, identity } = entry;
    const isOfResponse = kind === KIND.check_failed || kind === KIND.value_captured;
    if (!isOfResponse && !isOfRequest(kind)) return kind !== KIND.arrival_dropped;
    if (identity >= this.#identities) return true;
    if (kind === KIND.request_issued) return this.#issue(identity);
    const place = this.#places.find(identity);
    if (place === NO_PLACE) return true;
    const admitted = this.#state[place] !== LEFT_OUT;
    if (!isOfResponse && this.#state[place] !== IDLE) {
      this.#state[place] = IDLE;
      this.#places.release(place);
    }
    return admitted;
  }

  /** Whether the request that this user issues is kept. */
  #issue(identity: number): boolean {
    const place = this.#places.take(identity);
    if (place === NO_PLACE) return true;
    this.#state[place] = this.#kept.has(this.#issued++) ? KEPT : LEFT_OUT;
    return this.#state[place] === KEPT;
  }
}
