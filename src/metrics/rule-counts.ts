/** How often each rule of the scenario was broken, and kept by the other complete responses of its request. */
import type { Entry } from "../model/entry.ts";
import type { Accumulator } from "./accumulator.ts";
import type { Discrepancies } from "./discrepancies.ts";
import type { InFlight } from "./in-flight.ts";

/** A rule as far as it is counted. One of a Scenario fits. */
export interface CountedRule {
  /** Index of the request that it is about. */
  readonly request: number;
  readonly words: string;
}

export class BrokenRules {
  readonly #rules: readonly CountedRule[];
  readonly #inFlight: InFlight;
  readonly #discrepancies: Discrepancies;
  /** By rule. */
  readonly #failed: Float64Array;

  constructor(rules: readonly CountedRule[], inFlight: InFlight, discrepancies: Discrepancies) {
    this.#rules = rules;
    this.#inFlight = inFlight;
    this.#discrepancies = discrepancies;
    this.#failed = new Float64Array(rules.length);
  }

  /** Takes a check_failed, which comes before the response that it is about. */
  add(entry: Entry): void {
    const rule = this.#rules[entry.code];
    if (rule === undefined) this.#discrepancies.add("unknown_rule");
    else if (this.#inFlight.requestOf(entry.identity) !== rule.request) this.#discrepancies.add("check_unissued");
    else this.#failed[entry.code]!++;
  }

  /** By rule. @param byRequest the accounts of each request. */
  counts(byRequest: readonly Accumulator[]): { readonly failed: number; readonly passed: number }[] {
    return this.#rules.map(({ request }, i) => {
      const failed = this.#failed[i]!;
      return { failed, passed: Math.max(0, byRequest[request]!.completed - failed) };
    });
  }
}
