/**
 * The head of the last answer to a request, so that the next one that has the same bytes need not be parsed again. A
 * server's answers to one request mostly differ in their Date alone (RFC 9110 6.6.1), and in that once a second: a
 * head that equals the remembered one everywhere else, with text where the date was, is recognised as well.
 *
 * Comparing goes four bytes at a time. Nothing is believed that was not parsed once by the full parser. A server whose
 * heads keep changing (varying lengths, request ids) makes the memo lose its credit, and it then keeps out of the way.
 */
import { skipBytes, TEXT_BYTE } from "./syntax.ts";

/** Longer heads are parsed each time. */
const MEMO_BYTES_MAX = 2_048;
/** A hit earns 1 up to this, a miss costs 2; at 0 the memo gives up for good. */
const CREDIT_MAX = 128;
/** IMF-fixdate, RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". */
const DATE_BYTES = 29;
const DATE_NAME = [0x0d, 0x0a, 0x64, 0x61, 0x74, 0x65, 0x3a, 0x20];

export class HeadMemo {
  /** What the parser concluded from the head; valid after `match` has found it. */
  status = 0;
  framing = 0;
  lengthBytes = 0;
  persistent = false;

  readonly #head = new Uint8Array(MEMO_BYTES_MAX);
  readonly #words = new Int32Array(this.#head.buffer);
  #headBytes = 0;
  /** Where the date's value begins in the head; -1 for none. */
  #dateAt = -1;
  #credit = CREDIT_MAX;
  /** The buffer that answers arrive in, mostly the same one, and a view of it. */
  #buffer: ArrayBufferLike = this.#head.buffer;
  #view: DataView = new DataView(this.#buffer);

  /** Whether heads should be offered to `remember`. */
  get wanted(): boolean {
    return this.#credit > 0;
  }

  /** When bytes[start, end) begin with the remembered head: the index behind it; else -1. */
  match(bytes: Uint8Array, start: number, end: number): number {
    const headBytes = this.#headBytes;
    if (headBytes === 0 || end - start < headBytes) return -1;
    if (this.#buffer !== bytes.buffer) {
      this.#buffer = bytes.buffer;
      this.#view = new DataView(bytes.buffer);
    }
    let at = this.#firstDifference(this.#view, bytes.byteOffset + start);
    const inDate = this.#dateAt >= 0 && at >= this.#dateAt && at < this.#dateAt + DATE_BYTES;
    if (inDate && this.#takeDate(bytes, start)) {
      at = this.#firstDifference(this.#view, bytes.byteOffset + start);
    }
    if (at < headBytes) {
      this.#credit -= 2;
      this.#headBytes = 0;
      return -1;
    }
    if (this.#credit < CREDIT_MAX) this.#credit++;
    return start + headBytes;
  }

  /** Remembers the head bytes[start, headEnd), which the parser has found to be well-formed, and what it concluded. */
  remember(
    bytes: Uint8Array,
    start: number,
    headEnd: number,
    status: number,
    framing: number,
    lengthBytes: number,
    persistent: boolean,
  ): void {
    if (headEnd - start > MEMO_BYTES_MAX) return;
    this.status = status;
    this.framing = framing;
    this.lengthBytes = lengthBytes;
    this.persistent = persistent;
    this.#headBytes = headEnd - start;
    for (let i = 0; i < this.#headBytes; i++) this.#head[i] = bytes[start + i]!;
    this.#dateAt = findDate(this.#head, this.#headBytes);
  }

  /** Index of the first byte in which the head and the view at `offset` differ; the head's length for none. */
  #firstDifference(view: DataView, offset: number): number {
    const words = this.#words;
    const wholeWords = this.#headBytes >> 2;
    for (let word = 0; word < wholeWords; word++) {
      if (view.getInt32(offset + (word << 2), true) !== words[word]) return this.#exactly(view, offset, word << 2);
    }
    return this.#exactly(view, offset, wholeWords << 2);
  }

  #exactly(view: DataView, offset: number, from: number): number {
    let at = from;
    while (at < this.#headBytes && view.getUint8(offset + at) === this.#head[at]) at++;
    return at;
  }

  /** Takes over the date of the head at `start`, when it is text; false when it is not. */
  #takeDate(bytes: Uint8Array, start: number): boolean {
    const from = start + this.#dateAt;
    if (skipBytes(TEXT_BYTE, bytes, from, from + DATE_BYTES) !== from + DATE_BYTES) return false;
    for (let i = 0; i < DATE_BYTES; i++) this.#head[this.#dateAt + i] = bytes[from + i]!;
    return true;
  }
}

/** Where the value of a Date field of the usual form begins, or -1. */
function findDate(head: Uint8Array, headBytes: number): number {
  for (let at = 0; at + DATE_NAME.length + DATE_BYTES + 2 <= headBytes; at++) {
    let matched = 0;
    while (matched < DATE_NAME.length && lower(head[at + matched]!) === DATE_NAME[matched]) matched++;
    const valueAt = at + DATE_NAME.length;
    if (matched === DATE_NAME.length && head[valueAt + DATE_BYTES] === 0x0d) return valueAt;
  }
  return -1;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
