/**
 * Request bodies on their way out: streams with something left take turns, a frame each, within the windows of stream
 * and connection (RFC 9113, 5.2 and 6.9). A stream without a window is not in the queue until it has one again.
 */
import { assert } from "../../base/assert.ts";
import { FRAME_HEADER_BYTES, WINDOW_BYTES_MAX } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { Streams } from "./streams.ts";

export class BodyQueue {
  readonly #streams: Streams;
  /** A ring of slots; -1 where a stream has left the queue. */
  readonly #ring: Int32Array;
  readonly #queued: Uint8Array;
  #head = 0;
  #count = 0;

  constructor(streams: Streams) {
    this.#streams = streams;
    // A slot may be freed and used again before its old place in the ring is passed.
    this.#ring = new Int32Array(2 * streams.capacity);
    this.#queued = new Uint8Array(streams.capacity);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** A stream has something to send. */
  push(slot: number): void {
    if (this.#queued[slot] !== 0 || this.#streams.sendWindow[slot]! <= 0) return;
    if (this.#count === this.#ring.length) this.#compact();
    this.#ring[(this.#head + this.#count) % this.#ring.length] = slot;
    this.#queued[slot] = 1;
    this.#count++;
  }

  /** The stream has nothing to send any more. */
  remove(slot: number): void {
    if (this.#queued[slot] === 0) return;
    this.#queued[slot] = 0;
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) % this.#ring.length;
      if (this.#ring[at] === slot) this.#ring[at] = -1;
    }
  }

  /** The stream's window grew. False when it grew beyond what a window can be. */
  widen(slot: number, increment: number): boolean {
    const { sendWindow } = this.#streams;
    sendWindow[slot]! += increment;
    if (sendWindow[slot]! > WINDOW_BYTES_MAX) return false;
    if (this.#streams.hasBodyLeft(slot)) this.push(slot);
    return true;
  }

  /** The peer has changed the initial window: all windows move by as much, also below 0 (RFC 9113, 6.9.2). */
  widenAll(change: number): boolean {
    let isSound = true;
    for (let slot = 0; slot < this.#streams.capacity; slot++) {
      if (this.#streams.id[slot] !== 0 && !this.widen(slot, change)) isSound = false;
    }
    return isSound;
  }

  /**
   * Appends DATA frames until `out` holds `outBytesMax`, `window` is used up, or nobody can send.
   * @returns bytes of bodies sent.
   */
  pump(out: FrameWriter, window: number, frameBytesMax: number, outBytesMax: number): number {
    let sent = 0;
    while (this.#count > 0 && sent < window && out.length + FRAME_HEADER_BYTES < outBytesMax) {
      const slot = this.#ring[this.#head]!;
      this.#head = (this.#head + 1) % this.#ring.length;
      this.#count--;
      if (slot < 0) continue;
      this.#queued[slot] = 0;
      if (this.#streams.sendWindow[slot]! <= 0) continue;
      const room = outBytesMax - out.length - FRAME_HEADER_BYTES;
      sent += this.#sendFrame(out, slot, Math.min(frameBytesMax, window - sent, room));
      if (this.#streams.hasBodyLeft(slot)) this.push(slot);
    }
    return sent;
  }

  #sendFrame(out: FrameWriter, slot: number, bytesMax: number): number {
    const streams = this.#streams;
    const body = streams.body(slot);
    assert(body !== null, "a stream in the queue has a body");
    const start = streams.bodySent[slot]!;
    const end = Math.min(body.length, start + Math.min(bytesMax, streams.sendWindow[slot]!));
    out.data(streams.id[slot]!, body, start, end, end === body.length);
    streams.bodySent[slot] = end;
    streams.sendWindow[slot]! -= end - start;
    return end - start;
  }

  /** Closes the gaps that removed streams have left. */
  #compact(): void {
    const slots = Array.from({ length: this.#count }, (_, i) => this.#ring[(this.#head + i) % this.#ring.length]!);
    const left = slots.filter((slot) => slot >= 0);
    this.#ring.set(left);
    this.#head = 0;
    this.#count = left.length;
  }
}
