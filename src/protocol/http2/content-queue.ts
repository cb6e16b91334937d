/**
 * Contents of answers on their way to the client: the streams take turns, a frame each, within the windows of stream
 * and connection (RFC 9113, 5.2 and 6.9).
 */
import { assert } from "../../base/assert.ts";
import { encodeFrame, paddedOverhead } from "./encode-frame.ts";
import { DEFAULT_FRAME_BYTES_MAX, DEFAULT_WINDOW_BYTES, FLAG_END_STREAM, FRAME_DATA } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { PendingContent } from "./server-answer.ts";
import type { ServerStream } from "./server-stream.ts";

export class ContentQueue {
  /** The connection's window: what we may still send on all streams together. */
  window = DEFAULT_WINDOW_BYTES;
  /** The client's SETTINGS_MAX_FRAME_SIZE. */
  frameBytesMax = DEFAULT_FRAME_BYTES_MAX;
  readonly #out: FrameWriter;
  readonly #sent: (stream: ServerStream) => void;
  #streams: ServerStream[] = [];

  /** @param sent is told of each stream whose pending content has been sent to its end. */
  constructor(out: FrameWriter, sent: (stream: ServerStream) => void) {
    this.#out = out;
    this.#sent = sent;
  }

  /** A stream has pending content. */
  push(stream: ServerStream): void {
    assert(stream.pending !== null, "a stream waits for a window with content");
    if (!this.#streams.includes(stream)) this.#streams.push(stream);
  }

  /** The stream is over. */
  remove(stream: ServerStream): void {
    this.#streams = this.#streams.filter((other) => other !== stream);
  }

  /** Sends what the windows allow. */
  pump(): void {
    let passedOver = 0;
    while (passedOver < this.#streams.length) {
      const stream = this.#streams.shift()!;
      const { pending } = stream;
      assert(pending !== null, "a stream in the queue has pending content");
      const hasSent = this.#sendFrame(stream, pending);
      passedOver = hasSent ? 0 : passedOver + 1;
      if (hasSent && pending.sent === pending.bytes.length) this.#sent(stream);
      else this.#streams.push(stream);
    }
  }

  /** Sends one frame of the stream; false when no window is open for it. */
  #sendFrame(stream: ServerStream, pending: PendingContent): boolean {
    const { bytes, sent, layout } = pending;
    const window = Math.min(this.window, stream.sendWindow, this.frameBytesMax);
    if (window <= 0 && sent < bytes.length) return false;
    // Padding counts against the windows: where there is no room for it, there is none.
    const hasRoom = window > paddedOverhead(layout.paddingBytes);
    const paddingBytes = hasRoom ? layout.paddingBytes : 0;
    const overhead = paddedOverhead(paddingBytes);
    const end = sent + Math.min(bytes.length - sent, Math.max(0, window - overhead), layout.dataFrameBytes);
    const ends = end === bytes.length && !pending.isOpen && pending.trailers === null;
    if (paddingBytes === 0) this.#out.data(stream.stream, bytes, sent, end, ends);
    else {
      const flags = ends ? FLAG_END_STREAM : 0;
      this.#out.raw(encodeFrame(FRAME_DATA, flags, stream.stream, bytes.subarray(sent, end), paddingBytes));
    }
    pending.sent = end;
    this.window -= end - sent + overhead;
    stream.sendWindow -= end - sent + overhead;
    return true;
  }
}
