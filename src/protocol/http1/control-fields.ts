/**
 * The four fields that steer a message: Content-Length and Transfer-Encoding say where its body ends, Connection says
 * whether the connection outlives it, Host must be there once in a request. Every other field passes unread.
 *
 * Values arrive byte by byte, so that a value split between two reads needs no copy of itself. Nothing here is lax:
 * two recipients that understand one of these fields differently disagree about where the next message begins
 * (request smuggling, RFC 9112 11.2).
 */
import { latin1Encode } from "../../base/bytes.ts";
import { CarriedWord } from "./carried-word.ts";
import { COMMA, DIGIT_0, DIGIT_9, HTAB, SP, skipBytes, TEXT_BYTE, TOKEN_BYTE } from "./syntax.ts";

export const FIELD_OTHER = 0;
const FIELD_HOST = 1;
const FIELD_CONNECTION = 2;
const FIELD_CONTENT_LENGTH = 3;
const FIELD_TRANSFER_ENCODING = 4;

/** No field speaks about the body. */
export const FRAMING_NONE = 0;
/** Content-Length alone. */
export const FRAMING_LENGTH = 1;
/** Transfer-Encoding whose last coding is chunked. */
export const FRAMING_CHUNKED = 2;
/** Transfer-Encoding whose last coding is another one: only the end of the connection ends the body. */
export const FRAMING_CODED = 3;
/** Fields that contradict each other or the version. */
const FRAMING_CONFLICT = 4;

const HOST = latin1Encode("host");
const CONNECTION = latin1Encode("connection");
const CONTENT_LENGTH = latin1Encode("content-length");
const TRANSFER_ENCODING = latin1Encode("transfer-encoding");
const CHUNKED = latin1Encode("chunked");
const CLOSE = latin1Encode("close");
const KEEP_ALIVE = latin1Encode("keep-alive");

/** Bytes of the longest name that `controlField` knows. */
export const CONTROL_NAME_BYTES_MAX = TRANSFER_ENCODING.length;

/** Which control field the name in bytes[start, start + length) is, in any case. The bytes are token bytes. */
export function controlField(bytes: Uint8Array, start: number, length: number): number {
  if (length === 14) return sameWord(bytes, start, CONTENT_LENGTH) ? FIELD_CONTENT_LENGTH : FIELD_OTHER;
  if (length === 10) return sameWord(bytes, start, CONNECTION) ? FIELD_CONNECTION : FIELD_OTHER;
  if (length === 17) return sameWord(bytes, start, TRANSFER_ENCODING) ? FIELD_TRANSFER_ENCODING : FIELD_OTHER;
  if (length === 4) return sameWord(bytes, start, HOST) ? FIELD_HOST : FIELD_OTHER;
  return FIELD_OTHER;
}

/** Compares token bytes with a word in lower case. Setting bit 5 folds letters; no other token byte folds to one. */
function sameWord(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) {
    if ((bytes[start + i]! | 0x20) !== word[i]!) return false;
  }
  return true;
}

const WORD_NONE = 0;
const WORD_UNKNOWN = 1;
const WORD_CHUNKED = 2;
const WORD_CLOSE = 3;
const WORD_KEEP_ALIVE = 4;

/** Which list element that matters the token in bytes[start, start + length) is, in any case. */
function knownWord(bytes: Uint8Array, start: number, length: number): number {
  if (length === 10) return sameWord(bytes, start, KEEP_ALIVE) ? WORD_KEEP_ALIVE : WORD_UNKNOWN;
  if (length === 5) return sameWord(bytes, start, CLOSE) ? WORD_CLOSE : WORD_UNKNOWN;
  if (length === 7) return sameWord(bytes, start, CHUNKED) ? WORD_CHUNKED : WORD_UNKNOWN;
  return WORD_UNKNOWN;
}

// Where a value stands within its comma-separated list.
const BEFORE_ELEMENT = 0;
const IN_ELEMENT = 1;
const AFTER_ELEMENT = 2;

/** Reads the control fields of one head. */
export class ControlFields {
  #contentLengthBytes = -1;
  #codingCount = 0;
  #chunked = false;
  #close = false;
  #keepAlive = false;
  #hostCount = 0;

  #field = FIELD_OTHER;
  #place = BEFORE_ELEMENT;
  #lengthBytes = 0;
  /** WORD_*: the list element as far as it is known, WORD_NONE before its end. */
  #word = WORD_NONE;
  readonly #carried = new CarriedWord(KEEP_ALIVE.length);

  /** Forgets everything: a new head begins. */
  reset(): void {
    this.#contentLengthBytes = -1;
    this.#codingCount = 0;
    this.#chunked = false;
    this.#close = false;
    this.#keepAlive = false;
    this.#hostCount = 0;
  }

  /** Declared bytes of the body, -1 when Content-Length is absent. */
  get contentLengthBytes(): number {
    return this.#contentLengthBytes;
  }

  get hostCount(): number {
    return this.#hostCount;
  }

