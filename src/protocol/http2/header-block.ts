/**
 * The header block under way: HEADERS, and CONTINUATION frames until END_HEADERS (RFC 9113, 4.3). A block that lies in
 * one frame is not copied: `start` and `end` say where it lies in the bytes of that frame. Priority is passed over,
 * as is padding.
 */
import { CONTINUATIONS_MAX, HEAD_BYTES_MAX } from "../../base/limits.ts";
import {
  FLAG_END_HEADERS,
  FLAG_PADDED,
  FLAG_PRIORITY,
  FRAME_HEADER_BYTES,
  FRAME_SIZE_ERROR,
  NO_ERROR,
  PROTOCOL_ERROR,
} from "./frame.ts";

/** More frames follow, or `error` says what is wrong. */
export const BLOCK_OPEN = 0;
export const BLOCK_WHOLE = 1;
/** Longer, or in more pieces, than we take. */
export const BLOCK_TOO_LONG = 2;

const PRIORITY_BYTES = 5;

export class HeaderBlock {
  stream = 0;
  /** Flags of the HEADERS frame. */
  flags = 0;
  /** Where a block that lies in one frame lies. */
  start = 0;
  end = 0;
  /** Whether it had to be gathered in `bytes`. */
  isGathered = false;
  /** A block is under way: only its CONTINUATION may come. */
  isOpen = false;
  /** Bytes of its frames, with their headers. */
  bytesIn = 0;
  /** What is wrong with the frame. */
  error = NO_ERROR;
  #bytes = new Uint8Array(0);
  #length = 0;
  #continuations = 0;

  /** A gathered block is bytes[0, length). */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** A HEADERS frame, whose payload is bytes[start, end). */
  begin(flags: number, stream: number, bytes: Uint8Array, start: number, end: number): number {
    this.stream = stream;
    this.flags = flags;
    this.bytesIn = FRAME_HEADER_BYTES + end - start;
    this.error = NO_ERROR;
    this.isGathered = false;
    this.#length = 0;
    this.#continuations = 0;
    let at = start;
    let padding = 0;
    if ((flags & FLAG_PADDED) !== 0) padding = at < end ? bytes[at++]! : 1;
    if ((flags & FLAG_PRIORITY) !== 0) at += PRIORITY_BYTES;
    if (at > end || padding > end - at) {
      this.error = at > end ? FRAME_SIZE_ERROR : PROTOCOL_ERROR;
      return BLOCK_OPEN;
    }
    this.start = at;
    this.end = end - padding;
    if ((flags & FLAG_END_HEADERS) !== 0) return BLOCK_WHOLE;
    this.isOpen = true;
    this.isGathered = true;
    return this.#gather(bytes, this.start, this.end) ? BLOCK_OPEN : BLOCK_TOO_LONG;
  }

  /** A CONTINUATION frame of the block. */
  continue(flags: number, bytes: Uint8Array, start: number, end: number): number {
    this.bytesIn += FRAME_HEADER_BYTES + end - start;
    if (++this.#continuations > CONTINUATIONS_MAX || !this.#gather(bytes, start, end)) return BLOCK_TOO_LONG;
    if ((flags & FLAG_END_HEADERS) === 0) return BLOCK_OPEN;
    this.isOpen = false;
    return BLOCK_WHOLE;
  }

  #gather(bytes: Uint8Array, start: number, end: number): boolean {
    const length = this.#length + end - start;
    if (length > HEAD_BYTES_MAX) return false;
    if (length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      wider.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = wider;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
    return true;
  }
}
