/**
 * What users have captured in their present iterations. A secret comes twice: as it is, from the client, which goes no
 * further than here, and by its shadow, from the ledger's entry. A replay has the shadow alone.
 */
import { assert, fail } from "../base/assert.ts";
import { utf8Decode } from "../base/bytes.ts";
import { CAPTURED_SECRET } from "../model/entry.ts";
import type { Scenario } from "../model/scenario.ts";
import { ESCAPES, type Shadow } from "../model/template.ts";
import { HeldValue } from "./held-value.ts";

export class Variables {
  readonly #variableOf: readonly number[];
  /** By the rule that is broken when a capture finds nothing. */
  readonly #variableOfRule: ReadonlyMap<number, number>;
  readonly #variables: number;
  /** Index place * variables + variable; undefined where nothing was found. */
  readonly #values: (HeldValue | undefined)[];
  /** Secrets of which the entry has not come yet, by place * captures + capture. */
  readonly #kept = new Map<number, string>();

  constructor({ variables, captures }: Pick<Scenario, "variables" | "captures">, places: number) {
    this.#variableOf = captures.map(({ variable }) => variable);
    this.#variableOfRule = new Map(captures.map(({ rule, variable }) => [rule, variable]));
    this.#variables = variables.length;
    this.#values = new Array<HeldValue | undefined>(places * variables.length).fill(undefined);
  }

  /** Undefined when nothing was found. */
  value(place: number, variable: number): HeldValue | undefined {
    return this.#values[place * this.#variables + variable];
  }

  /** The secret itself; before `capture` is told of its shadow. */
  keepSecret(place: number, capture: number, value: string): void {
    this.#kept.set(place * this.#variableOf.length + capture, value);
  }

  /** As Messages has it. */
  capture(place: number, capture: number, flags: number, text: Uint8Array): void {
    const variable = this.#variableOf[capture];
    assert(variable !== undefined, "no such capture");
    this.#values[place * this.#variables + variable] =
      (flags & CAPTURED_SECRET) === 0 ? new HeldValue(null, null, text) : this.#secret(place, capture, text);
  }

  /** As Messages has it. */
  breakRule(place: number, rule: number): void {
    const variable = this.#variableOfRule.get(rule);
    if (variable !== undefined) this.#values[place * this.#variables + variable] = undefined;
  }

  forget(place: number): void {
    const first = place * this.#variables;
    for (let i = first; i < first + this.#variables; i++) this.#values[i] = undefined;
    if (this.#kept.size === 0) return;
    const captures = this.#variableOf.length;
    for (let capture = 0; capture < captures; capture++) this.#kept.delete(place * captures + capture);
  }

  #secret(place: number, capture: number, text: Uint8Array): HeldValue {
    const key = place * this.#variableOf.length + capture;
    const value = this.#kept.get(key) ?? null;
    this.#kept.delete(key);
    return new HeldValue(value, readShadow(utf8Decode(text)));
  }
}

/** A shadow from its JSON. What is none cannot come from our own client, but from a ledger that says it did. */
function readShadow(text: string): Shadow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    fail("a captured secret is not JSON");
  }
  assert(isShadow(value), "a captured secret is no shadow");
  return value;
}

function isShadow(value: unknown): value is Shadow {
  if (typeof value !== "object" || value === null || !("sha256" in value) || !("lengths" in value)) return false;
  const { sha256, lengths } = value;
  const isHash = typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
  return isHash && Array.isArray(lengths) && lengths.length === ESCAPES.length && lengths.every(isLength);
}

function isLength(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
