/**
 * What a client of HTTP/2 does to its streams, read from what it writes, at the moment when it writes it. Whether it
 * may do that is for the peer's session to judge, when the bytes get there.
 */
import { assert } from "../../base/assert.ts";
import { HEAD_BYTES_MAX } from "../../base/limits.ts";
import { HPACK_OK, HpackDecoder } from "../../protocol/hpack/decoder.ts";
import {
  CLIENT_PREFACE,
  FLAG_ACK,
  FLAG_END_STREAM,
  FRAME_BYTES_MAX_LIMIT,
  FRAME_CONTINUATION,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  readUint32,
} from "../../protocol/http2/frame.ts";
import { FrameReader, type FrameVisitor } from "../../protocol/http2/frame-reader.ts";
import { BLOCK_WHOLE, HeaderBlock } from "../../protocol/http2/header-block.ts";

export interface ClientActs {
  /** @param request method and path. @param ends whether it has no content. */
  opened(stream: number, request: string, ends: boolean): void;
  sentContent(stream: number, bytes: number, ends: boolean): void;
  gaveUp(stream: number, error: number): void;
  acknowledgedSettings(): void;
  answeredPing(): void;
}

/** No client of ours uses a larger table, whatever its peer allows. */
const TABLE_BYTES_MAX = 65_536;

export class ClientFrames implements FrameVisitor {
  readonly #acts: ClientActs;
  readonly #reader = new FrameReader(this, FRAME_BYTES_MAX_LIMIT);
  readonly #decoder = new HpackDecoder(TABLE_BYTES_MAX, HEAD_BYTES_MAX);
  readonly #block = new HeaderBlock();
  #prefaceLeft = CLIENT_PREFACE.length;

  constructor(acts: ClientActs) {
    this.#acts = acts;
  }

  /** The client writes bytes [start, end). */
  feed(bytes: Uint8Array, start: number, end: number): void {
    const skipped = Math.min(this.#prefaceLeft, end - start);
    this.#prefaceLeft -= skipped;
    this.#reader.feed(bytes, start + skipped, end);
  }

  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case FRAME_HEADERS:
        this.#takeBlock(this.#block.begin(flags, stream, bytes, start, end), bytes);
        return;
      case FRAME_CONTINUATION:
        this.#takeBlock(this.#block.continue(flags, bytes, start, end), bytes);
        return;
      case FRAME_RST_STREAM:
        this.#acts.gaveUp(stream, readUint32(bytes, start));
        return;
      case FRAME_SETTINGS:
        if ((flags & FLAG_ACK) !== 0) this.#acts.acknowledgedSettings();
        return;
      case FRAME_PING:
        if ((flags & FLAG_ACK) !== 0) this.#acts.answeredPing();
        return;
    }
  }

  dataBegins(flags: number, stream: number, payloadBytes: number): void {
    this.#acts.sentContent(stream, payloadBytes, (flags & FLAG_END_STREAM) !== 0);
  }

  dataPart(): void {}

  dataEnds(): void {}

  oversized(): void {}

  #takeBlock(state: number, bytes: Uint8Array): void {
    if (state !== BLOCK_WHOLE) return;
    const { stream, flags, isGathered, start, end } = this.#block;
    let method = "";
    let path = "";
    const visit = (name: string, value: string): void => {
      if (name === ":method") method = value;
      if (name === ":path") path = value;
    };
    const outcome = isGathered
      ? this.#decoder.decode(this.#block.bytes, 0, this.#block.length, visit)
      : this.#decoder.decode(bytes, start, end, visit);
    assert(outcome === HPACK_OK, "the client sent a header block that cannot be decoded");
    this.#acts.opened(stream, `${method} ${path}`, (flags & FLAG_END_STREAM) !== 0);
  }
}
