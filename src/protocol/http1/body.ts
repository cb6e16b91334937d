/**
 * The body of a message in either direction: where it ends, and how many bytes it has. Four framings (RFC 9112 6.3):
 * none, a declared length, chunked, or until the connection ends. Content is counted, and shown to a tap if there is one.
 */
import { BODY_BYTES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import type { ResponseTap } from "../response-tap.ts";
import { ChunkFraming } from "./chunk-framing.ts";
import type { FieldSection } from "./field-section.ts";

const LENGTH = 0;
const CHUNKED = 1;
const UNTIL_CLOSE = 2;

export class BodyReader {
  readonly #chunks: ChunkFraming;
  #framing = LENGTH;
  #bytesLeft = 0;
  #bodyBytes = 0;
  #done = false;
  #failure = 0;
  #tap: ResponseTap | null = null;

  /** @param fields reads the trailer section, when the header section no longer needs it. */
  constructor(fields: FieldSection) {
    this.#chunks = new ChunkFraming(fields);
  }

  /** Who sees the content of the bodies that follow; null for nobody. */
  set tap(tap: ResponseTap | null) {
    this.#tap = tap;
    this.#chunks.tap = tap;
  }

  /** A body of exactly `lengthBytes` bytes begins; 0 for none: it is done at once. */
  beginLength(lengthBytes: number): void {
    this.#begin(LENGTH);
    this.#bytesLeft = lengthBytes;
    this.#done = lengthBytes === 0;
    if (lengthBytes > BODY_BYTES_MAX) this.#failure = FAILURE_CODES.body_too_large;
  }

  /** A chunked body begins. */
  beginChunked(): void {
    this.#begin(CHUNKED);
    this.#chunks.begin();
  }

  /** A body begins that only the end of the connection ends. */
  beginUntilClose(): void {
    this.#begin(UNTIL_CLOSE);
    this.#bytesLeft = BODY_BYTES_MAX;
  }

  #begin(framing: number): void {
    this.#framing = framing;
    this.#bodyBytes = 0;
    this.#done = false;
    this.#failure = 0;
  }

  /** Bytes of content consumed, without chunk framing. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  get done(): boolean {
    return this.#done;
  }

  /** A FAILURE_CODES value (protocol_violation, header_too_large, body_too_large), 0 for none. */
  get failure(): number {
    return this.#failure;
  }

  get endsWithConnection(): boolean {
    return this.#framing === UNTIL_CLOSE;
  }

  /** Consumes bytes[start, end) up to the end of the body; returns the index of the first byte not consumed. */
  feed(bytes: Uint8Array, start: number, end: number): number {
    if (this.#framing === CHUNKED) {
      const at = this.#chunks.feed(bytes, start, end);
      this.#bodyBytes = this.#chunks.bodyBytes;
      this.#done = this.#chunks.done;
      this.#failure = this.#chunks.failure;
      return at;
    }
    const taken = Math.min(end - start, this.#bytesLeft);
    this.#bytesLeft -= taken;
    this.#bodyBytes += taken;
    if (this.#tap !== null) this.#tap.content(bytes, start, start + taken);
    if (this.#framing === LENGTH) this.#done = this.#bytesLeft === 0;
    else if (taken < end - start) this.#failure = FAILURE_CODES.body_too_large;
    return start + taken;
  }
}
