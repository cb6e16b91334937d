/**
 * The request line: `method SP request-target SP HTTP/1.x CRLF` (RFC 9112 3). Single spaces and CRLF only: splitting on
 * any white space is allowed (3) and unwise. One empty line before it is passed over (2.2).
 */
import { latin1Encode } from "../../base/bytes.ts";
import { REQUEST_LINE_BYTES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import { CR, DIGIT_0, LF, SP, skipBytes, TARGET_BYTE, TOKEN_BYTE } from "./syntax.ts";

const START = 0;
const EMPTY_LF = 1;
const METHOD = 2;
const TARGET = 3;
const LINE_CR = 4;
const LINE_LF = 5;
/** VERSION + i stands before byte i of the version. */
const VERSION = 6;
const NAME = latin1Encode("HTTP/1.");
const MINOR = VERSION + NAME.length;

/** `nextState` found a byte that cannot stand there. */
const WRONG = -1;

export class RequestLine {
  readonly #text = new GatheredBytes();
  #methodEnd = 0;
  #targetEnd = 0;
  #state = START;
  #emptyLineSeen = false;
  #lineBytes = 0;
  #minorVersion = 0;
  #done = false;
  #failure = 0;

  /** A request line begins. */
  begin(): void {
    this.#text.clear();
    this.#state = START;
    this.#emptyLineSeen = false;
    this.#lineBytes = 0;
    this.#done = false;
    this.#failure = 0;
  }

  /** Bytes consumed, CRLF and an empty line before it included. */
  get lineBytes(): number {
    return this.#lineBytes;
  }

  /** 0 or 1. */
  get minorVersion(): number {
    return this.#minorVersion;
  }

  /** The method, once the line is done. */
  get method(): string {
    return this.#text.text(0, this.#methodEnd);
  }

  /** The request target as sent, once the line is done. */
  get target(): string {
    return this.#text.text(this.#methodEnd, this.#targetEnd);
  }

  get done(): boolean {
    return this.#done;
  }

  /** A FAILURE_CODES value (protocol_violation, header_too_large), 0 for none. */
  get failure(): number {
    return this.#failure;
  }

  /** Consumes bytes[start, end) up to the end of the line; returns the index of the first byte not consumed. */
  feed(bytes: Uint8Array, start: number, end: number): number {
    const limit = Math.min(end, start + REQUEST_LINE_BYTES_MAX - this.#lineBytes);
    let at = start;
    while (at < limit && !this.#done) {
      if (this.#state === METHOD || this.#state === TARGET) {
        const wordStart = at;
        at = skipBytes(this.#state === METHOD ? TOKEN_BYTE : TARGET_BYTE, bytes, at, limit);
        this.#text.append(bytes, wordStart, at);
        if (at === limit) break;
      }
      const next = this.#nextState(bytes[at]!);
      if (next === WRONG) {
        this.#failure = FAILURE_CODES.protocol_violation;
        break;
      }
      // The first byte of the method stays where it is: it is read as the word that it begins.
      if (this.#state !== START || next !== METHOD) at++;
      this.#state = next;
    }
    this.#lineBytes += at - start;
    if (this.#lineBytes === REQUEST_LINE_BYTES_MAX && !this.#done && this.#failure === 0) {
      this.#failure = FAILURE_CODES.header_too_large;
    }
    return at;
  }

  /** The state behind `byte`, which is none of the word's that is being read; or WRONG. */
  #nextState(byte: number): number {
    switch (this.#state) {
      case START:
        if (byte !== CR) return METHOD;
        if (this.#emptyLineSeen) return WRONG;
        this.#emptyLineSeen = true;
        return EMPTY_LF;
      case EMPTY_LF:
        return byte === LF ? START : WRONG;
      case METHOD:
        this.#methodEnd = this.#text.length;
        return byte === SP && this.#methodEnd > 0 ? TARGET : WRONG;
      case TARGET:
        this.#targetEnd = this.#text.length;
        return byte === SP && this.#targetEnd > this.#methodEnd ? VERSION : WRONG;
      case MINOR:
        this.#minorVersion = byte - DIGIT_0;
        return byte === DIGIT_0 || byte === DIGIT_0 + 1 ? LINE_CR : WRONG;
      case LINE_CR:
        return byte === CR ? LINE_LF : WRONG;
      case LINE_LF:
        this.#done = byte === LF;
        return this.#done ? LINE_LF : WRONG;
      default:
        return byte === NAME[this.#state - VERSION] ? this.#state + 1 : WRONG;
    }
  }
}
