/**
 * The answers of one connection: what comes on its streams, until each of them ends in one outcome.
 *
 *   opened ──► (interim heads) ──► final head ──► content ──► end ──► answered
 *                                        └── what breaks a rule, or RST_STREAM ──► failed
 */
import { BODY_BYTES_MAX, INTERIM_RESPONSES_MAX, STREAM_WINDOW_BYTES } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import type { ResponseTap } from "../response-tap.ts";
import { BodyQueue } from "./body-queue.ts";
import { CANCEL, FRAME_HEADER_BYTES, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { Http2Request } from "./request.ts";
import { HEAD_READ, Streams } from "./streams.ts";

/** What is said of requests, by their tags; `connection` is what the session was made with. */
export interface Http2Outcomes {
  /** The first bytes of the answer came, and it is not complete. */
  began(connection: number, tag: number): void;
  /** The answer is complete. `bytesIn` counts its frames with their headers. */
  answered(connection: number, tag: number, status: number, bytesIn: number): void;
  /** There will be no complete answer. `error` is the HTTP/2 error code that the peer gave, 0 for none. */
  streamFailed(connection: number, tag: number, failure: number, error: number, bytesIn: number): void;
  /** The peer says that it never saw the request and goes in peace: the request may be sent on another connection. */
  returned(connection: number, tag: number): void;
}

/** What the caller knows of an answer that has begun: nothing yet, or that it has. */
const BEGUN = 1;
const BEGUN_AND_TOLD = 2;

export class Answers {
  readonly streams: Streams;
  /** Bodies of requests that are not sent to their ends. */
  readonly bodies: BodyQueue;
  readonly #connection: number;
  readonly #out: FrameWriter;
  readonly #outcomes: Http2Outcomes;
  /** Slots whose first frame came since `tellBegun`. */
  readonly #begun: Int32Array;
  #begunCount = 0;

  constructor(connection: number, streamsMax: number, out: FrameWriter, outcomes: Http2Outcomes) {
    this.#connection = connection;
    this.#out = out;
    this.#outcomes = outcomes;
    this.streams = new Streams(streamsMax);
    this.bodies = new BodyQueue(this.streams);
    this.#begun = new Int32Array(streamsMax);
  }

  /** Opens a stream for the request `tag` and returns its slot. @param tap who looks into the answer. */
  open(tag: number, request: Http2Request, sendWindowBytes: number, tap: ResponseTap | null): number {
    const slot = this.streams.open(tag, request.toHead, request.body, STREAM_WINDOW_BYTES, sendWindowBytes);
    this.streams.taps[slot] = tap;
    return slot;
  }

  /** A head that is no trailer. @param ends whether it ends the stream. */
  head(slot: number, status: number, contentLength: number, ends: boolean): void {
    const { streams } = this;
    if (status < 200) {
      // An interim answer (RFC 9110, 15.2); there is no switching of protocols in HTTP/2 (RFC 9113, 8.6).
      const isTooMany = ++streams.interims[slot]! > INTERIM_RESPONSES_MAX;
      if (ends || status === 101 || isTooMany) this.reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
      else this.#noteBegun(slot);
      return;
    }
    streams.phase[slot] = HEAD_READ;
    streams.status[slot] = status;
    // These answers have no content, whatever length they announce (RFC 9113, 8.1.1).
    const hasNone = streams.toHead[slot] !== 0 || status === 204 || status === 304;
    streams.contentLength[slot] = hasNone ? 0 : contentLength;
    if (streams.contentLength[slot]! > BODY_BYTES_MAX) this.reset(slot, CANCEL, FAILURE_CODES.body_too_large);
    else if (ends) this.complete(slot);
    else this.#noteBegun(slot);
  }

  /** Well-formed fields behind the content; they must end the stream. */
  trailer(slot: number, ends: boolean): void {
    if (ends) this.complete(slot);
    else this.reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
  }

  /** Content of an answer, bytes[start, end): no more than it may have, and than we take of any. */
  content(slot: number, bytes: Uint8Array, start: number, end: number): void {
    const { contentBytes, contentLength, taps } = this.streams;
    contentBytes[slot]! += end - start;
    const content = contentBytes[slot]!;
    const due = contentLength[slot]!;
    if (due >= 0 && content > due) this.reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
    else if (content > BODY_BYTES_MAX) this.reset(slot, CANCEL, FAILURE_CODES.body_too_large);
    else if (taps[slot] !== null) taps[slot]!.content(bytes, start, end);
  }

  /** The peer has ended the stream: the answer is whole if its content has the length that it must have. */
  complete(slot: number): void {
    const { streams } = this;
    const due = streams.contentLength[slot]!;
    if (due >= 0 && due !== streams.contentBytes[slot]!) {
      this.reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
      return;
    }
    // An answer may come before the request is whole; the rest of it is of no use then (RFC 9113, 8.1).
    if (streams.hasBodyLeft(slot)) this.#out.rstStream(streams.id[slot]!, CANCEL);
    const tag = streams.tag[slot]!;
    const status = streams.status[slot]!;
    const bytesIn = streams.bytesIn[slot]!;
    this.#close(slot);
    this.#outcomes.answered(this.#connection, tag, status, bytesIn);
  }

  /** The peer gives the stream up. */
  resetByPeer(slot: number, error: number): void {
    const failure = error === REFUSED_STREAM ? FAILURE_CODES.stream_refused : FAILURE_CODES.stream_reset;
    this.streams.bytesIn[slot]! += FRAME_HEADER_BYTES + 4;
    this.fail(slot, failure, error);
  }

  /** Our side gives the stream up for what the peer did with it. */
  reset(slot: number, error: number, failure: number): void {
    this.#out.rstStream(this.streams.id[slot]!, error);
    this.fail(slot, failure, NO_ERROR);
  }

  fail(slot: number, failure: number, error: number): void {
    const tag = this.streams.tag[slot]!;
    const bytesIn = this.streams.bytesIn[slot]!;
    this.#close(slot);
    this.#outcomes.streamFailed(this.#connection, tag, failure, error, bytesIn);
  }

  /** The caller gives the request up: nothing is reported. */
  cancel(slot: number): void {
    this.#out.rstStream(this.streams.id[slot]!, CANCEL);
    this.#close(slot);
  }

  /** The peer will not answer streams above `last`; without an `error` they are as if they had never been sent. */
  leaveOut(last: number, error: number): void {
    const { streams } = this;
    for (let slot = 0; slot < streams.capacity; slot++) {
      if (streams.id[slot]! <= last) continue;
      if (error !== NO_ERROR) {
        this.fail(slot, FAILURE_CODES.goaway, error);
      } else {
        const tag = streams.tag[slot]!;
        this.#close(slot);
        this.#outcomes.returned(this.#connection, tag);
      }
    }
  }

  /** The connection is gone. */
  failAll(failure: number, error: number): void {
    for (let slot = 0; slot < this.streams.capacity; slot++) {
      if (this.streams.id[slot] !== 0) this.fail(slot, failure, error);
    }
  }

  /** Tells of the answers that have begun and not ended since it was called last. */
  tellBegun(): void {
    const { id, begun, tag } = this.streams;
    for (let i = 0; i < this.#begunCount; i++) {
      const slot = this.#begun[i]!;
      if (id[slot] === 0 || begun[slot] !== BEGUN) continue;
      begun[slot] = BEGUN_AND_TOLD;
      this.#outcomes.began(this.#connection, tag[slot]!);
    }
    this.#begunCount = 0;
  }

  #noteBegun(slot: number): void {
    if (this.streams.begun[slot] !== 0) return;
    this.streams.begun[slot] = BEGUN;
    this.#begun[this.#begunCount++] = slot;
  }

  #close(slot: number): void {
    this.bodies.remove(slot);
    this.streams.close(slot);
  }
}
