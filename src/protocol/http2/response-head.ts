/**
 * What a client must know of a response's fields (RFC 9113, 8.3.2): the status and the announced length. Judges on the
 * way whether the fields are well-formed (8.2): names in lower case and not empty, values of one line, pseudo-fields
 * first, nothing that speaks of a connection. White space around a value is let pass, as other clients do.
 */
import { FAILURE_CODES } from "../../model/failure.ts";

const CONNECTION_FIELDS = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
const COLON = 0x3a;
/** A length above this is no length: it could not be counted exactly. */
const LENGTH_DIGITS_MAX = 15;

export class ResponseHead {
  /** 0 until a valid :status was seen. */
  status = 0;
  /** The announced length of the content, bytes; -1 for none. */
  contentLength = -1;
  /** A FAILURE_CODES value, 0 while the fields are well-formed. */
  failure = 0;
  #pseudoOver = false;
  /** Trailers carry no pseudo-fields. */
  #isTrailer = false;

  /** Prepares for a list of fields. */
  begin(isTrailer: boolean): void {
    this.status = 0;
    this.contentLength = -1;
    this.failure = 0;
    this.#pseudoOver = false;
    this.#isTrailer = isTrailer;
  }

  /** Takes the next field. */
  readonly visit = (name: string, value: string): void => {
    if (this.failure !== 0) return;
    if (name.charCodeAt(0) === COLON) {
      this.#pseudo(name, value);
      return;
    }
    this.#pseudoOver = true;
    if (!isFieldName(name) || CONNECTION_FIELDS.has(name) || !isFieldValue(value)) {
      this.failure = FAILURE_CODES.protocol_violation;
    } else if (name === "content-length" && !this.#isTrailer) this.#length(value);
  };

  /** All fields were taken. */
  end(): void {
    if (this.failure === 0 && !this.#isTrailer && this.status === 0) this.failure = FAILURE_CODES.invalid_response;
  }

  #pseudo(name: string, value: string): void {
    const isStatus = name === ":status" && !this.#isTrailer && !this.#pseudoOver && this.status === 0;
    if (!isStatus) this.failure = FAILURE_CODES.protocol_violation;
    else if (!/^[1-9]\d\d$/.test(value)) this.failure = FAILURE_CODES.invalid_response;
    else this.status = Number(value);
  }

  #length(value: string): void {
    const length = /^\d+$/.test(value) && value.length <= LENGTH_DIGITS_MAX ? Number(value) : -1;
    const contradicts = this.contentLength >= 0 && this.contentLength !== length;
    if (length < 0 || contradicts) this.failure = FAILURE_CODES.protocol_violation;
    else this.contentLength = length;
  }
}

/** RFC 9113, 8.2.1: not empty, no upper case, no space, control or byte beyond ASCII, no colon. */
function isFieldName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === COLON || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return name.length > 0;
}

/** RFC 9113, 8.2.1: no NUL and no end of a line. */
function isFieldValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0 || code === 0x0a || code === 0x0d) return false;
  }
  return true;
}
