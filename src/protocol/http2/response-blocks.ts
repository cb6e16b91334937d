/** The header blocks of responses: what they say, decoded only where their bytes were not seen before. */
import { HEAD_BYTES_MAX } from "../../base/limits.ts";
import { HPACK_INVALID, HPACK_OK, HpackDecoder } from "../hpack/decoder.ts";
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

  /**
   * Takes the block bytes[start, end), also of a stream that is over, because the table depends on it.
   * @param isTrailer whether it comes behind the content; its fields are judged and forgotten.
   */
  take(bytes: Uint8Array, start: number, end: number, isTrailer: boolean): number {
    const { version } = this.#decoder;
    if (!isTrailer && this.#cache.find(bytes, start, end, version)) {
      this.status = this.#cache.status;
      this.contentLength = this.#cache.contentLength;
      return HEAD_DECODED;
    }
    const head = this.#head;
    head.begin(isTrailer);
    const outcome = this.#decoder.decode(bytes, start, end, head.visit);
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
}
