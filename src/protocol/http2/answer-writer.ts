/**
 * Answers to frames: header blocks, and content as the client's windows allow. What goes out first is encoded first,
 * because each header block counts on those before it.
 */
import { assert } from "../../base/assert.ts";
import { concatBytes } from "../../base/bytes.ts";
import { HpackEncoder } from "../hpack/encoder.ts";
import type { HpackField } from "../hpack/field.ts";
import { ContentQueue } from "./content-queue.ts";
import { encodeFrame, paddedOverhead } from "./encode-frame.ts";
import {
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PRIORITY,
  FRAME_CONTINUATION,
  FRAME_HEADERS,
  WINDOW_BYTES_MAX,
} from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { PeerSettings } from "./peer-settings.ts";
import { type AnswerLayout, type Http2Answer, PLAIN_LAYOUT } from "./server-answer.ts";
import type { ServerStream, ServerStreams } from "./server-stream.ts";

/** The stream depended on, and a weight. */
const PRIORITY_BYTES = 5;

export class AnswerWriter {
  readonly #out: FrameWriter;
  readonly #streams: ServerStreams;
  readonly #client: PeerSettings;
  readonly #answered: (stream: ServerStream) => void;
  readonly #encoder = new HpackEncoder();
  readonly #contents: ContentQueue;

  /** @param answered is told of each stream on which END_STREAM was sent. */
  constructor(
    out: FrameWriter,
    streams: ServerStreams,
    client: PeerSettings,
    answered: (stream: ServerStream) => void,
  ) {
    this.#out = out;
    this.#streams = streams;
    this.#client = client;
    this.#answered = answered;
    this.#contents = new ContentQueue(out, (stream) => this.#contentSent(stream));
  }

  interim(stream: ServerStream, status: number, fields: readonly HpackField[]): void {
    assert(!stream.isAnswering, "an interim answer comes before the final one");
    this.#sendHead(stream, [{ name: ":status", value: String(status) }, ...fields], false, PLAIN_LAYOUT);
  }

  respond(stream: ServerStream, answer: Http2Answer): void {
    const { status, fields, body, trailers = null, isOpen = false, layout = PLAIN_LAYOUT } = answer;
    assert(!stream.isAnswering, "a request is answered once");
    assert(layout.dataFrameBytes > 0 && layout.headerFrameBytes > 0, "a layout leaves room in a frame");
    assert(!isOpen || trailers === null, "trailers end an answer");
    stream.isAnswering = true;
    stream.pending = { bytes: body, sent: 0, isOpen, trailers, layout };
    const endsWithHead = body.length === 0 && trailers === null && !isOpen;
    this.#sendHead(stream, [{ name: ":status", value: String(status) }, ...fields], endsWithHead, layout);
    if (endsWithHead) this.#contentSent(stream);
    else this.#sendContent(stream);
  }

  append(stream: ServerStream, bytes: Uint8Array, isOpen: boolean): void {
    const { pending } = stream;
    assert(pending?.isOpen === true, "an answer goes on that was left open");
    const left = pending.bytes.subarray(pending.sent);
    pending.bytes = new Uint8Array(left.length + bytes.length);
    pending.bytes.set(left);
    pending.bytes.set(bytes, left.length);
    pending.sent = 0;
    pending.isOpen = isOpen;
    this.#sendContent(stream);
  }

  /** The stream takes nothing any more. */
  drop(stream: ServerStream): void {
    this.#contents.remove(stream);
  }

  /** The client has other settings. False when that makes a window larger than one can be. */
  settingsChanged(windowChange: number): boolean {
    this.#encoder.limitTable(this.#client.headerTableBytes);
    this.#contents.frameBytesMax = this.#client.frameBytesMax;
    let isSound = true;
    for (const stream of this.#streams.all) {
      stream.sendWindow += windowChange;
      if (stream.sendWindow > WINDOW_BYTES_MAX) isSound = false;
    }
    if (isSound) this.#contents.pump();
    return isSound;
  }

  /** The client opens a stream's window, or the connection's (null). False when it is larger than one can be. */
  widen(stream: ServerStream | null, increment: number): boolean {
    if (stream === null) this.#contents.window += increment;
    else stream.sendWindow += increment;
    if ((stream?.sendWindow ?? this.#contents.window) > WINDOW_BYTES_MAX) return false;
    this.#contents.pump();
    return true;
  }

  #sendContent(stream: ServerStream): void {
    const { pending } = stream;
    assert(pending !== null, "content is sent that is pending");
    if (pending.isOpen && pending.sent === pending.bytes.length) return;
    this.#contents.push(stream);
    this.#contents.pump();
  }

  /** The content has been sent as far as it is known. */
  #contentSent(stream: ServerStream): void {
    const { pending } = stream;
    assert(pending !== null, "content was sent that was pending");
    if (pending.isOpen) return;
    stream.pending = null;
    stream.isAnswered = true;
    if (pending.trailers !== null) this.#sendHead(stream, pending.trailers, true, pending.layout);
    this.#answered(stream);
  }

  #sendHead({ stream }: ServerStream, fields: readonly HpackField[], endStream: boolean, layout: AnswerLayout): void {
    const block = this.#encoder.encode(fields);
    const { paddingBytes, hasPriority } = layout;
    const priority = new Uint8Array(hasPriority ? PRIORITY_BYTES : 0);
    const overhead = paddedOverhead(paddingBytes) + priority.length;
    const fragmentBytes = Math.min(layout.headerFrameBytes, this.#client.frameBytesMax - overhead);
    if (overhead === 0) {
      this.#out.headers(stream, block, endStream, fragmentBytes);
      return;
    }
    const first = block.subarray(0, fragmentBytes);
    const flags =
      (hasPriority ? FLAG_PRIORITY : 0) |
      (endStream ? FLAG_END_STREAM : 0) |
      (first.length === block.length ? FLAG_END_HEADERS : 0);
    this.#out.raw(encodeFrame(FRAME_HEADERS, flags, stream, concatBytes([priority, first]), paddingBytes));
    for (let at = first.length; at < block.length; at += fragmentBytes) {
      const ends = at + fragmentBytes >= block.length ? FLAG_END_HEADERS : 0;
      this.#out.raw(encodeFrame(FRAME_CONTINUATION, ends, stream, block.subarray(at, at + fragmentBytes)));
    }
  }
}
