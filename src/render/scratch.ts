/**
 * A message while it is written, and with it what the ledger is to know of it. What is sent and what is hashed differ
 * where a secret stands, and where something was encoded in base64:
 *
 *   sent      POST /login ... {"password":"hunter2"}
 *   hashed    POST /login ... {"password":"sha256:f52f..."}
 *
 * A replay has no secrets and writes nothing in their place; it knows how long they were, so that hash and length come
 * out the same.
 */
import { assert } from "../base/assert.ts";
import { concatBytes, FNV1A_START, fnv1a } from "../base/bytes.ts";
import { MESSAGE_BYTES_MAX } from "../base/limits.ts";
import type { FixedBytes } from "./fixed-bytes.ts";

const BYTES_AT_START = 4_096;
/** Up to here a loop beats the call of TypedArray.set. */
const SHORT_COPY_BYTES = 32;

/** What is hashed for bytes [start, end): themselves in a faster way, or others in their place. */
interface Stand {
  start: number;
  end: number;
  hashed: FixedBytes;
}

export class Scratch {
  /** Memory that may be exchanged for other before a message begins; it is exchanged for more when it is too small. */
  bytes: Uint8Array = new Uint8Array(BYTES_AT_START);
  /** What is written is bytes[0, length). */
  length = 0;
  /** Bytes that could not be written, because their value is not known here. */
  missing = 0;
  /** In the order of the message; those from #standCount on are there to be used again. */
  readonly #stands: Stand[] = [];
  #standCount = 0;

  clear(): void {
    this.length = 0;
    this.missing = 0;
    this.#standCount = 0;
  }

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    assert(needed <= MESSAGE_BYTES_MAX, "a message is longer than its bound");
    const wider = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    wider.set(this.bytes.subarray(0, this.length));
    this.bytes = wider;
  }

  append(added: Uint8Array): void {
    const count = added.length;
    this.reserve(count);
    const { bytes } = this;
    const to = this.length;
    if (count <= SHORT_COPY_BYTES) {
      for (let i = 0; i < count; i++) bytes[to + i] = added[i]!;
    } else {
      bytes.set(added, to);
    }
    this.length = to + count;
  }

  appendFixed(fixed: FixedBytes): void {
    const start = this.length;
    this.append(fixed.bytes);
    this.hashInstead(start, fixed);
  }

  /** These bytes are hashed in place of what was written since `start`. */
  hashInstead(start: number, hashed: FixedBytes): void {
    const end = this.length;
    if (this.#standCount === this.#stands.length) {
      this.#stands.push({ start, end, hashed });
    } else {
      const stand = this.#stands[this.#standCount]!;
      stand.start = start;
      stand.end = end;
      stand.hashed = hashed;
    }
    this.#standCount++;
  }

  /** Moves everything from `at` on by `by` bytes, to make room or to close a gap. */
  shift(at: number, by: number): void {
    if (by > 0) this.reserve(by);
    this.bytes.copyWithin(at + by, at, this.length);
    this.length += by;
    for (let i = 0; i < this.#standCount; i++) {
      const stand = this.#stands[i]!;
      if (stand.start >= at) {
        stand.start += by;
        stand.end += by;
      }
    }
  }

  /** FNV-1a of what is hashed. */
  hash(): number {
    let hash = FNV1A_START;
    let at = 0;
    for (let i = 0; i < this.#standCount; i++) {
      const { start, end, hashed } = this.#stands[i]!;
      if (at < start) hash = fnv1a(this.bytes, at, start, hash);
      hash = hashed.hashBehind(hash);
      at = end;
    }
    return fnv1a(this.bytes, at, this.length, hash);
  }

  /** What is hashed, in memory of its own. */
  hashed(): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    for (let i = 0; i < this.#standCount; i++) {
      const { start, end, hashed } = this.#stands[i]!;
      parts.push(this.bytes.subarray(at, start), hashed.bytes);
      at = end;
    }
    return concatBytes([...parts, this.bytes.subarray(at, this.length)]);
  }
}
