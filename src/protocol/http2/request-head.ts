/**
 * The head of a request as a server reads it from a header block (RFC 9113, 8.2 and 8.3.1): the pseudo-fields first and
 * each once, names in lower case, nothing that speaks of a connection. `problem` names the first rule that was broken.
 */
import type { HpackField } from "../hpack/field.ts";

const PSEUDO_FIELDS = [":method", ":scheme", ":authority", ":path"] as const;
type PseudoField = (typeof PSEUDO_FIELDS)[number];

const CONNECTION_FIELDS = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const LENGTH_DIGITS_MAX = 15;

export class RequestHead {
  /** The regular fields, in order. */
  readonly fields: HpackField[] = [];
  /** The announced length of the content, bytes; -1 for none. */
  contentLength = -1;
  /** What is wrong with it; null while nothing is. */
  problem: string | null = null;
  readonly #pseudo = new Map<string, string>();
  readonly #isTrailer: boolean;

  /** @param isTrailer the fields follow the content: no pseudo-fields, and no length. */
  constructor(isTrailer: boolean) {
    this.#isTrailer = isTrailer;
  }

  get method(): string {
    return this.#pseudo.get(":method") ?? "";
  }

  get path(): string {
    return this.#pseudo.get(":path") ?? "";
  }

  /** Takes the next field. */
  readonly visit = (name: string, value: string): void => {
    this.problem ??= name.startsWith(":") ? this.#takePseudo(name, value) : this.#take(name, value);
  };

  /** All fields were taken. */
  end(): void {
    if (this.#isTrailer) return;
    for (const name of [":method", ":scheme", ":path"] satisfies PseudoField[]) {
      if (!this.#pseudo.has(name)) this.problem ??= `a request has no ${name}`;
    }
    if (!METHOD.test(this.method)) this.problem ??= "a method is no token";
    const isPath = this.path.startsWith("/") || (this.path === "*" && this.method === "OPTIONS");
    if (!isPath) this.problem ??= "a path does not begin with a slash";
  }

  #takePseudo(name: string, value: string): string | null {
    if (this.#isTrailer) return "a trailer has a pseudo-field";
    if (this.fields.length > 0) return "a pseudo-field follows a regular one";
    if (!(PSEUDO_FIELDS as readonly string[]).includes(name))
      return "a request has a pseudo-field that is not one of it";
    if (this.#pseudo.has(name)) return "a pseudo-field comes twice";
    this.#pseudo.set(name, value);
    return null;
  }

  #take(name: string, value: string): string | null {
    this.fields.push({ name, value });
    if (!FIELD_NAME.test(name)) return "a field's name is no token in lower case";
    if (!isFieldValue(value)) return "a field's value has a byte that none may have";
    if (CONNECTION_FIELDS.includes(name)) return "a field speaks of the connection";
    if (name === "te" && value !== "trailers") return "the field te says more than trailers";
    return name === "content-length" && !this.#isTrailer ? this.#takeLength(value) : null;
  }

  #takeLength(value: string): string | null {
    if (!/^\d+$/.test(value) || value.length > LENGTH_DIGITS_MAX) return "a content-length is no length";
    const length = Number(value);
    if (this.contentLength >= 0 && this.contentLength !== length) return "two content-lengths differ";
    this.contentLength = length;
    return null;
  }
}

/** RFC 9113, 8.2.1: no NUL, no end of a line, no white space around it. */
function isFieldValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0 || code === 0x0a || code === 0x0d) return false;
  }
  return value === "" || !(isSpace(value.charCodeAt(0)) || isSpace(value.charCodeAt(value.length - 1)));
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
