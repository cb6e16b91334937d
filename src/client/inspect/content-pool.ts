/**
 * Memory for content that is looked into: buffers in powers of two, used again and again. What is in use is bounded, so
 * that many users with large responses do not take all the memory there is; and what lies idle is, so that a few of them
 * do not hold theirs for the rest of the run.
 */
import { INSPECTED_BODY_BYTES_MAX, INSPECTED_IDLE_BYTES_MAX, INSPECTED_IN_USE_BYTES_MAX } from "../../base/limits.ts";

const SMALLEST_BITS = 12;
const LARGEST_BITS = 32 - Math.clz32(INSPECTED_BODY_BYTES_MAX - 1);

export class ContentPool {
  /** By the power of two above the smallest. */
  readonly #idle: Uint8Array[][] = Array.from({ length: LARGEST_BITS - SMALLEST_BITS + 1 }, () => []);
  #idleBytes = 0;
  #inUseBytes = 0;

  /**
   * A buffer of at least `bytesMin` bytes, at most INSPECTED_BODY_BYTES_MAX rounded up to a power of two; null when too
   * much is in use.
   */
  take(bytesMin: number): Uint8Array | null {
    const bits = Math.max(SMALLEST_BITS, 32 - Math.clz32(bytesMin - 1));
    if (this.#inUseBytes + 2 ** bits > INSPECTED_IN_USE_BYTES_MAX) return null;
    this.#inUseBytes += 2 ** bits;
    const buffer = this.#idle[bits - SMALLEST_BITS]!.pop();
    if (buffer === undefined) return new Uint8Array(2 ** bits);
    this.#idleBytes -= buffer.length;
    return buffer;
  }

  /** Gives back what `take` gave. */
  give(buffer: Uint8Array): void {
    this.#inUseBytes -= buffer.length;
    if (this.#idleBytes + buffer.length > INSPECTED_IDLE_BYTES_MAX) return;
    this.#idleBytes += buffer.length;
    this.#idle[31 - Math.clz32(buffer.length) - SMALLEST_BITS]!.push(buffer);
  }

  /** Bytes of the buffers that wait. */
  get idleBytes(): number {
    return this.#idleBytes;
  }
}
