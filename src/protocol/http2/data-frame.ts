/**
 * The DATA frame under way, as its parts come: what of them is content, and what padding (RFC 9113, 6.1). The padding
 * is at the frame's end, but the first byte says how long it is.
 */
import { FLAG_END_STREAM, FLAG_PADDED } from "./frame.ts";

export class DataFrame {
  /** Where content lies in the last part: bytes[start, end). */
  start = 0;
  end = 0;
  #flags = 0;
  #payloadBytes = 0;
  /** Content that is still to come; below 0 until the padding is known. */
  #contentLeft = 0;

  /** It is the last of its stream. */
  get ends(): boolean {
    return (this.#flags & FLAG_END_STREAM) !== 0;
  }

  /** A frame begins. False when it has no room for the padding that it speaks of. */
  begin(flags: number, payloadBytes: number): boolean {
    const isPadded = (flags & FLAG_PADDED) !== 0;
    this.#flags = flags;
    this.#payloadBytes = payloadBytes;
    this.#contentLeft = isPadded ? -1 : payloadBytes;
    return !isPadded || payloadBytes > 0;
  }

  /** Takes the next part of its payload, not empty. False when its padding is longer than the frame. */
  take(start: number, end: number, bytes: Uint8Array): boolean {
    this.start = start;
    if (this.#contentLeft < 0) {
      this.#contentLeft = this.#payloadBytes - 1 - bytes[this.start++]!;
      if (this.#contentLeft < 0) return false;
    }
    this.end = Math.min(end, this.start + this.#contentLeft);
    this.#contentLeft -= this.end - this.start;
    return true;
  }
}
