/**
 * The chunked transfer coding (RFC 9112 7.1): `size [extensions] CRLF data CRLF` until a chunk of size 0, then a
 * trailer section. Sizes are plain hexadecimal digits, line ends are CRLF only: whoever reads a chunk line laxly ends
 * the body elsewhere than its neighbour. Extensions are bounded, checked for closed quotes, and ignored (7.1.1).
 */
import { BODY_BYTES_MAX, CHUNK_LINE_BYTES_MAX, TRAILER_BYTES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import type { ResponseTap } from "../response-tap.ts";
import type { FieldSection } from "./field-section.ts";
import { BACKSLASH, CR, DQUOTE, HEX_VALUE, HTAB, LF, SEMICOLON, SP, TEXT_BYTE } from "./syntax.ts";

// Within a chunk line, in the order of its bytes
const SIZE_START = 0;
const SIZE = 1;
/** White space behind the size: an extension must follow (the grammar's BWS). */
const SIZE_SPACE = 2;
const EXTENSION = 3;
const QUOTED = 4;
const QUOTED_ESCAPE = 5;
const LINE_LF = 6;
// Behind it
const DATA = 7;
const DATA_CR = 8;
const DATA_LF = 9;
const TRAILER = 10;

/** `nextInLine` found a byte that cannot stand there. */
const WRONG = -1;

export class ChunkFraming {
  /** Sees the data of the chunks. */
  tap: ResponseTap | null = null;
  readonly #trailer: FieldSection;
  #state = SIZE_START;
  #lineBytes = 0;
  #sizeBytes = 0;
  #dataBytesLeft = 0;
  #bodyBytes = 0;
  #done = false;
  #failure = 0;

  constructor(trailer: FieldSection) {
    this.#trailer = trailer;
  }

  /** A chunked body begins. */
  begin(): void {
    this.#state = SIZE_START;
    this.#lineBytes = 0;
    this.#sizeBytes = 0;
    this.#bodyBytes = 0;
    this.#done = false;
    this.#failure = 0;
  }

  /** Bytes of chunk data consumed. */
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

  /** Consumes bytes[start, end) up to the end of the body; returns the index of the first byte not consumed. */
  feed(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && !this.#done && this.#failure === 0) {
      if (this.#state === DATA) {
        const taken = Math.min(end - at, this.#dataBytesLeft);
        if (this.tap !== null) this.tap.content(bytes, at, at + taken);
        at += taken;
        this.#bodyBytes += taken;
        this.#dataBytesLeft -= taken;
        if (this.#dataBytesLeft === 0) this.#state = DATA_CR;
      } else if (this.#state === TRAILER) {
        at = this.#trailer.feed(bytes, at, end);
        this.#done = this.#trailer.done;
        this.#failure = this.#trailer.failure;
      } else if (this.#framingByte(bytes[at]!)) {
        at++;
      }
    }
    return at;
  }

  /** Takes one byte of a chunk line or of the line end behind the data. False, with a failure, when it is refused. */
  #framingByte(byte: number): boolean {
    const state = this.#state;
    if (state === DATA_CR || state === DATA_LF) {
      if (byte !== (state === DATA_CR ? CR : LF)) return this.#fail(FAILURE_CODES.protocol_violation);
      this.#state = state === DATA_CR ? DATA_LF : SIZE_START;
      return true;
    }
    const next = nextInLine(state, byte);
    if (next === WRONG || this.#lineBytes === CHUNK_LINE_BYTES_MAX) {
      return this.#fail(FAILURE_CODES.protocol_violation);
    }
    this.#lineBytes++;
    if (next === SIZE) {
      const sizeBytes = this.#sizeBytes * 16 + HEX_VALUE[byte]!;
      if (sizeBytes > Number.MAX_SAFE_INTEGER) return this.#fail(FAILURE_CODES.protocol_violation);
      this.#sizeBytes = sizeBytes;
    } else if (next === DATA) {
      if (this.#bodyBytes + this.#sizeBytes > BODY_BYTES_MAX) return this.#fail(FAILURE_CODES.body_too_large);
      this.#beginData();
      return true;
    }
    this.#state = next;
    return true;
  }

  /** The chunk line is over: its data follows, or the trailer section when it has none. */
  #beginData(): void {
    if (this.#sizeBytes === 0) {
      this.#trailer.beginTrailer(TRAILER_BYTES_MAX);
      this.#state = TRAILER;
    } else {
      this.#dataBytesLeft = this.#sizeBytes;
      this.#state = DATA;
    }
    this.#sizeBytes = 0;
    this.#lineBytes = 0;
  }

  #fail(failure: number): false {
    this.#failure = failure;
    return false;
  }
}

/** The state behind `byte` in a chunk line, DATA when the byte ends it, or WRONG. */
function nextInLine(state: number, byte: number): number {
  switch (state) {
    case SIZE_START:
      return HEX_VALUE[byte]! >= 0 ? SIZE : WRONG;
    case SIZE:
      if (HEX_VALUE[byte]! >= 0) return SIZE;
      if (byte === CR) return LINE_LF;
      if (byte === SEMICOLON) return EXTENSION;
      return byte === SP || byte === HTAB ? SIZE_SPACE : WRONG;
    case SIZE_SPACE:
      if (byte === SEMICOLON) return EXTENSION;
      return byte === SP || byte === HTAB ? SIZE_SPACE : WRONG;
    case EXTENSION:
      if (byte === CR) return LINE_LF;
      if (byte === DQUOTE) return QUOTED;
      return TEXT_BYTE[byte] === 1 ? EXTENSION : WRONG;
    case QUOTED:
      if (byte === DQUOTE) return EXTENSION;
      if (byte === BACKSLASH) return QUOTED_ESCAPE;
      return TEXT_BYTE[byte] === 1 ? QUOTED : WRONG;
    case QUOTED_ESCAPE:
      return TEXT_BYTE[byte] === 1 ? QUOTED : WRONG;
    default:
      return byte === LF ? DATA : WRONG;
  }
}
