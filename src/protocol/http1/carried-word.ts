/**
 * A word that a read cut in two. A word that lies in one buffer is compared where it stands; only the parts of a split
 * one are gathered here, so that normal traffic copies nothing and a split costs each byte once.
 */
export class CarriedWord {
  /** The word so far, as much of it as fits; only [0, length) counts. */
  readonly bytes: Uint8Array;
  #length = 0;

  /** @param bytesMax length of the longest word that anybody looks for. */
  constructor(bytesMax: number) {
    this.bytes = new Uint8Array(bytesMax);
  }

  /** Bytes of the word so far, those included that did not fit: a word above the capacity is none we know. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Appends bytes[start, end). */
  append(bytes: Uint8Array, start: number, end: number): void {
    let to = this.#length;
    for (let at = start; at < end && to < this.bytes.length; at++) this.bytes[to++] = bytes[at]!;
    this.#length += end - start;
  }
}
