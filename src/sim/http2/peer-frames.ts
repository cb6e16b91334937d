/**
 * What a peer of HTTP/2 puts on the wire, as steps: each says what it means to a client that has been given the bytes
 * up to there. Only the outside of frames is read. What breaks a rule is not read at all: its flaw says what it means.
 */
import {
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FRAME_BYTES_MAX_LIMIT,
  FRAME_CONTINUATION,
  FRAME_GOAWAY,
  FRAME_HEADER_BYTES,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_WINDOW_UPDATE,
  readUint31,
  readUint32,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_CONCURRENT_STREAMS,
} from "../../protocol/http2/frame.ts";
import { FrameReader, type FrameVisitor } from "../../protocol/http2/frame-reader.ts";

/** Bytes that no server may send, and what a client makes of them. */
export interface Flaw {
  /** The stream that fails; 0 when the connection is lost. */
  readonly stream: number;
  /** A FAILURE_CODES value. */
  readonly failure: number;
}

/** A frame of a header block. */
export interface BlockStep {
  readonly kind: "block";
  readonly stream: number;
  readonly bytes: number;
  /** It is the block's last. */
  readonly isWhole: boolean;
  readonly ends: boolean;
}

/** A frame of content. */
export interface ContentStep {
  readonly kind: "content";
  readonly stream: number;
  /** Where it begins, counted as `at`. */
  readonly from: number;
  readonly ends: boolean;
}

export type PeerStep = {
  /** Bytes of the peer up to the end of the step, counted from its first. */
  readonly at: number;
} & (
  | BlockStep
  | ContentStep
  | { readonly kind: "reset"; readonly stream: number; readonly error: number }
  | { readonly kind: "goaway"; readonly lastStream: number; readonly error: number }
  | { readonly kind: "settings"; readonly concurrentMax: number | null; readonly initialWindow: number | null }
  | { readonly kind: "window"; readonly stream: number; readonly increment: number }
  | { readonly kind: "ping" }
  | { readonly kind: "flaw"; readonly flaw: Flaw }
);

const SETTING_BYTES = 6;

export class PeerFrames implements FrameVisitor {
  readonly #reader = new FrameReader(this, FRAME_BYTES_MAX_LIMIT);
  #steps: PeerStep[] = [];
  /** Bytes of whole frames, and bytes of everything. */
  #at = 0;
  #total = 0;
  /** Of the HEADERS frame whose block is under way. */
  #flags = 0;

  /** Whole frames, or the beginning of some when nothing follows. Returns their steps. */
  read(bytes: Uint8Array): PeerStep[] {
    this.#steps = [];
    this.#total += bytes.length;
    this.#reader.feed(bytes, 0, bytes.length);
    return this.#steps;
  }

  /** Bytes that break a rule, and are whole. */
  readFlawed(bytes: Uint8Array, flaw: Flaw): PeerStep[] {
    this.#total += bytes.length;
    this.#at = this.#total;
    return [{ at: this.#at, kind: "flaw", flaw }];
  }

  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    const frameBytes = FRAME_HEADER_BYTES + end - start;
    this.#at += frameBytes;
    const at = this.#at;
    switch (type) {
      case FRAME_HEADERS:
      case FRAME_CONTINUATION: {
        if (type === FRAME_HEADERS) this.#flags = flags;
        const isWhole = (flags & FLAG_END_HEADERS) !== 0;
        const ends = isWhole && (this.#flags & FLAG_END_STREAM) !== 0;
        this.#steps.push({ at, kind: "block", stream, bytes: frameBytes, isWhole, ends });
        return;
      }
      case FRAME_RST_STREAM:
        this.#steps.push({ at, kind: "reset", stream, error: readUint32(bytes, start) });
        return;
      case FRAME_GOAWAY: {
        const lastStream = readUint31(bytes, start);
        this.#steps.push({ at, kind: "goaway", lastStream, error: readUint32(bytes, start + 4) });
        return;
      }
      case FRAME_SETTINGS:
        if ((flags & FLAG_ACK) !== 0) return;
        this.#steps.push({
          at,
          kind: "settings",
          concurrentMax: settingIn(bytes, start, end, SETTING_MAX_CONCURRENT_STREAMS),
          initialWindow: settingIn(bytes, start, end, SETTING_INITIAL_WINDOW_SIZE),
        });
        return;
      case FRAME_WINDOW_UPDATE:
        this.#steps.push({ at, kind: "window", stream, increment: readUint31(bytes, start) });
        return;
      case FRAME_PING:
        if ((flags & FLAG_ACK) === 0) this.#steps.push({ at, kind: "ping" });
        return;
    }
  }

  dataBegins(flags: number, stream: number, payloadBytes: number): void {
    const from = this.#at;
    this.#at += FRAME_HEADER_BYTES + payloadBytes;
    this.#steps.push({ at: this.#at, kind: "content", stream, from, ends: (flags & FLAG_END_STREAM) !== 0 });
  }

  dataPart(): void {}

  dataEnds(): void {}

  oversized(): void {}
}

/** What a SETTINGS frame says of a setting; null when it does not say. */
function settingIn(bytes: Uint8Array, start: number, end: number, identifier: number): number | null {
  let value: number | null = null;
  for (let at = start; at < end; at += SETTING_BYTES) {
    if (((bytes[at]! << 8) | bytes[at + 1]!) === identifier) value = readUint32(bytes, at + 2);
  }
  return value;
}
