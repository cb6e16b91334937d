/**
 * The gate between a ledger and the fold of a filtered analysis. Which requests are counted was judged in a first pass
 * over the file, when both halves of each were known; this second pass lets both halves in or neither. So every entry
 * comes to the fold at its own place in time, and the books of the part balance as those of the whole do.
 */
import type { BitSet } from "../base/bit-set.ts";
import { type Entry, KIND } from "../model/entry.ts";
import { isOfRequest } from "./request-join.ts";

const IDLE = 0;
const KEPT = 1;
const LEFT_OUT = 2;

export class KeptRequests {
  readonly #kept: BitSet;
  /** By user: what is in flight. */
  readonly #state: Uint8Array;
  #issued = 0;

  /** @param kept numbers of the requests that are counted, as RequestRecord has them. */
  constructor(usersMax: number, kept: BitSet) {
    this.#kept = kept;
    this.#state = new Uint8Array(usersMax);
  }

  /**
   * Whether the fold shall see this entry. It sees all that is about no request, and what joins with nothing, so that
   * a ledger with wrong books has them in every part. Dropped arrivals were no requests yet: they are left out.
   */
  admits(entry: Entry): boolean {
    if (!isOfRequest(entry.kind)) return entry.kind !== KIND.arrival_dropped;
    const user = entry.identity;
    if (user >= this.#state.length) return true;
    if (entry.kind === KIND.request_issued) {
      this.#state[user] = this.#kept.has(this.#issued++) ? KEPT : LEFT_OUT;
      return this.#state[user] === KEPT;
    }
    const admitted = this.#state[user] !== LEFT_OUT;
    this.#state[user] = IDLE;
    return admitted;
  }
}
