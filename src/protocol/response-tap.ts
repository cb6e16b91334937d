/**
 * What is taken from an answer besides its status and its counts. Codecs count content and forget fields; one that is
 * given a tap for an answer hands it, of the final head, the fields that it wants, and the content. An answer without
 * a tap costs one comparison.
 */
import { latin1Encode } from "../base/bytes.ts";

export interface ResponseTap {
  readonly wanted: WantedFields;
  /**
   * A field of the final head that is wanted, in the order of the head; not of interim heads, nor of trailers.
   * @param index of its name in `wanted`.
   * @param value without white space around it, a character for each byte.
   */
  field(index: number, value: string): void;
  /** The next bytes [start, end) of the content, without what frames them; valid only during the call. */
  content(bytes: Uint8Array, start: number, end: number): void;
}

/** A few names of fields, found without decoding those that are not among them. */
export class WantedFields {
  /** In lower case. */
  readonly names: readonly string[];
  readonly #bytes: readonly Uint8Array[];

  constructor(names: readonly string[]) {
    this.names = names;
    this.#bytes = names.map(latin1Encode);
  }

  /** The index of a name in lower case; -1 for none. */
  indexOf(name: string): number {
    return this.names.indexOf(name);
  }

  /** The index of the name bytes[start, end), token bytes in any case; -1 for none. */
  indexOfBytes(bytes: Uint8Array, start: number, end: number): number {
    for (let i = 0; i < this.#bytes.length; i++) {
      if (this.#bytes[i]!.length === end - start && sameName(bytes, start, this.#bytes[i]!)) return i;
    }
    return -1;
  }
}

function sameName(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[start + i]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== name[i]) return false;
  }
  return true;
}
