/** What a response must be (rules), and what is taken from it (captures). */

/** Where a value is found in a response. */
export type Finder =
  /** RFC 6901, split into unescaped reference tokens. A text is found as it is, anything else as JSON, and null is not. */
  | { readonly kind: "json"; readonly pointer: readonly string[] }
  /** Name in lower case; the first of several. */
  | { readonly kind: "header"; readonly name: string }
  /** A regular expression of RE2 over the body as UTF-8, in which "." is a line's end too; what its first group matches. */
  | { readonly kind: "regex"; readonly source: string }
  /** The value of a Set-Cookie with this name. */
  | { readonly kind: "cookie"; readonly name: string };

/** A value that a response gives to the rest of its iteration. */
export interface Capture {
  /** Index into `requests`. */
  readonly request: number;
  /** Index into `variables`. */
  readonly variable: number;
  readonly finder: Finder;
  /** The ledger has the value's shadow only. */
  readonly secret: boolean;
  /** Index of the rule that is broken when nothing is found. */
  readonly rule: number;
}

export type JsonScalar = string | number | boolean | null;

/** What makes a response one that was asked for. */
export type Check =
  /** The status is in one of these ranges, both ends included. */
  | { readonly kind: "status"; readonly ranges: readonly (readonly [from: number, to: number])[] }
  /** A field of this name (lower case) has this value. */
  | { readonly kind: "header"; readonly name: string; readonly value: string }
  | { readonly kind: "body_contains"; readonly text: string }
  | { readonly kind: "json"; readonly pointer: readonly string[]; readonly value: JsonScalar }
  /** Content as it was sent, before it is decoded. */
  | { readonly kind: "body_bytes_max"; readonly bytes: number }
  /** Index into `captures`: it found something. */
  | { readonly kind: "captured"; readonly capture: number };

export interface Rule {
  /** Index into `requests`. */
  readonly request: number;
  readonly check: Check;
  /** In words, unique within its request: `status 2xx`, `json /status = "ok"`, `captures token`. */
  readonly words: string;
}

export const ON_FAILURES = ["continue", "restart", "stop"] as const;
/**
 * What a user does after a request that failed, timed out, or broke a rule:
 *
 * continue   the next step, as if nothing had happened
 * restart    the iteration is over, and the next one begins (an arrival has none, and leaves)
 * stop       the user leaves for good
 */
export type OnFailure = (typeof ON_FAILURES)[number];
