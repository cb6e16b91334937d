/**
 * A user's cookies in a request that is encoded already. There is one Cookie line at most (RFC 6265 5.4): where the
 * request has one of its own, the cookies are appended to it, else a line is put in behind the Host line, which comes
 * first. What comes out lies in a buffer that the next request uses again.
 */
import { latin1Decode, latin1Encode } from "../../base/bytes.ts";
import { CR, SP } from "./syntax.ts";

const COOKIE_NAME = latin1Encode("cookie:");
const LINE_END_BYTES = 2;

/** What the request line of an encoded request asks for: mostly path and query. @param start of its bytes. */
export function requestTarget(request: Uint8Array, start: number): string {
  const at = request.indexOf(SP, start) + 1;
  return latin1Decode(request, at, request.indexOf(SP, at));
}

export class CookieLine {
  /** The request that `insert` made is bytes[0, length). */
  bytes = new Uint8Array(1_024);
  length = 0;

  /** @param cookies value of a Cookie field, a character for each byte; not empty. */
  insert(request: Uint8Array, start: number, end: number, cookies: string): void {
    const hostAt = lineBehind(request, start);
    const ownAt = ownLine(request, hostAt);
    const at = ownAt < 0 ? lineBehind(request, hostAt) : lineBehind(request, ownAt) - LINE_END_BYTES;
    const isBare = ownAt >= 0 && valueIsEmpty(request, ownAt + COOKIE_NAME.length, at);
    const before = ownAt < 0 ? "Cookie: " : isBare ? "" : "; ";
    const after = ownAt < 0 ? "\r\n" : "";
    this.#widen(end - start + before.length + cookies.length + after.length);
    this.bytes.set(request.subarray(start, at));
    this.length = at - start;
    this.#write(before);
    this.#write(cookies);
    this.#write(after);
    this.bytes.set(request.subarray(at, end), this.length);
    this.length += end - at;
  }

  #write(text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  #widen(bytes: number): void {
    if (bytes > this.bytes.length) this.bytes = new Uint8Array(Math.max(bytes, 2 * this.bytes.length));
  }
}

/** Where the line behind the one at `at` begins. */
function lineBehind(request: Uint8Array, at: number): number {
  return request.indexOf(CR, at) + LINE_END_BYTES;
}

/** Where the Cookie line of the head begins, whose field lines begin at `fieldsAt`; -1 for none. */
function ownLine(request: Uint8Array, fieldsAt: number): number {
  for (let at = fieldsAt; request[at] !== CR; at = lineBehind(request, at)) {
    let same = 0;
    while (same < COOKIE_NAME.length && (request[at + same]! | 0x20) === (COOKIE_NAME[same]! | 0x20)) same++;
    if (same === COOKIE_NAME.length) return at;
  }
  return -1;
}

function valueIsEmpty(request: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (request[at] !== SP) return false;
  return true;
}
