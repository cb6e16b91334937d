/**
 * The answers of one shard that are looked into, by the place of their user, from sending to end; and the cookies that
 * users send and are given.
 *
 *   cookies ─► tap ─► (the request is sent, its answer comes) ─► answered ─► over
 *                                          fails, is cancelled ───────────────┘
 */
import type { EntryRing } from "../../base/entry-ring.ts";
import { CAPTURED_SECRET, KIND } from "../../model/entry.ts";
import type { CookieJars } from "../../model/ports.ts";
import type { Scenario } from "../../model/scenario.ts";
import { type InspectionTools, Inspector } from "./inspector.ts";
import type { Tap } from "./tap.ts";

export interface InspectionsPlan {
  readonly scenario: Scenario;
  /** Users alive at once in the shard. */
  readonly places: number;
  readonly tools: InspectionTools;
  /** Null when no target keeps cookies. */
  readonly jars: CookieJars | null;
  /** Takes a secret that was captured to the messages of its user; called before the input that has its shadow. */
  readonly keepSecret: (place: number, capture: number, value: string) => void;
}

/** Inspections for a scenario; null when nothing in it asks for them. */
export function inspectionsFor(plan: InspectionsPlan): Inspections | null {
  return plan.scenario.rules.length === 0 && plan.jars === null ? null : new Inspections(plan);
}

export class Inspections {
  readonly #plan: InspectionsPlan;
  readonly #inspector: Inspector;
  /** By place. */
  readonly #taps: (Tap | null)[];
  /** By place: what was asked for last, of a target that keeps cookies. */
  readonly #paths: string[];

  constructor(plan: InspectionsPlan) {
    this.#plan = plan;
    this.#inspector = new Inspector(plan.scenario, plan.tools);
    this.#taps = new Array<Tap | null>(plan.places).fill(null);
    this.#paths = new Array<string>(plan.jars === null ? 0 : plan.places).fill("");
  }

  /** Inputs that `answered` adds at most. */
  get inputsMax(): number {
    return this.#inspector.inputsMax;
  }

  /** Whether users keep the target's cookies: then what they send has to come by `cookies`. */
  keepsCookies(target: number): boolean {
    return this.#plan.scenario.targets[target]!.cookies;
  }

  /** Value of the Cookie field for a request of the user; "" for none. @param path with or without a query. */
  cookies(place: number, target: number, path: string): string {
    this.#paths[place] = path;
    return this.#plan.jars?.header(place, target, path) ?? "";
  }

  /** The tap for the answer to a request that is about to be sent, for the first time or again; null for none. */
  tap(place: number, request: number, target: number): Tap | null {
    this.over(place);
    const tap = this.#inspector.tap(request, target);
    this.#taps[place] = tap;
    return tap;
  }

  /**
   * The answer is complete: adds to `inputs` what it gives and what it breaks, which stands before its own input.
   * @returns flags for that: of RESPONSE_CHECK_FAILED and RESPONSE_EXPECTED.
   */
  answered(
    inputs: EntryRing,
    place: number,
    identity: number,
    request: number,
    target: number,
    status: number,
  ): number {
    const tap = this.#taps[place]!;
    if (tap !== null && this.keepsCookies(target)) {
      this.#plan.jars?.take(place, target, this.#paths[place]!, tap.values("set-cookie"));
    }
    const { flags, broken, captured } = this.#inspector.inspect(request, status, tap);
    for (const { capture, text, secret } of captured) {
      if (secret !== null) this.#plan.keepSecret(place, capture, secret);
      inputs.pushText(KIND.value_captured, identity, secret === null ? 0 : CAPTURED_SECRET, capture, text);
    }
    for (const rule of broken) inputs.push(KIND.check_failed, identity, 0, rule);
    return flags;
  }

  /** The request at `place` is over, however it ended; at any time, also when there is none. */
  over(place: number): void {
    const tap = this.#taps[place]!;
    if (tap === null) return;
    this.#taps[place] = null;
    this.#inspector.release(tap);
  }

  /** The user at `place` is gone. */
  retired(place: number): void {
    this.#plan.jars?.forget(place);
  }
}
