/** A value that is used again: a secret, or what a user has captured. Its form under an escape is made when it is needed. */
import { assert } from "../base/assert.ts";
import { latin1Encode, utf8Decode, utf8Encode } from "../base/bytes.ts";
import { escaped } from "../base/escape.ts";
import { ESCAPES, type Shadow } from "../model/template.ts";
import { staysAsItIs } from "./ascii-text.ts";
import { FixedBytes } from "./fixed-bytes.ts";

const NO_ESCAPE = ESCAPES.indexOf("none");

export class HeldValue {
  /** What is hashed in place of every form; null for a value that is no secret. */
  readonly hashed: FixedBytes | null;
  readonly #text: string | null;
  readonly #lengths: readonly number[];
  /** By escape. */
  readonly #forms: (Uint8Array | undefined)[] = [];

  /**
   * @param text null for a secret that is known by its shadow only.
   * @param bytes the text as UTF-8 where the caller has it.
   */
  constructor(text: string | null, shadow: Shadow | null, bytes?: Uint8Array) {
    assert(text !== null || shadow !== null || bytes !== undefined, "a value of which nothing is known");
    this.#text = text;
    this.#lengths = shadow === null ? [] : shadow.lengths;
    this.hashed = shadow === null ? null : hashedShadow(shadow);
    if (bytes !== undefined) this.#forms[NO_ESCAPE] = bytes;
  }

  /** The bytes under the escape of that index; null when they are not known here. */
  form(way: number): Uint8Array | null {
    return this.#forms[way] ?? this.#make(way);
  }

  /** Bytes of a form that is not known. */
  lengthOf(way: number): number {
    return this.#lengths[way]!;
  }

  #make(way: number): Uint8Array | null {
    const bytes = this.#forms[NO_ESCAPE];
    if (bytes === undefined && this.#text === null) return null;
    const stays = bytes !== undefined && staysAsItIs(bytes, way);
    const made = stays ? bytes : utf8Encode(escaped(this.#text ?? utf8Decode(bytes!), ESCAPES[way]!));
    this.#forms[way] = made;
    return made;
  }
}

/** What is hashed in place of a secret. */
export function hashedShadow({ sha256 }: Shadow): FixedBytes {
  return new FixedBytes(latin1Encode(`sha256:${sha256}`), false);
}
