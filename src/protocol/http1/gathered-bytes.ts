/**
 * Bytes kept from one read to the next, for whoever wants the text of a head: the server's side, and taps. The buffer
 * grows by doubling to what its bounded writer needs and is used again for the next message.
 */
import { utf8Decode } from "../../base/bytes.ts";

const CAPACITY_AT_START = 256;

export class GatheredBytes {
  #bytes = new Uint8Array(CAPACITY_AT_START);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was gathered is bytes[0, length). */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Appends bytes[start, end). */
  append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + (end - start);
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }

  /** The text of bytes [start, end). */
  text(start: number, end: number): string {
    return utf8Decode(this.#bytes, start, end);
  }
}