  /**
   * FRAMING_*: how the fields say that the body ends (RFC 9112 6.3, rules 3 to 6), for version HTTP/1.`minorVersion`.
   *
   * A Transfer-Encoding beside a Content-Length is a conflict. Rule 3 would let the coding win, but "ought to be
   * handled as an error": it is the mark of smuggling, and a load test should report a server that sends it.
   * A Transfer-Encoding in HTTP/1.0 has faulty framing by definition (RFC 9112 6.1).
   */
  framing(minorVersion: number): number {
    if (this.#codingCount > 0) {
      if (this.#contentLengthBytes >= 0 || minorVersion === 0) return FRAMING_CONFLICT;
      return this.#chunked ? FRAMING_CHUNKED : FRAMING_CODED;
    }
    return this.#contentLengthBytes >= 0 ? FRAMING_LENGTH : FRAMING_NONE;
  }

  /** Whether the connection persists behind this message (RFC 9112 9.3): `close` beats `keep-alive`. */
  persistent(minorVersion: number): boolean {
    return !this.#close && (minorVersion === 1 || this.#keepAlive);
  }

  /** A value of `field` begins (not FIELD_OTHER). */
  beginValue(field: number): void {
    this.#field = field;
    this.#place = BEFORE_ELEMENT;
    this.#lengthBytes = 0;
    this.#word = WORD_NONE;
    this.#carried.clear();
  }

  /** Takes bytes of the value from bytes[start, end); returns the index of the first byte that cannot stand in it. */
  feedValue(bytes: Uint8Array, start: number, end: number): number {
    if (this.#field === FIELD_CONTENT_LENGTH) return this.#feedLength(bytes, start, end);
    if (this.#field === FIELD_HOST) return skipBytes(TEXT_BYTE, bytes, start, end);
    return this.#feedList(bytes, start, end);
  }

  /** The value is over. False when it breaks the field's grammar or contradicts an earlier value. */
  endValue(): boolean {
    switch (this.#field) {
      case FIELD_CONTENT_LENGTH:
        return this.#place !== BEFORE_ELEMENT && this.#settleLength(this.#lengthBytes);
      case FIELD_TRANSFER_ENCODING:
        // An empty list names no coding; the field is then only good for confusing somebody.
        return this.#settleWord() && this.#codingCount > 0;
      case FIELD_CONNECTION:
        return this.#settleWord();
      default:
        this.#hostCount++;
        return true;
    }
  }

  /** Content-Length = 1*DIGIT, or a list of them that are all equal (RFC 9110 8.6). */
  #feedLength(bytes: Uint8Array, start: number, end: number): number {
    let place = this.#place;
    let lengthBytes = this.#lengthBytes;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= DIGIT_0 && byte <= DIGIT_9) {
        if (place === AFTER_ELEMENT) break;
        place = IN_ELEMENT;
        lengthBytes = lengthBytes * 10 + (byte - DIGIT_0);
        if (lengthBytes > Number.MAX_SAFE_INTEGER) break;
      } else if (byte === SP || byte === HTAB) {
        if (place === IN_ELEMENT) place = AFTER_ELEMENT;
      } else {
        if (byte !== COMMA || place === BEFORE_ELEMENT || !this.#settleLength(lengthBytes)) break;
        place = BEFORE_ELEMENT;
        lengthBytes = 0;
      }
    }
    this.#place = place;
    this.#lengthBytes = lengthBytes;
    return at;
  }

  #settleLength(lengthBytes: number): boolean {
    const first = this.#contentLengthBytes < 0;
    if (first) this.#contentLengthBytes = lengthBytes;
    return first || this.#contentLengthBytes === lengthBytes;
  }

  /** A list of tokens (RFC 9110 5.6.1); empty elements are skipped. */
  #feedList(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const byte = bytes[at]!;
      if (TOKEN_BYTE[byte] === 1) {
        if (this.#place === AFTER_ELEMENT && !this.#spoilWord()) break;
        const wordStart = at;
        at = skipBytes(TOKEN_BYTE, bytes, at + 1, end);
        this.#place = IN_ELEMENT;
        this.#takeWord(bytes, wordStart, at, at < end);
        continue;
      }
      if (byte === SP || byte === HTAB) {
        if (this.#place === IN_ELEMENT) this.#place = AFTER_ELEMENT;
      } else if (byte === COMMA) {
        if (!this.#settleWord()) break;
      } else if (TEXT_BYTE[byte] !== 1 || !this.#spoilWord()) {
        break;
      }
      at++;
    }
    return at;
  }

  /** Takes token bytes [start, end) of an element; `whole` when they reach to its end. */
  #takeWord(bytes: Uint8Array, start: number, end: number, whole: boolean): void {
    if (this.#word === WORD_UNKNOWN) return;
    if (whole && this.#carried.length === 0) this.#word = knownWord(bytes, start, end - start);
    else this.#carried.append(bytes, start, end);
  }

  /**
   * The element is no token. In Connection it becomes an option we do not know. In Transfer-Encoding it could be a
   * coding with a parameter: no coding in use has one and chunked must not (RFC 9112 7.1), so that refusing it (false)
   * loses nothing.
   */
  #spoilWord(): boolean {
    this.#place = IN_ELEMENT;
    this.#word = WORD_UNKNOWN;
    this.#carried.clear();
    return this.#field === FIELD_CONNECTION;
  }

  /** The element is over. False when it is a coding behind chunked. */
  #settleWord(): boolean {
    let word = this.#word;
    if (this.#carried.length > 0) {
      word = knownWord(this.#carried.bytes, 0, this.#carried.length);
      this.#carried.clear();
    }
    this.#place = BEFORE_ELEMENT;
    this.#word = WORD_NONE;
    if (word === WORD_NONE) return true;
    if (this.#field === FIELD_CONNECTION) {
      if (word === WORD_CLOSE) this.#close = true;
      else if (word === WORD_KEEP_ALIVE) this.#keepAlive = true;
      return true;
    }
    // Chunked marks the end of the body: nothing can follow it, not even itself (RFC 9112 6.1).
    if (this.#chunked) return false;
    this.#codingCount++;
    this.#chunked = word === WORD_CHUNKED;
    return true;
  }
}
