/**
 * The client's side of HTTP/1.1 (RFC 9112): bytes from the peer in, one response out, whatever way the bytes are split.
 * Sans-IO: `begin` for each request, `feed` what arrives, `end` when the peer has finished sending. A head goes
 * status line, fields; interim heads (1xx) are passed over; the final head decides how its body ends.
 *
 * A normal response allocates nothing: it leaves a status, counts and one decision, whether the connection can be
 * used again. Whoever wants more of it gives a tap. The peer's mistakes are values in `failure`, never exceptions.
 */
import { HEAD_BYTES_MAX, INTERIM_RESPONSES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import type { ResponseTap } from "../response-tap.ts";
import { BodyReader } from "./body.ts";
import { ControlFields, FRAMING_CHUNKED, FRAMING_CODED, FRAMING_LENGTH, FRAMING_NONE } from "./control-fields.ts";
import { FieldSection } from "./field-section.ts";
import type { HeadMemo } from "./head-memo.ts";
import { StatusLine } from "./status-line.ts";
import { TappedHead } from "./tapped-head.ts";

/** More bytes are needed. */
export const RESPONSE_PARSING = 0;
/** The response is whole, or none has been asked for yet: no byte is consumed before the next `begin`. */
export const RESPONSE_COMPLETE = 1;
/** `failure` says why; no further byte is consumed. */
export const RESPONSE_FAILED = 2;

const STATUS_LINE = 0;
const FIELDS = 1;
const BODY = 2;

export class Http1ResponseParser {
  readonly #line = new StatusLine();
  readonly #control = new ControlFields();
  readonly #fields = new FieldSection(this.#control);
  readonly #body = new BodyReader(this.#fields);
  #state = RESPONSE_COMPLETE;
  #phase = STATUS_LINE;
  #failure = 0;
  #toHead = false;
  #started = false;
  #interimCount = 0;
  #status = 0;
  #bodyBytes = 0;
  #totalBytes = 0;
  #keepAlive = false;
  /** The head says that the connection outlives the response. */
  #persistent = false;
  #memo: HeadMemo | null = null;
  #tapped: TappedHead | null = null;

  /**
   * Prepares for the answer to one request.
   * @param toHead whether that request is a HEAD: no body follows.
   * @param memo the head of an earlier answer to the same request; null to parse every head in full.
   * @param tap who looks into the answer: its head is then parsed in full.
   */
  begin(toHead: boolean, memo: HeadMemo | null = null, tap: ResponseTap | null = null): void {
    this.#memo = memo?.wanted ? memo : null;
    if (tap !== null || this.#tapped !== null) this.#setTap(tap);
    this.#state = RESPONSE_PARSING;
    this.#failure = 0;
    this.#toHead = toHead;
    this.#started = false;
    this.#interimCount = 0;
    this.#status = 0;
    this.#bodyBytes = 0;
    this.#totalBytes = 0;
    this.#keepAlive = false;
    this.#beginHead();
  }

  /** RESPONSE_PARSING, RESPONSE_COMPLETE or RESPONSE_FAILED. */
  get state(): number {
    return this.#state;
  }

  /** 200 to 999 once the final head is complete, 0 before. */
  get status(): number {
    return this.#status;
  }

  /** A FAILURE_CODES value, 0 for none. */
  get failure(): number {
    return this.#failure;
  }

  /** Bytes of content so far, without chunk framing. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** Bytes consumed so far: interim and final heads, body, framing, trailers. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Complete, and the connection may carry another request (RFC 9112 9.3). Whether we asked to close is not known here. */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  /** At least one byte of the answer has been seen. */
  get started(): boolean {
    return this.#started;
  }

  /**
   * Consumes bytes[start, end). Returns the index of the first byte not consumed: `end` while the response is
   * incomplete, just behind its last byte when it is complete, the offending byte when it failed.
   */
  feed(bytes: Uint8Array, start: number, end: number): number {
    if (this.#state !== RESPONSE_PARSING || start === end) return start;
    this.#started = true;
    let at = start;
    if (this.#memo !== null) at = this.#feedWithMemo(this.#memo, bytes, start, end);
    while (at < end && this.#phase !== BODY && this.#state === RESPONSE_PARSING) at = this.#feedHead(bytes, at, end);
    if (at < end && this.#state === RESPONSE_PARSING) {
      at = this.#body.feed(bytes, at, end);
      this.#judgeBody();
    }
    this.#totalBytes += at - start;
    return at;
  }

  /** The peer has finished sending. Completes a body that ends with the connection; else the message is cut short. */
  end(): void {
    if (this.#state !== RESPONSE_PARSING) return;
    if (this.#phase === BODY && this.#body.endsWithConnection) this.#state = RESPONSE_COMPLETE;
    else this.#fail(FAILURE_CODES.connection_closed);
  }

  #setTap(tap: ResponseTap | null): void {
    this.#tapped = tap === null ? null : new TappedHead(tap);
    this.#body.tap = tap;
    if (tap !== null) this.#memo = null;
  }

  /** The first bytes of an answer: recognises its head, or parses it and remembers it when it came whole. */
  #feedWithMemo(memo: HeadMemo, bytes: Uint8Array, start: number, end: number): number {
    this.#memo = null;
    const headEnd = memo.match(bytes, start, end);
    if (headEnd >= 0) {
      this.#beginBody(memo.status, memo.framing, memo.lengthBytes, memo.persistent);
      return headEnd;
    }
    const at = this.#feedHead(bytes, start, end);
    if (this.#phase === BODY && this.#failure === 0) {
      const framing = this.#control.framing(this.#line.minorVersion);
      memo.remember(bytes, start, at, this.#status, framing, this.#control.contentLengthBytes, this.#persistent);
    }
    return at;
  }

  #beginHead(): void {
    this.#phase = STATUS_LINE;
    this.#line.begin();
  }

  #fail(failure: number): void {
    this.#state = RESPONSE_FAILED;
    this.#failure = failure;
  }

  /** Consumes bytes of one head, at most to its end. */
  #feedHead(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#phase === STATUS_LINE) {
      at = this.#line.feed(bytes, at, end);
      if (this.#line.failure !== 0) this.#fail(this.#line.failure);
      if (!this.#line.done) return at;
      this.#fields.beginHeader(HEAD_BYTES_MAX - this.#line.lineBytes);
      this.#phase = FIELDS;
    }
    const fieldsAt = at;
    at = this.#fields.feed(bytes, at, end);
    if (this.#fields.failure !== 0) {
      this.#fail(this.#fields.failure);
    } else {
      const { done } = this.#fields;
      if (this.#tapped !== null && this.#line.status >= 200) this.#tapped.take(bytes, fieldsAt, at, done);
      if (done) this.#finishHead();
    }
    return at;
  }

  #finishHead(): void {
    const status = this.#line.status;
    if (status >= 200) {
      const minorVersion = this.#line.minorVersion;
      const persistent = this.#control.persistent(minorVersion);
      this.#beginBody(status, this.#control.framing(minorVersion), this.#control.contentLengthBytes, persistent);
      return;
    }
    // An interim response has no body and says nothing about the final one (RFC 9110 15.2). We never ask for another
    // protocol, so that nobody may switch to one (RFC 9110 7.8).
    this.#interimCount++;
    if (status === 101 || this.#interimCount > INTERIM_RESPONSES_MAX) this.#fail(FAILURE_CODES.protocol_violation);
    else this.#beginHead();
  }

  /** The final head is complete. How the body ends: RFC 9112 6.3, rule by rule. */
  #beginBody(status: number, framing: number, lengthBytes: number, persistent: boolean): void {
    this.#status = status;
    this.#persistent = persistent;
    this.#phase = BODY;
    if (this.#toHead || status === 204 || status === 304) this.#body.beginLength(0);
    else if (framing === FRAMING_CHUNKED) this.#body.beginChunked();
    else if (framing === FRAMING_LENGTH) this.#body.beginLength(lengthBytes);
    else if (framing === FRAMING_CODED || framing === FRAMING_NONE) this.#body.beginUntilClose();
    else this.#fail(FAILURE_CODES.protocol_violation);
    if (this.#state === RESPONSE_PARSING) this.#judgeBody();
  }

  #judgeBody(): void {
    this.#bodyBytes = this.#body.bodyBytes;
    if (this.#body.failure !== 0) {
      this.#fail(this.#body.failure);
    } else if (this.#body.done) {
      this.#state = RESPONSE_COMPLETE;
      this.#keepAlive = this.#persistent;
    }
  }
}
