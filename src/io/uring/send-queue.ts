/**
 * What a connection has written and the kernel has not taken yet: bytes in order, appended behind, sent from the front.
 *
 * All of it lies in one array, so that one send(2) can take as much as the kernel has room for. The array doubles when
 * it is full, unless half of it has been sent already, and is let go of when nothing is left. How long the queue gets
 * is the writer's to bound: it asks how much is unsent before it writes more.
 */
import { assert } from "../../base/assert.ts";

const CAPACITY_AT_START = 64 * 1024;
const NOTHING = new Uint8Array(0);

export class SendQueue {
  #bytes = NOTHING;
  #start = 0;
  #end = 0;

  /** Bytes in the queue. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Copies bytes[start, end) to the end of the queue. */
  append(bytes: Uint8Array, start: number, end: number): void {
    const added = end - start;
    if (this.#end + added > this.#bytes.length) this.#makeRoom(added);
    this.#bytes.set(bytes.subarray(start, end), this.#end);
    this.#end += added;
  }

  /** All that is queued, in place: valid until the next call. */
  front(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** The first `count` bytes are sent. */
  remove(count: number): void {
    assert(count <= this.length, "no more leaves a queue than is in it");
    this.#start += count;
    if (this.#start === this.#end) this.clear();
  }

  /** Drops everything. */
  clear(): void {
    this.#bytes = NOTHING;
    this.#start = 0;
    this.#end = 0;
  }

  /** Moves what is queued to the front of an array with room for `added` more bytes. */
  #makeRoom(added: number): void {
    const { length } = this;
    const suffices = this.#start >= this.#bytes.length >> 1 && length + added <= this.#bytes.length;
    if (suffices) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
    } else {
      const grown = new Uint8Array(Math.max(CAPACITY_AT_START, 2 * this.#bytes.length, length + added));
      grown.set(this.front());
      this.#bytes = grown;
    }
    this.#start = 0;
    this.#end = length;
  }
}
