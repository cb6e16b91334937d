/**
 * A stream of file bytes, in pieces of any size, to whole blocks. Holds one block and no more. It looks at a header
 * only to learn where the block ends.
 */
import { assert } from "../base/assert.ts";
import { BLOCK_BYTES, BLOCK_HEADER_BYTES } from "../base/limits.ts";
import { blockBytes, type HeaderFault, headerFault, readHeader } from "./header.ts";

export class BlockSplitter {
  readonly #buffer = new Uint8Array(new ArrayBuffer(BLOCK_BYTES));
  #have = 0;
  #want = BLOCK_HEADER_BYTES;
  #fault: HeaderFault | null = null;

  /** Takes bytes from `start` on until a block is whole, its header is at fault, or there are no more; says how many. */
  fill(bytes: Uint8Array, start: number): number {
    assert(this.#fault === null, "nothing can be split behind a bad header");
    if (this.whole) this.#next();
    let at = start;
    while (at < bytes.length && !this.whole && this.#fault === null) {
      const take = Math.min(this.#want - this.#have, bytes.length - at);
      this.#buffer.set(bytes.subarray(at, at + take), this.#have);
      this.#have += take;
      at += take;
      if (this.#have === BLOCK_HEADER_BYTES) this.#readHeader();
    }
    return at - start;
  }

  /** Whether `held` is a whole block. */
  get whole(): boolean {
    return this.#want > BLOCK_HEADER_BYTES && this.#have === this.#want;
  }

  /** What is known of the current block so far, aligned for reading in place; valid until the next `fill`. */
  get held(): Uint8Array {
    return this.#buffer.subarray(0, this.#have);
  }

  /** Length of the current block as its header says; of the header alone while that is not complete. */
  get wanted(): number {
    return this.#want;
  }

  /** Why `held`, 64 bytes, is no header. There is no way on from here. */
  get fault(): HeaderFault | null {
    return this.#fault;
  }

  #readHeader(): void {
    this.#fault = headerFault(this.#buffer);
    if (this.#fault === null) this.#want = blockBytes(readHeader(this.#buffer).count);
  }

  #next(): void {
    this.#have = 0;
    this.#want = BLOCK_HEADER_BYTES;
  }
}
