/**
 * What a client may send of its requests' contents, as it knows itself (RFC 9113, 5.2 and 6.9): the windows that it was
 * told of, less what it has sent. It may not send more, and has no reason to wait with less.
 */
import { assert } from "../../base/assert.ts";
import { DEFAULT_WINDOW_BYTES } from "../../protocol/http2/frame.ts";

export class SendWindows {
  #connection = DEFAULT_WINDOW_BYTES;
  #initial = DEFAULT_WINDOW_BYTES;
  /** By stream of which something is left to be sent. */
  readonly #streams = new Map<number, number>();

  /** Some request has content left, and the windows for it. */
  get isOpen(): boolean {
    if (this.#connection <= 0) return false;
    for (const window of this.#streams.values()) if (window > 0) return true;
    return false;
  }

  open(stream: number): void {
    this.#streams.set(stream, this.#initial);
  }

  /** Nothing more is sent on the stream. */
  close(stream: number): void {
    this.#streams.delete(stream);
  }

  send(stream: number, bytes: number): void {
    const window = this.#streams.get(stream);
    assert(window !== undefined, "content was sent on a stream that takes none any more");
    assert(bytes <= Math.min(window, this.#connection) || bytes === 0, "content was sent beyond a window");
    this.#streams.set(stream, window - bytes);
    this.#connection -= bytes;
  }

  /** @param stream 0 for the connection. */
  widen(stream: number, increment: number): void {
    const window = this.#streams.get(stream);
    if (stream === 0) this.#connection += increment;
    else if (window !== undefined) this.#streams.set(stream, window + increment);
  }

  /** Another initial window moves those of all streams, also below 0. */
  changeInitial(bytes: number): void {
    for (const [stream, window] of this.#streams) this.#streams.set(stream, window + bytes - this.#initial);
    this.#initial = bytes;
  }
}
