/**
 * The parameters of one request: those of the query and the one in the path, read by name with their bounds. A value
 * that is none, or out of bounds, is the caller's mistake: a BadParameter, which becomes a 400 that says what is wrong.
 * Names that a route does not know are ignored, so that a load test may add its own.
 */
import { isSeed } from "../base/prng.ts";
import { NS_PER_MS } from "../base/units.ts";
import { DELAY_MS_MAX } from "./bounds.ts";

/** A request asks for something that cannot be; the message is the text of the 400. */
export class BadParameter extends Error {
  override readonly name = "BadParameter";
}

/** Bounds of an integer parameter, and its value where the request does not name it (null: it must). */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
  readonly fallback: number | null;
}

export class Params {
  readonly #values: URLSearchParams;

  /** @param query what follows the "?" of a URL. */
  constructor(query: string) {
    this.#values = new URLSearchParams(query);
  }

  /** Adds the value that a route's path carries; it overrides one of the same name in the query. */
  setFromPath(name: string, value: string): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  integer(name: string, range: IntegerRange): number {
    const text = this.#values.get(name);
    if (text === null && range.fallback !== null) return range.fallback;
    const value = text !== null && /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= range.min && value <= range.max)) {
      throw bad(name, `an integer between ${range.min} and ${range.max}`, text);
    }
    return value;
  }

  /** A time written in milliseconds with at most three decimals, in ns. */
  ms(name: string, fallbackMs: number | null): number {
    const text = this.#values.get(name);
    if (text === null && fallbackMs !== null) return fallbackMs * NS_PER_MS;
    const value = text !== null && /^[0-9]{1,9}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= DELAY_MS_MAX)) throw bad(name, `milliseconds between 0 and ${DELAY_MS_MAX}`, text);
    return Math.round(value * NS_PER_MS);
  }

  /** A fraction between 0 and 1. */
  ratio(name: string, fallback: number): number {
    const text = this.#values.get(name);
    if (text === null) return fallback;
    const value = /^[0-9]?(\.[0-9]+)?$/.test(text) && text !== "" ? Number(text) : Number.NaN;
    if (!(value <= 1)) throw bad(name, "a number between 0 and 1", text);
    return value;
  }

  /** One word out of `words`; the first is the default. */
  choice<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
    const text = this.#values.get(name);
    if (text === null) return words[0];
    const word = words.find((known) => known === text);
    if (word === undefined) throw bad(name, `one of ${words.join(", ")}`, text);
    return word;
  }

  /** An unsigned 64-bit decimal. */
  seed(name: string, fallback: string): string {
    const text = this.#values.get(name) ?? fallback;
    if (!isSeed(text)) throw bad(name, "an unsigned 64-bit integer", text);
    return text;
  }
}

function bad(name: string, expected: string, found: string | null): BadParameter {
  const shown = found === null ? "missing" : `"${found.slice(0, 40)}"`;
  return new BadParameter(`parameter ${name} must be ${expected}; it is ${shown}`);
}
