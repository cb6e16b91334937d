/**
 * The streams of one connection that are open, as struct-of-arrays by slot.
 *
 * A stream's slot is found through a table of places, `(id >> 1) mod places`: an id whose place is taken by a stream
 * that lives long is passed over when a stream is opened, which HTTP/2 allows (RFC 9113, 5.1.1). So finding a stream
 * costs one load and one comparison.
 */
import { assert } from "../../base/assert.ts";
import type { ResponseTap } from "../response-tap.ts";
import { STREAM_ID_MAX } from "./frame.ts";

/** No stream. */
export const NO_SLOT = -1;
/** No header block has come yet. */
export const HEAD_AWAITED = 0;
/** The final head was read; content or trailers may follow. */
export const HEAD_READ = 1;

export class Streams {
  readonly capacity: number;
  /** Stream id; 0 for a slot that is free. */
  readonly id: Int32Array;
  /** The caller's name for the request. */
  readonly tag: Int32Array;
  readonly phase: Uint8Array;
  /** 0 until the first frame of the answer; more than that is the session's to say. */
  readonly begun: Uint8Array;
  readonly toHead: Uint8Array;
  readonly status: Int32Array;
  readonly interims: Uint8Array;
  /** Length that the content must have; -1 for any. */
  readonly contentLength: Float64Array;
  readonly contentBytes: Float64Array;
  /** Bytes of frames read, their headers included. */
  readonly bytesIn: Float64Array;
  /** What the peer may still send, and what of it was not yet given back to it. */
  readonly receiveWindow: Float64Array;
  /** What we may still send; below 0 after the peer has taken some back. */
  readonly sendWindow: Float64Array;
  /** Bytes of the request's body that were sent. */
  readonly bodySent: Float64Array;
  /** Who looks into the answer; null for nobody. */
  readonly taps: (ResponseTap | null)[];
  readonly #bodies: (Uint8Array | null)[];
  readonly #places: Int32Array;
  readonly #free: Int32Array;
  #freeCount: number;
  #nextId: number;

  /** @param firstId odd; a connection begins with 1. */
  constructor(capacity: number, firstId = 1) {
    this.capacity = capacity;
    this.#nextId = firstId;
    this.id = new Int32Array(capacity);
    this.tag = new Int32Array(capacity);
    this.phase = new Uint8Array(capacity);
    this.begun = new Uint8Array(capacity);
    this.toHead = new Uint8Array(capacity);
    this.status = new Int32Array(capacity);
    this.interims = new Uint8Array(capacity);
    this.contentLength = new Float64Array(capacity);
    this.contentBytes = new Float64Array(capacity);
    this.bytesIn = new Float64Array(capacity);
    this.receiveWindow = new Float64Array(capacity);
    this.sendWindow = new Float64Array(capacity);
    this.bodySent = new Float64Array(capacity);
    this.taps = new Array<ResponseTap | null>(capacity).fill(null);
    this.#bodies = new Array<Uint8Array | null>(capacity).fill(null);
    this.#places = new Int32Array(1 << (32 - Math.clz32(4 * capacity - 1))).fill(NO_SLOT);
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#freeCount = capacity;
  }

  /** Streams that are open. */
  get count(): number {
    return this.capacity - this.#freeCount;
  }

  /** No further stream can be opened on this connection. */
  get exhausted(): boolean {
    return this.#nextId > STREAM_ID_MAX - 8 * this.capacity;
  }

  /** The highest id that was ever used; 0 for none. */
  get lastId(): number {
    return this.#nextId - 2 > 0 ? this.#nextId - 2 : 0;
  }

  /** The slot of the stream, or NO_SLOT when it is not open. */
  find(id: number): number {
    const slot = this.#places[(id >> 1) & (this.#places.length - 1)]!;
    return slot !== NO_SLOT && this.id[slot] === id ? slot : NO_SLOT;
  }

  /** Opens the next stream and returns its slot. */
  open(tag: number, toHead: boolean, body: Uint8Array | null, receiveWindow: number, sendWindow: number): number {
    assert(this.#freeCount > 0 && !this.exhausted, "no stream can be opened");
    const mask = this.#places.length - 1;
    while (this.#places[(this.#nextId >> 1) & mask] !== NO_SLOT) this.#nextId += 2;
    const slot = this.#free[--this.#freeCount]!;
    this.#places[(this.#nextId >> 1) & mask] = slot;
    this.id[slot] = this.#nextId;
    this.#nextId += 2;
    this.tag[slot] = tag;
    this.phase[slot] = HEAD_AWAITED;
    this.begun[slot] = 0;
    this.toHead[slot] = toHead ? 1 : 0;
    this.status[slot] = 0;
    this.interims[slot] = 0;
    this.contentLength[slot] = -1;
    this.contentBytes[slot] = 0;
    this.bytesIn[slot] = 0;
    this.receiveWindow[slot] = receiveWindow;
    this.sendWindow[slot] = sendWindow;
    this.bodySent[slot] = 0;
    this.#bodies[slot] = body;
    return slot;
  }

  /** The request's body; null when it has none. */
  body(slot: number): Uint8Array | null {
    return this.#bodies[slot]!;
  }

  /** Whether some of the request's body was not sent yet. */
  hasBodyLeft(slot: number): boolean {
    const body = this.#bodies[slot]!;
    return body !== null && this.bodySent[slot]! < body.length;
  }

  close(slot: number): void {
    const id = this.id[slot]!;
    assert(id !== 0, "a stream is closed once");
    this.#places[(id >> 1) & (this.#places.length - 1)] = NO_SLOT;
    this.id[slot] = 0;
    this.taps[slot] = null;
    this.#bodies[slot] = null;
    this.#free[this.#freeCount++] = slot;
  }
}
