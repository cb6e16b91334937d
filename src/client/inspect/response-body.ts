/**
 * The content of one response as rules and captures see it: its codings undone, as text, as JSON. Each form is made
 * when it is first asked for, once. A content that is too long, or whose codings or syntax are broken, has no such form.
 */
import { CONTENT_CODINGS_MAX, INSPECTED_BODY_BYTES_MAX } from "../../base/limits.ts";
import type { DecodeUtf8, Decompress } from "../../model/ports.ts";

/** What the pure floors are lent to read content with. */
export interface ContentTools {
  readonly decompress: Decompress;
  readonly decodeUtf8: DecodeUtf8;
}

/** There is no such form; null is a JSON value. */
export const NO_JSON = Symbol("no JSON");

export class ResponseBody {
  readonly #tools: ContentTools;
  readonly #sent: Uint8Array | null;
  readonly #codings: readonly string[];
  #decoded: Uint8Array | null | undefined;
  #text: string | null | undefined;
  #json: unknown;

  /**
   * @param sent the content as it was sent; null when it is not at hand. It is read only while this object is in use.
   * @param codings values of the Content-Encoding fields.
   */
  constructor(tools: ContentTools, sent: Uint8Array | null, codings: readonly string[]) {
    this.#tools = tools;
    this.#sent = sent;
    this.#codings = codings;
  }

  /** UTF-8, with U+FFFD for what is none; null for no such form. */
  get text(): string | null {
    if (this.#text === undefined) {
      const bytes = this.#bytes();
      this.#text = bytes === null ? null : this.#tools.decodeUtf8(bytes);
    }
    return this.#text;
  }

  /** The text of the first `bytesMax` bytes; null for no such form. */
  beginning(bytesMax: number): string | null {
    const bytes = this.#bytes();
    if (bytes === null || bytes.length <= bytesMax) return this.text;
    return this.#tools.decodeUtf8(bytes.subarray(0, bytesMax));
  }

  /** The JSON value (RFC 8259), or NO_JSON. */
  get json(): unknown {
    if (this.#json === undefined) this.#json = parsed(this.text);
    return this.#json;
  }

  #bytes(): Uint8Array | null {
    if (this.#decoded === undefined) this.#decoded = this.#decode();
    return this.#decoded;
  }

  /** Codings are listed in the order in which they were applied (RFC 9110 8.4). */
  #decode(): Uint8Array | null {
    // No coding gives nothing; a server may name one all the same where there is no content.
    if (this.#sent === null || this.#sent.length === 0) return this.#sent;
    const codings = this.#codings.flatMap(listedCodings);
    if (codings.length > CONTENT_CODINGS_MAX) return null;
    let bytes: Uint8Array | null = this.#sent;
    for (let i = codings.length - 1; i >= 0 && bytes !== null; i--) {
      bytes = this.#tools.decompress(codings[i]!, bytes, INSPECTED_BODY_BYTES_MAX);
    }
    return bytes;
  }
}

/** A list of tokens in any case; "identity" says nothing. */
function listedCodings(list: string): readonly string[] {
  const codings = list.split(",").map((coding) => coding.trim().toLowerCase());
  return codings.filter((coding) => coding !== "" && coding !== "identity");
}

function parsed(text: string | null): unknown {
  if (text === null) return NO_JSON;
  try {
    return JSON.parse(text);
  } catch {
    // SyntaxError for what is no JSON, RangeError where it nests too deep for the parser.
    return NO_JSON;
  }
}
