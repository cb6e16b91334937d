/**
 * The server's side of HTTP/1.1 (RFC 9112): bytes from a client in, one request out. The simulated server and the tests
 * read with it what the client's encoder wrote, by the same body framing as the response parser, so that the two sides
 * check each other. Bytes behind a complete request are the next one's: `begin`, then feed them.
 */
import { HEAD_BYTES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { BodyReader } from "./body.ts";
import { ControlFields, FRAMING_CHUNKED, FRAMING_LENGTH, FRAMING_NONE } from "./control-fields.ts";
import { FieldSection } from "./field-section.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import { RequestLine } from "./request-line.ts";

/** More bytes are needed. */
export const REQUEST_PARSING = 0;
/** The request is whole, or none was begun: no byte is consumed before the next `begin`. */
export const REQUEST_COMPLETE = 1;
/** `failure` says why; no further byte is consumed. */
export const REQUEST_FAILED = 2;

const REQUEST_LINE = 0;
const FIELDS = 1;
const BODY = 2;

export class Http1RequestParser {
  readonly #line = new RequestLine();
  readonly #control = new ControlFields();
  readonly #fields = new FieldSection(this.#control);
  readonly #body = new BodyReader(this.#fields);
  readonly #fieldText: GatheredBytes | null;
  #state = REQUEST_COMPLETE;
  #phase = REQUEST_LINE;
  #failure = 0;
  #started = false;
  #bodyBytes = 0;
  #totalBytes = 0;
  #keepAlive = false;

  /** @param options.keepHeaders whether `headers` will be asked for; off by default, it keeps each head's bytes. */
  constructor(options: { readonly keepHeaders?: boolean } = {}) {
    this.#fieldText = options.keepHeaders === true ? new GatheredBytes() : null;
  }

  /** Prepares for one request. */
  begin(): void {
    this.#state = REQUEST_PARSING;
    this.#phase = REQUEST_LINE;
    this.#failure = 0;
    this.#started = false;
    this.#bodyBytes = 0;
    this.#totalBytes = 0;
    this.#keepAlive = false;
    this.#line.begin();
    this.#fieldText?.clear();
  }

  /** REQUEST_PARSING, REQUEST_COMPLETE or REQUEST_FAILED. */
  get state(): number {
    return this.#state;
  }

  /** A FAILURE_CODES value, 0 for none. */
  get failure(): number {
    return this.#failure;
  }

  /** The method of a complete request, decoded at each call. */
  get method(): string {
    return this.#line.method;
  }

  /** The request target of a complete request as sent (path and query for a client of an origin server). */
  get path(): string {
    return this.#line.target;
  }

  /**
   * The header fields of a complete request: names in lower case in order of arrival, values without surrounding white
   * space, several of one name joined by ", " (RFC 9110 5.3). Empty without `keepHeaders`.
   */
  get headers(): Map<string, string> {
    const headers = new Map<string, string>();
    if (this.#fieldText === null) return headers;
    for (const line of this.#fieldText.text(0, this.#fieldText.length).split("\r\n")) {
      const colon = line.indexOf(":");
      if (colon < 0) continue;
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "");
      const earlier = headers.get(name);
      headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
    }
    return headers;
  }

  /** Bytes of content so far, without chunk framing. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** Bytes consumed so far: head, body, framing, trailers. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Complete, and the client expects the connection to persist (RFC 9112 9.3). */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  /** At least one byte of the request has been seen. */
  get started(): boolean {
    return this.#started;
  }

  /**
   * Consumes bytes[start, end). Returns the index of the first byte not consumed: `end` while the request is
   * incomplete, just behind its last byte when it is complete, the offending byte when it failed.
   */
  feed(bytes: Uint8Array, start: number, end: number): number {
    if (this.#state !== REQUEST_PARSING || start === end) return start;
    this.#started = true;
    let at = start;
    if (this.#phase !== BODY) at = this.#feedHead(bytes, at, end);
    if (at < end && this.#state === REQUEST_PARSING) {
      at = this.#body.feed(bytes, at, end);
      this.#judgeBody();
    }
    this.#totalBytes += at - start;
    return at;
  }

  /** The client has finished sending: a request that is not complete never will be. */
  end(): void {
    if (this.#state === REQUEST_PARSING) this.#fail(FAILURE_CODES.connection_closed);
  }

  #fail(failure: number): void {
    this.#state = REQUEST_FAILED;
    this.#failure = failure;
  }

  #feedHead(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#phase === REQUEST_LINE) {
      at = this.#line.feed(bytes, at, end);
      if (this.#line.failure !== 0) this.#fail(this.#line.failure);
      if (!this.#line.done) return at;
      this.#fields.beginHeader(HEAD_BYTES_MAX - this.#line.lineBytes);
      this.#phase = FIELDS;
    }
    const fieldsStart = at;
    at = this.#fields.feed(bytes, at, end);
    this.#fieldText?.append(bytes, fieldsStart, at);
    if (this.#fields.failure !== 0) this.#fail(this.#fields.failure);
    else if (this.#fields.done) this.#finishHead();
    return at;
  }

  #finishHead(): void {
    const minorVersion = this.#line.minorVersion;
    const hostCount = this.#control.hostCount;
    // RFC 9112 3.2: one Host, which HTTP/1.0 may leave out.
    if (hostCount > 1 || (hostCount === 0 && minorVersion === 1)) {
      this.#fail(FAILURE_CODES.protocol_violation);
      return;
    }
    this.#phase = BODY;
    const framing = this.#control.framing(minorVersion);
    if (framing === FRAMING_CHUNKED) this.#body.beginChunked();
    else if (framing === FRAMING_LENGTH) this.#body.beginLength(this.#control.contentLengthBytes);
    else if (framing === FRAMING_NONE) this.#body.beginLength(0);
    // A request cannot end with its connection: a final coding other than chunked has no end (RFC 9112 6.3, rule 4).
    else this.#fail(FAILURE_CODES.protocol_violation);
    if (this.#state === REQUEST_PARSING) this.#judgeBody();
  }

  #judgeBody(): void {
    this.#bodyBytes = this.#body.bodyBytes;
    if (this.#body.failure !== 0) {
      this.#fail(this.#body.failure);
    } else if (this.#body.done) {
      this.#state = REQUEST_COMPLETE;
      this.#keepAlive = this.#control.persistent(this.#line.minorVersion);
    }
  }
}
