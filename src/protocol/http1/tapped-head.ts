/**
 * The field lines of a final head, for a tap. The parser has judged them before they come here, so that they only have
 * to be split; a section that lies in one read is not copied.
 */
import { latin1Decode } from "../../base/bytes.ts";
import type { ResponseTap } from "../response-tap.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import { COLON, CR, HTAB, SP } from "./syntax.ts";

export class TappedHead {
  readonly #tap: ResponseTap;
  /** What came in earlier reads; null for nothing. */
  #gathered: GatheredBytes | null = null;

  constructor(tap: ResponseTap) {
    this.#tap = tap;
  }

  /** Takes the next bytes [start, end) of the section. @param isLast whether they end with its empty line. */
  take(bytes: Uint8Array, start: number, end: number, isLast: boolean): void {
    if (isLast && this.#gathered === null) {
      this.#split(bytes, start, end);
      return;
    }
    this.#gathered ??= new GatheredBytes();
    this.#gathered.append(bytes, start, end);
    if (!isLast) return;
    this.#split(this.#gathered.bytes, 0, this.#gathered.length);
    this.#gathered = null;
  }

  /** Lines `name:value CRLF`, and an empty one. */
  #split(bytes: Uint8Array, start: number, end: number): void {
    const { wanted } = this.#tap;
    let at = start;
    while (at < end && bytes[at] !== CR) {
      const colon = bytes.indexOf(COLON, at);
      const lineEnd = bytes.indexOf(CR, colon);
      const index = wanted.indexOfBytes(bytes, at, colon);
      if (index >= 0) this.#tap.field(index, trimmed(bytes, colon + 1, lineEnd));
      at = lineEnd + 2;
    }
  }
}

/** The text of bytes [start, end) without white space around it (OWS, RFC 9110 5.6.3). */
function trimmed(bytes: Uint8Array, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isSpace(bytes[from]!)) from++;
  while (from < to && isSpace(bytes[to - 1]!)) to--;
  return latin1Decode(bytes, from, to);
}

function isSpace(byte: number): boolean {
  return byte === SP || byte === HTAB;
}
