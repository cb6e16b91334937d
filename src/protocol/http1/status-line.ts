/**
 * The status line of a response: `HTTP/1.x SP status [SP reason] CRLF` (RFC 9112 4). Bytes that do not begin with
 * "HTTP/1." are no response to us at all and are refused at the first wrong byte; what goes wrong later is a violation.
 * The reason may be missing with or without its space: servers do both, and the line end is clear either way.
 */
import { latin1Encode } from "../../base/bytes.ts";
import { STATUS_LINE_BYTES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { CR, DIGIT_0, DIGIT_9, LF, SP, skipBytes, TEXT_BYTE } from "./syntax.ts";

// Positions in the fixed part: 0 to 6 are the name and major version
const NAME = latin1Encode("HTTP/1.");
const MINOR = 7;
const VERSION_SPACE = 8;
const STATUS = 9;
const STATUS_END = 12;
// and behind it
const REASON = 13;
const LINE_LF = 14;

export class StatusLine {
  #position = 0;
  #lineBytes = 0;
  #minorVersion = 0;
  #status = 0;
  #done = false;
  #failure = 0;

  /** A status line begins. */
  begin(): void {
    this.#position = 0;
    this.#lineBytes = 0;
    this.#status = 0;
    this.#done = false;
    this.#failure = 0;
  }

  /** Bytes of the line consumed, its CRLF included. */
  get lineBytes(): number {
    return this.#lineBytes;
  }

  /** 0 or 1. */
  get minorVersion(): number {
    return this.#minorVersion;
  }

  /** 100 to 999 once the line is done. */
  get status(): number {
    return this.#status;
  }

  get done(): boolean {
    return this.#done;
  }

  /** A FAILURE_CODES value (invalid_response, protocol_violation, header_too_large), 0 for none. */
  get failure(): number {
    return this.#failure;
  }

  /** Consumes bytes[start, end) up to the end of the line; returns the index of the first byte not consumed. */
  feed(bytes: Uint8Array, start: number, end: number): number {
    const limit = Math.min(end, start + STATUS_LINE_BYTES_MAX - this.#lineBytes);
    let at = start + (this.#position === 0 && limit - start >= STATUS_END ? this.#takeFixed(bytes, start) : 0);
    while (at < limit && !this.#done) {
      if (this.#position === REASON) {
        at = skipBytes(TEXT_BYTE, bytes, at, limit);
        if (at === limit) break;
      }
      this.#failure = this.#take(bytes[at]!);
      if (this.#failure !== 0) break;
      at++;
    }
    this.#lineBytes += at - start;
    if (this.#lineBytes === STATUS_LINE_BYTES_MAX && !this.#done && this.#failure === 0) {
      this.#failure = FAILURE_CODES.header_too_large;
    }
    return at;
  }

  /**
   * The fixed part in one step, as it nearly always comes: returns its length, or 0 for anything unusual, which is
   * then read byte by byte and judged there.
   */
  #takeFixed(bytes: Uint8Array, start: number): number {
    for (let i = 0; i < MINOR; i++) {
      if (bytes[start + i] !== NAME[i]) return 0;
    }
    const minorVersion = bytes[start + MINOR]! - DIGIT_0;
    const hundreds = bytes[start + STATUS]! - DIGIT_0;
    const tens = bytes[start + STATUS + 1]! - DIGIT_0;
    const ones = bytes[start + STATUS + 2]! - DIGIT_0;
    if ((minorVersion !== 0 && minorVersion !== 1) || bytes[start + VERSION_SPACE] !== SP) return 0;
    if (hundreds < 1 || hundreds > 9 || tens < 0 || tens > 9 || ones < 0 || ones > 9) return 0;
    this.#minorVersion = minorVersion;
    this.#status = hundreds * 100 + tens * 10 + ones;
    this.#position = STATUS_END;
    return STATUS_END;
  }

  /** Takes the byte at the current position; returns the failure that it is, or 0. */
  #take(byte: number): number {
    const position = this.#position;
    if (position < MINOR) {
      if (byte !== NAME[position]) return FAILURE_CODES.invalid_response;
      this.#position++;
      return 0;
    }
    const next = this.#nextPosition(position, byte);
    if (next === 0) return FAILURE_CODES.protocol_violation;
    this.#position = next;
    return 0;
  }

  /** The position behind `byte`, 0 when it cannot stand here. */
  #nextPosition(position: number, byte: number): number {
    switch (position) {
      case MINOR:
        this.#minorVersion = byte - DIGIT_0;
        return byte === DIGIT_0 || byte === DIGIT_0 + 1 ? VERSION_SPACE : 0;
      case VERSION_SPACE:
        return byte === SP ? STATUS : 0;
      case STATUS_END:
        if (byte === CR) return LINE_LF;
        return byte === SP ? REASON : 0;
      case REASON:
        return byte === CR ? LINE_LF : 0;
      case LINE_LF:
        this.#done = byte === LF;
        return byte === LF ? LINE_LF : 0;
      default: {
        const lowest = position === STATUS ? DIGIT_0 + 1 : DIGIT_0;
        this.#status = this.#status * 10 + (byte - DIGIT_0);
        return byte >= lowest && byte <= DIGIT_9 ? position + 1 : 0;
      }
    }
  }
}
