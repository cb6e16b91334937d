/**
 * What can be wrong with a ledger's accounts. The ledger may be someone else's, cut off, or written by a bug, so none
 * of this throws: each discrepancy is counted by kind and said in words, in an order that does not depend on the order
 * of the entries.
 */

/** The closed list, in the order in which a report names them, with the words for one and for many. */
const WORDS = {
  never_settled: ["request was issued and never settled", "requests were issued and never settled"],
  issued_twice: [
    "request was issued while the one before it had not settled",
    "requests were issued while the one before had not settled",
  ],
  settled_unissued: ["outcome belongs to no issued request", "outcomes belong to no issued request"],
  unknown_user: [
    "entry names a user that the scenario does not have",
    "entries name users that the scenario does not have",
  ],
  too_many_users: [
    "request was issued while as many users as the scenario allows at once had one in flight",
    "requests were issued while as many users as the scenario allows at once had one in flight",
  ],
  unknown_request: [
    "entry names a request that the scenario does not have",
    "entries name requests that the scenario does not have",
  ],
  unknown_rule: [
    "entry names a rule that the scenario does not have",
    "entries name rules that the scenario does not have",
  ],
  check_unissued: ["broken rule belongs to no request in flight", "broken rules belong to no request in flight"],
  unknown_code: [
    "entry carries a status or failure code that does not exist",
    "entries carry a status or failure code that does not exist",
  ],
  unknown_shard: [
    "entry comes from a shard that the run does not have",
    "entries come from a shard that the run does not have",
  ],
  impossible_duration: [
    "response has phases longer than its latency, which is left out",
    "responses have phases longer than their latency, which is left out",
  ],
  arrival_missing: ["planned arrival neither came nor was dropped", "planned arrivals neither came nor were dropped"],
  arrival_unplanned: ["arrival came or was dropped beyond the plan", "arrivals came or were dropped beyond the plan"],
} as const;

export type Discrepancy = keyof typeof WORDS;

const DISCREPANCIES = Object.keys(WORDS) as Discrepancy[];

export class Discrepancies {
  readonly #counts = new Map<Discrepancy, number>();

  /** Counts `times` occurrences; 0 is none. */
  add(discrepancy: Discrepancy, times = 1): void {
    if (times > 0) this.#counts.set(discrepancy, (this.#counts.get(discrepancy) ?? 0) + times);
  }

  /** One line for each kind that occurred: "3 outcomes belong to no issued request". */
  describe(): string[] {
    const lines: string[] = [];
    for (const discrepancy of DISCREPANCIES) {
      const times = this.#counts.get(discrepancy);
      if (times !== undefined) lines.push(`${times} ${WORDS[discrepancy][times === 1 ? 0 : 1]}`);
    }
    return lines;
  }
}
