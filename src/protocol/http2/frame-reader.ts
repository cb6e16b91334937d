/**
 * Bytes in, frames out, whatever way the bytes are split. A frame that lies whole in the bytes is visited where it
 * lies; one that is split is gathered first, up to the largest frame that we allow. DATA is never gathered: its parts
 * are visited as they come.
 */
import { FRAME_DATA, FRAME_HEADER_BYTES, readUint31 } from "./frame.ts";

/** Takes frames. The bytes are valid during the call only. */
export interface FrameVisitor {
  /** A whole frame that is not DATA; its payload is bytes[start, end). */
  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void;
  /** A DATA frame begins; its parts follow, `payloadBytes` in all. */
  dataBegins(flags: number, stream: number, payloadBytes: number): void;
  dataPart(bytes: Uint8Array, start: number, end: number): void;
  dataEnds(): void;
  /** The frame is longer than was agreed; nothing more is read. */
  oversized(type: number, stream: number): void;
}

export class FrameReader {
  readonly #visitor: FrameVisitor;
  readonly #frameBytesMax: number;
  /** A frame that is being gathered, its header included. */
  #kept: Uint8Array;
  #keptBytes = 0;
  /** Payload of the DATA frame under way that is still to come; -1 outside a DATA frame. */
  #dataLeft = -1;
  #stopped = false;

  /** @param frameBytesMax the largest payload, as our SETTINGS_MAX_FRAME_SIZE says. */
  constructor(visitor: FrameVisitor, frameBytesMax: number) {
    this.#visitor = visitor;
    this.#frameBytesMax = frameBytesMax;
    this.#kept = new Uint8Array(64);
  }

  /** Reads nothing any more: the connection is lost. */
  stop(): void {
    this.#stopped = true;
  }

  /** Takes bytes[start, end). */
  feed(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#stopped) {
      if (this.#dataLeft >= 0) at = this.#feedData(bytes, at, end);
      else if (this.#keptBytes > 0 || end - at < FRAME_HEADER_BYTES) at = this.#gather(bytes, at, end);
      else at = this.#feedFrame(bytes, at, end);
    }
  }

  /** A frame whose header lies whole at `at`. */
  #feedFrame(bytes: Uint8Array, at: number, end: number): number {
    const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    const type = bytes[at + 3]!;
    const flags = bytes[at + 4]!;
    const stream = readUint31(bytes, at + 5);
    const payloadAt = at + FRAME_HEADER_BYTES;
    if (length > this.#frameBytesMax) {
      this.#stopped = true;
      this.#visitor.oversized(type, stream);
      return end;
    }
    if (type === FRAME_DATA) {
      this.#visitor.dataBegins(flags, stream, length);
      this.#dataLeft = length;
      return length === 0 ? this.#feedData(bytes, payloadAt, payloadAt) : payloadAt;
    }
    if (payloadAt + length > end) return this.#gather(bytes, at, end);
    this.#visitor.frame(type, flags, stream, bytes, payloadAt, payloadAt + length);
    return payloadAt + length;
  }

  #feedData(bytes: Uint8Array, at: number, end: number): number {
    const partEnd = Math.min(end, at + this.#dataLeft);
    if (partEnd > at) this.#visitor.dataPart(bytes, at, partEnd);
    this.#dataLeft -= partEnd - at;
    if (this.#dataLeft === 0) {
      this.#dataLeft = -1;
      this.#visitor.dataEnds();
    }
    return partEnd;
  }

  /** Keeps bytes until the header, then until the frame is whole. */
  #gather(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#keptBytes < FRAME_HEADER_BYTES) this.#kept[this.#keptBytes++] = bytes[at++]!;
    if (this.#keptBytes < FRAME_HEADER_BYTES) return at;
    const length = (this.#kept[0]! << 16) | (this.#kept[1]! << 8) | this.#kept[2]!;
    const isWholeAtHeader = length > this.#frameBytesMax || this.#kept[3] === FRAME_DATA;
    if (!isWholeAtHeader) {
      const wanted = FRAME_HEADER_BYTES + length;
      const taken = Math.min(end - at, wanted - this.#keptBytes);
      this.#makeRoom(wanted);
      this.#kept.set(bytes.subarray(at, at + taken), this.#keptBytes);
      this.#keptBytes += taken;
      at += taken;
      if (this.#keptBytes < wanted) return at;
    }
    const keptBytes = this.#keptBytes;
    this.#keptBytes = 0;
    this.#feedFrame(this.#kept, 0, keptBytes);
    return at;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#kept.length) return;
    const wider = new Uint8Array(Math.max(bytes, 2 * this.#kept.length));
    wider.set(this.#kept.subarray(0, this.#keptBytes));
    this.#kept = wider;
  }
}
