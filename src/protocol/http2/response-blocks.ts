/**
 * The header blocks of responses: what they say, decoded only where their bytes were not seen before, or where
 * somebody wants more than that.
 */
import { HEAD_BYTES_MAX } from "../../base/limits.ts";
import { HPACK_INVALID, HPACK_OK, HpackDecoder } from "../hpack/decoder.ts";
import type { ResponseTap } from "../response-tap.ts";
import { DEFAULT_HEADER_TABLE_BYTES } from "./frame.ts";
import { HeadCache } from "./head-cache.ts";
import { ResponseHead } from "./response-head.ts";

/** The fields are well-formed, and `status` and `contentLength` say what they say. */
const HEAD_DECODED = 0;
/** The fields are not those of a response; `failure` says why. The table is in step. */
export const HEAD_MALFORMED = 1;
/** The list is longer than we take. The table is in step. */
export const HEAD_TOO_LARGE = 2;
/** The table is out of step: the connection is lost. */
export const HEAD_UNDECODABLE = 3;

export class ResponseBlocks {
  /** As ResponseHead has them, of the last block. */
  status = 0;
  contentLength = -1;
  failure = 0;
  readonly #decoder = new HpackDecoder(DEFAULT_HEADER_TABLE_BYTES, HEAD_BYTES_MAX);
  readonly #head = new ResponseHead();
  readonly #cache = new HeadCache();
  #tap: ResponseTap | null = null;

  /**
   * Takes the block bytes[start, end), also of a stream that is over, because the table depends on it.
   * @param isTrailer whether it comes behind the content; its fields are judged and forgotten.
   * @param tap who wants fields of a final head.
   */
  take(bytes: Uint8Array, start: number, end: number, isTrailer: boolean, tap: ResponseTap | null): number {
    const { version } = this.#decoder;
    if (!isTrailer && tap === null && this.#cache.find(bytes, start, end, version)) {
      this.status = this.#cache.status;
      this.contentLength = this.#cache.contentLength;
      return HEAD_DECODED;
    }
    const head = this.#head;
    head.begin(isTrailer);
    this.#tap = tap;
    const visit = tap === null || isTrailer ? head.visit : this.#visitTapped;
    const outcome = this.#decoder.decode(bytes, start, end, visit);
    this.#tap = null;
    head.end();
    if (outcome === HPACK_INVALID) return HEAD_UNDECODABLE;
    if (outcome !== HPACK_OK) return HEAD_TOO_LARGE;
    this.failure = head.failure;
    if (head.failure !== 0) return HEAD_MALFORMED;
    this.status = head.status;
    this.contentLength = head.contentLength;
    if (this.#decoder.version === version && head.status >= 200) this.#cache.remember(bytes, start, end, version, head);
    return HEAD_DECODED;
  }

  /** The status comes before all other fields, so that an interim head is known by it. */
  readonly #visitTapped = (name: string, value: string): void => {
    this.#head.visit(name, value);
    if (this.#head.status < 200 || this.#head.failure !== 0) return;
    const index = this.#tap!.wanted.indexOf(name);
    if (index >= 0) this.#tap!.field(index, trimmed(value));
  };
}

/** `value` without white space around it (OWS, RFC 9110 5.6.3). */
function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (start < end && isSpace(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
