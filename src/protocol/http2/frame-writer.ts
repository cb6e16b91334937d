/**
 * Frames on their way out: each is appended to one buffer, which is sent as a whole and used again. Nothing here
 * knows streams or windows.
 */
import { assert } from "../../base/assert.ts";
import {
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FRAME_CONTINUATION,
  FRAME_DATA,
  FRAME_GOAWAY,
  FRAME_HEADER_BYTES,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_WINDOW_UPDATE,
} from "./frame.ts";

const INITIAL_BYTES = 4_096;
/** A buffer that grew beyond this is let go when it has been sent. */
const KEPT_BYTES_MAX = 512 * 1024;
/** Up to here a loop beats the call of TypedArray.set. */
const SHORT_COPY_BYTES = 32;

export class FrameWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #length = 0;

  /** What was appended is bytes[0, length); valid until the next call. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was appended, which has been sent. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = new Uint8Array(INITIAL_BYTES);
  }

  /** Bytes that are no frame: the preface. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#append(bytes, 0, bytes.length);
  }

  /** @param settings pairs of identifier and value. */
  settings(...settings: readonly (readonly [identifier: number, value: number])[]): void {
    this.#header(6 * settings.length, FRAME_SETTINGS, 0, 0);
    for (const [identifier, value] of settings) {
      this.#bytes[this.#length++] = identifier >> 8;
      this.#bytes[this.#length++] = identifier;
      this.#uint32(value);
    }
  }

  settingsAck(): void {
    this.#header(0, FRAME_SETTINGS, FLAG_ACK, 0);
  }

  /** Answers a PING with the 8 bytes of its payload, which begin at `at`. */
  pingAck(payload: Uint8Array, at: number): void {
    this.#header(8, FRAME_PING, FLAG_ACK, 0);
    this.#append(payload, at, at + 8);
  }

  windowUpdate(stream: number, increment: number): void {
    this.#header(4, FRAME_WINDOW_UPDATE, 0, stream);
    this.#uint32(increment);
  }

  rstStream(stream: number, error: number): void {
    this.#header(4, FRAME_RST_STREAM, 0, stream);
    this.#uint32(error);
  }

  goaway(lastStream: number, error: number): void {
    this.#header(8, FRAME_GOAWAY, 0, 0);
    this.#uint32(lastStream);
    this.#uint32(error);
  }

  /** A header block, in CONTINUATION frames what is over `frameBytesMax`. */
  headers(stream: number, block: Uint8Array, endStream: boolean, frameBytesMax: number): void {
    let start = 0;
    let type = FRAME_HEADERS;
    do {
      const end = Math.min(block.length, start + frameBytesMax);
      const ends = end === block.length ? FLAG_END_HEADERS : 0;
      this.#header(end - start, type, ends | (endStream && start === 0 ? FLAG_END_STREAM : 0), stream);
      this.#append(block, start, end);
      start = end;
      type = FRAME_CONTINUATION;
    } while (start < block.length);
  }

  /** One DATA frame of bytes[start, end). */
  data(stream: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.#header(end - start, FRAME_DATA, endStream ? FLAG_END_STREAM : 0, stream);
    this.#append(bytes, start, end);
  }

  /** The frame's header, and room for its payload. */
  #header(payloadBytes: number, type: number, flags: number, stream: number): void {
    assert(payloadBytes < 1 << 24, "a frame's length has 24 bits");
    this.#reserve(FRAME_HEADER_BYTES + payloadBytes);
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = payloadBytes >> 16;
    bytes[at + 1] = payloadBytes >> 8;
    bytes[at + 2] = payloadBytes;
    bytes[at + 3] = type;
    bytes[at + 4] = flags;
    bytes[at + 5] = stream >> 24;
    bytes[at + 6] = stream >> 16;
    bytes[at + 7] = stream >> 8;
    bytes[at + 8] = stream;
    this.#length = at + FRAME_HEADER_BYTES;
  }

  #uint32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#length = at + 4;
  }

  #append(source: Uint8Array, start: number, end: number): void {
    const bytes = this.#bytes;
    let to = this.#length;
    if (end - start <= SHORT_COPY_BYTES) {
      for (let at = start; at < end; at++) bytes[to++] = source[at]!;
    } else {
      bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), to);
    }
    this.#length += end - start;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
  }
}
