/**
 * A section of field lines up to and including its empty line: the header section of a head (RFC 9112 5) and the
 * trailer section of a chunked body (RFC 9112 7.1.2). It checks the grammar and hands the control fields' values on.
 *
 * Line ends are CRLF and nothing else. RFC 9112 2.2 lets a recipient take a bare LF for a line end; recipients that do
 * and recipients that do not are what smuggling attacks are built on, no server in use sends it, so it is refused,
 * like a bare CR, a folded line (5.2), white space before the colon (5.1) and control bytes in values (RFC 9110 5.5).
 */
import { HEADERS_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { CarriedWord } from "./carried-word.ts";
import { CONTROL_NAME_BYTES_MAX, type ControlFields, controlField, FIELD_OTHER } from "./control-fields.ts";
import { COLON, CR, LF, skipBytes, TEXT_BYTE, TOKEN_BYTE } from "./syntax.ts";

const LINE_START = 0;
const NAME = 1;
const VALUE = 2;
const LINE_LF = 3;
const SECTION_LF = 4;

export class FieldSection {
  readonly #control: ControlFields;
  #steering = false;
  #bytesLeft = 0;
  #fieldCount = 0;
  #state = LINE_START;
  #done = false;
  #failure = 0;
  #field = FIELD_OTHER;
  readonly #carriedName = new CarriedWord(CONTROL_NAME_BYTES_MAX);

  /** @param control receives the control fields of header sections. */
  constructor(control: ControlFields) {
    this.#control = control;
  }

  /** A header section begins, of at most `bytesMax` bytes: its control fields count. */
  beginHeader(bytesMax: number): void {
    this.#control.reset();
    this.#begin(true, bytesMax);
  }

  /** A trailer section begins: its fields are checked and ignored, they steer nothing (RFC 9110 6.5.1). */
  beginTrailer(bytesMax: number): void {
    this.#begin(false, bytesMax);
  }

  #begin(steering: boolean, bytesMax: number): void {
    this.#steering = steering;
    this.#bytesLeft = bytesMax;
    this.#fieldCount = 0;
    this.#state = LINE_START;
    this.#done = false;
    this.#failure = 0;
    this.#carriedName.clear();
  }

  /** The empty line has been consumed. */
  get done(): boolean {
    return this.#done;
  }

  /** A FAILURE_CODES value (protocol_violation, header_too_large), 0 for none. */
  get failure(): number {
    return this.#failure;
  }

  /** Consumes bytes[start, end) up to the end of the section; returns the index of the first byte not consumed. */
  feed(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#scan(bytes, start, Math.min(end, start + this.#bytesLeft));
    this.#bytesLeft -= at - start;
    if (this.#bytesLeft === 0 && !this.#done && this.#failure === 0) this.#failure = FAILURE_CODES.header_too_large;
    return at;
  }

  /** One pass, falling from state to state: a line that lies in the buffer as a whole takes no detour. */
  #scan(bytes: Uint8Array, start: number, end: number): number {
    let state = this.#state;
    let field = this.#field;
    let fieldCount = this.#fieldCount;
    let nameStart = start;
    let at = start;
    while (at < end) {
      if (state === LINE_START) {
        if (bytes[at] === CR) {
          at++;
          state = SECTION_LF;
        } else {
          if (fieldCount === HEADERS_MAX) return this.#fail(FAILURE_CODES.header_too_large, at);
          fieldCount++;
          nameStart = at;
          state = NAME;
        }
      }
      if (state === NAME) {
        at = skipBytes(TOKEN_BYTE, bytes, at, end);
        if (at === end) {
          this.#carriedName.append(bytes, nameStart, at);
          break;
        }
        if (bytes[at] !== COLON || at - nameStart + this.#carriedName.length === 0) {
          return this.#fail(FAILURE_CODES.protocol_violation, at);
        }
        field = this.#identify(bytes, nameStart, at);
        if (field !== FIELD_OTHER) this.#control.beginValue(field);
        at++;
        state = VALUE;
      }
      if (state === VALUE) {
        if (field === FIELD_OTHER) at = skipBytes(TEXT_BYTE, bytes, at, end);
        else at = this.#control.feedValue(bytes, at, end);
        if (at === end) break;
        if (bytes[at] !== CR || (field !== FIELD_OTHER && !this.#control.endValue())) {
          return this.#fail(FAILURE_CODES.protocol_violation, at);
        }
        at++;
        state = LINE_LF;
      }
      if (at === end) break;
      if (bytes[at] !== LF) return this.#fail(FAILURE_CODES.protocol_violation, at);
      at++;
      if (state === SECTION_LF) {
        this.#done = true;
        break;
      }
      state = LINE_START;
    }
    this.#state = state;
    this.#field = field;
    this.#fieldCount = fieldCount;
    return at;
  }

  #fail(failure: number, at: number): number {
    this.#failure = failure;
    return at;
  }

  /** FIELD_*: which field the name is that ends at `nameEnd`; its beginning may have come with earlier reads. */
  #identify(bytes: Uint8Array, nameStart: number, nameEnd: number): number {
    if (!this.#steering) {
      this.#carriedName.clear();
      return FIELD_OTHER;
    }
    if (this.#carriedName.length === 0) return controlField(bytes, nameStart, nameEnd - nameStart);
    this.#carriedName.append(bytes, nameStart, nameEnd);
    const field = controlField(this.#carriedName.bytes, 0, this.#carriedName.length);
    this.#carriedName.clear();
    return field;
  }
}
