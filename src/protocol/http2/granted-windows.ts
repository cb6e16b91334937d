/**
 * The windows that a server grants its client (RFC 9113, 5.2 and 6.9): what the client may send is counted down, and
 * given back when half of it is used up.
 */
import { assert } from "../../base/assert.ts";
import { DEFAULT_WINDOW_BYTES } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { ServerStream, ServerStreams } from "./server-stream.ts";

/** A stream's window is opened to at least this, however small the initial one is. */
const GRANT_BYTES_MIN = 4_096;

export class GrantedWindows {
  readonly #out: FrameWriter;
  readonly #streams: ServerStreams;
  #connection = DEFAULT_WINDOW_BYTES;
  #connectionWanted = DEFAULT_WINDOW_BYTES;
  #initial = DEFAULT_WINDOW_BYTES;
  #withholds = false;

  constructor(out: FrameWriter, streams: ServerStreams) {
    this.#out = out;
    this.#streams = streams;
  }

  /** The window of a new stream. */
  get initial(): number {
    return this.#initial;
  }

  /** The client has acknowledged another initial window: those of open streams move along, also below 0 (6.9.2). */
  changeInitial(bytes: number): void {
    for (const stream of this.#streams.all) stream.receiveWindow += bytes - this.#initial;
    this.#initial = bytes;
    this.grantAll();
  }

  /** While set, nothing is given back: request bodies come to a halt. */
  withhold(withholds: boolean): void {
    this.#withholds = withholds;
    this.grantAll();
  }

  /** The connection's window is `bytes` from now on. It knows no setting: it is opened like any other (6.9.2). */
  widenConnection(bytes: number): void {
    assert(bytes >= this.#connectionWanted, "a connection's window is never taken back");
    if (bytes > this.#connectionWanted) this.#out.windowUpdate(0, bytes - this.#connectionWanted);
    this.#connection += bytes - this.#connectionWanted;
    this.#connectionWanted = bytes;
  }

  /** The client has sent `bytes` on the stream, null for one that is over. False when it was not allowed so many. */
  spend(stream: ServerStream | null, bytes: number): boolean {
    this.#connection -= bytes;
    if (stream !== null) stream.receiveWindow -= bytes;
    return this.#connection >= 0 && (stream === null || stream.receiveWindow >= 0);
  }

  /** Gives back the connection's window, if it is due. */
  grantConnection(): void {
    if (this.#withholds || 2 * this.#connection > this.#connectionWanted) return;
    this.#out.windowUpdate(0, this.#connectionWanted - this.#connection);
    this.#connection = this.#connectionWanted;
  }

  /** Gives back the window of a stream that is open, if it is due and something may still come. */
  grant(stream: ServerStream): void {
    if (this.#withholds || stream.ended || 2 * stream.receiveWindow > this.#initial) return;
    const wanted = Math.max(this.#initial, GRANT_BYTES_MIN);
    this.#out.windowUpdate(stream.stream, wanted - stream.receiveWindow);
    stream.receiveWindow = wanted;
  }

  grantAll(): void {
    this.grantConnection();
    for (const stream of this.#streams.all) this.grant(stream);
  }
}
