/**
 * The chain: the hash of a block covers the hash of the block before it in the file (32 zero bytes for the first), its
 * own header up to the hash, and its body. So the hash of the last block stands for every byte of the run: it is the
 * run's fingerprint.
 */
import { assert } from "../base/assert.ts";
import { BLOCK_HEADER_BYTES } from "../base/limits.ts";
import type { Sha256 } from "../model/ports.ts";
import { blockBytes, HASH_BYTES, HASH_OFFSET, headerFault, readHeader } from "./header.ts";

export class Chain {
  readonly #sha256: Sha256;
  readonly #last = new Uint8Array(HASH_BYTES);

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** Hash of the last block as 64 hex digits; zeros before the first. */
  get fingerprint(): string {
    return hex(this.#last);
  }

  /** Appends a block, header and body, to the chain: writes its hash into its header. */
  seal(block: Uint8Array): void {
    assert(headerFault(block) === null, "only a whole block can be sealed");
    assert(block.length === blockBytes(readHeader(block).count), "a block is as long as its count says");
    const hash = this.#hash(block);
    block.set(hash, HASH_OFFSET);
    this.#last.set(hash);
  }

  /** Follows the chain over a block that somebody sealed. Null, or why it does not fit: the chain then stays put. */
  follow(block: Uint8Array): string | null {
    const expected = this.#hash(block);
    const actual = block.subarray(HASH_OFFSET, HASH_OFFSET + HASH_BYTES);
    for (let i = 0; i < HASH_BYTES; i++) {
      if (expected[i] !== actual[i]) return `hash: expected ${hex(expected)}, actual ${hex(actual)}`;
    }
    this.#last.set(expected);
    return null;
  }

  #hash(block: Uint8Array): Uint8Array {
    const hash = this.#sha256(this.#last, block.subarray(0, HASH_OFFSET), block.subarray(BLOCK_HEADER_BYTES));
    assert(hash.length === HASH_BYTES, "SHA-256 has 32 bytes");
    return hash;
  }
}

/** Lower-case hex, two digits a byte. */
export function hex(bytes: Uint8Array): string {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits;
}
