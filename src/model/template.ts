/**
 * Text with values in it, parsed once when the scenario is loaded. What a value is at the moment of sending follows
 * from the user, its iteration, the request's place in it, the run's seed, and what the user has captured before.
 */

/** A plain string holds no value and is sent as it is. */
export type Text = string | Template;

export interface Template {
  readonly parts: readonly Part[];
}

export type Part =
  | { readonly kind: "text"; readonly text: string }
  /** Bytes of a file, in a body. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "value"; readonly value: Value; readonly escape: Escape }
  /** What the parts give together, in base64 (RFC 4648 4); parts within have no escape. */
  | { readonly kind: "base64"; readonly parts: readonly Part[] };

/** Where a value comes from. Draws of one request are independent of one another and of every other request's. */
export type Value =
  /** The identity of the user (or arrival), decimal. */
  | { readonly kind: "user" }
  /** Iterations that the user has ended before, decimal. */
  | { readonly kind: "iteration" }
  /** RFC 9562 version 4, lower case. */
  | { readonly kind: "uuid" }
  /** Uniform in [min, max], both included; safe integers. */
  | { readonly kind: "int"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly texts: readonly string[] }
  /** So many characters of A-Z, a-z, 0-9. */
  | { readonly kind: "string"; readonly length: number }
  /** Index into the scenario's `secrets`. */
  | { readonly kind: "secret"; readonly secret: number }
  /** A column of the row that the user has in this iteration; indices into `data` and its `columns`. */
  | { readonly kind: "data"; readonly set: number; readonly column: number }
  /** Index into `variables`: what the iteration captured last under that name; "" when nothing was found. */
  | { readonly kind: "variable"; readonly variable: number };

/** How a value is written for its place. The bytes are UTF-8. */
export const ESCAPES = ["none", "header", "uri", "form", "json_text", "json_value", "url"] as const;
/**
 * none        as it is
 * header      as it is, control characters left out
 * uri         percent-encoded but for unreserved characters (RFC 3986 2.3)
 * form        as uri, with "+" for a space (application/x-www-form-urlencoded)
 * json_text   within the quotes of a JSON string (RFC 8259 7)
 * json_value  a whole JSON value: a JSON number, true, false or null as it is, anything else as a quoted string
 * url         path and query of a URL reference (RFC 3986 4.1), as the beginning of a path; for what is held, not drawn
 */
export type Escape = (typeof ESCAPES)[number];

/**
 * What is known of a value that must not be written to any file. It stands for the value wherever the ledger has to be
 * reproduced without it.
 */
export interface Shadow {
  /** HMAC-SHA-256 of the value's UTF-8 bytes under a key that is written nowhere, lower-case hex; zeros in a simulation. */
  readonly sha256: string;
  /** Bytes of the value under each escape, in the order of ESCAPES. */
  readonly lengths: readonly number[];
}

/** A value that is in no file: an environment variable. `value` is null in a replay, which has only the shadow. */
export interface Secret {
  readonly name: string;
  readonly value: string | null;
  readonly shadow: Shadow;
}
