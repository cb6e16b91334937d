/**
 * Bytes of a message that never change, and their share of its hash in a few operations instead of one for each byte.
 *
 * A step of FNV-1a is h' = (h ^ byte) * p modulo 2^32. The exclusive or changes the low byte alone, by an amount that
 * follows from the low byte alone, and the low byte of h' follows from that of h. So n steps take h to
 * h * p^n + c, where c depends on no more than the low byte of h: a table of 256 numbers.
 */
import { fnv1a } from "../base/bytes.ts";
import { HASH_TABLE_BYTES_MAX } from "../base/limits.ts";

const PRIME = 0x01000193;
/** Below this it takes longer to look the table up. */
const SHORT_BYTES = 12;

export class FixedBytes {
  readonly bytes: Uint8Array;
  readonly #table: Int32Array | null;
  /** p^n. */
  readonly #power: number;

  /** @param oft whether they will be hashed often enough to be worth a table. */
  constructor(bytes: Uint8Array, oft: boolean) {
    this.bytes = bytes;
    this.#table =
      oft && bytes.length >= SHORT_BYTES && bytes.length <= HASH_TABLE_BYTES_MAX ? new Int32Array(256) : null;
    let power = 1;
    if (this.#table !== null) {
      for (let i = 0; i < bytes.length; i++) power = Math.imul(power, PRIME);
      for (let low = 0; low < 256; low++) this.#table[low] = fnv1a(bytes, 0, bytes.length, low) - Math.imul(low, power);
    }
    this.#power = power;
  }

  /** FNV-1a of the bytes behind those of `hash`. */
  hashBehind(hash: number): number {
    const table = this.#table;
    if (table === null) return fnv1a(this.bytes, 0, this.bytes.length, hash);
    return Math.imul(hash, this.#power) + table[hash & 255]!;
  }
}

export const NO_BYTES = new FixedBytes(new Uint8Array(0), false);
