/**
 * From the text of a request to the segments that it is written from: whatever lies between two values is joined and
 * encoded here, once. Path and header values may only hold values with an escape that keeps them from ending where the
 * scenario did not end them.
 */
import { assert, unreachable } from "../base/assert.ts";
import { utf8Encode } from "../base/bytes.ts";
import { escaped } from "../base/escape.ts";
import { ESCAPES, type Escape, type Part, type Text, type Value } from "../model/template.ts";
import { consistsOf, TARGET_BYTE, TEXT_BYTE, TOKEN_BYTE } from "../protocol/http1/syntax.ts";
import { http2Fields, type RequestField } from "../protocol/http2/request.ts";
import { fieldsInOrder } from "../protocol/request-fields.ts";
import { FixedBytes } from "./fixed-bytes.ts";
import { beginsWithUrl, isParts, type RequestText } from "./request-text.ts";
import {
  BASE64,
  BYTES,
  CHOICE,
  DATA,
  FIELD_ENDS,
  FIELD_STARTS,
  INT,
  ITERATION,
  LENGTH,
  SECRET,
  type Segment,
  STRING,
  segment,
  USER,
  UUID,
  VARIABLE,
} from "./segment.ts";

export interface MessageForm {
  /** Request line and fields, with the empty line behind them. */
  readonly head: readonly Segment[];
  readonly body: readonly Segment[];
  /** Some of its values are drawn. */
  readonly draws: boolean;
  /** Null where HTTP/2 is never spoken. */
  readonly http2: Http2Form | null;
  /** Digits that Content-Length had in the last rendering: the first guess for the next. */
  lengthDigits: number;
}

export interface Http2Form {
  /** The n-th without a value has that of FIELD_STARTS and FIELD_ENDS of index n. */
  readonly fields: readonly RequestField[];
  /** How many have no value. */
  readonly values: number;
  readonly toHead: boolean;
}

/** Stands for the value of Content-Length. */
const CONTENT_LENGTH = Symbol("Content-Length");
type FieldText = Text | typeof CONTENT_LENGTH;

export function compile(request: RequestText): MessageForm {
  const { method, host, path, headers, body } = request;
  assert(isTarget(path), "request path is no request target");
  const fields = fieldsInOrder<FieldText>(method, host, headers, contentLength(body));
  const numbers = request.http2 ? new Map<FieldText, number>() : null;
  const http2 = numbers === null ? null : http2Form(request, fields, numbers);
  const head = new SegmentList(numbers);
  head.text(`${method} `);
  head.field(path, TARGET_BYTE, ["uri", "form", "url"]);
  head.text(" HTTP/1.1\r\n");
  for (const [name, value] of fields) {
    assert(consistsOf(TOKEN_BYTE, name), "header name is no token");
    head.text(`${name}: `);
    head.field(value, TEXT_BYTE, ["header", "uri", "form"]);
    head.text("\r\n");
  }
  head.text("\r\n");
  const content = new SegmentList(null);
  if (isParts(body)) content.parts(body);
  else if (body !== null) content.bytes(body);
  const segments = { head: head.close(), body: content.close() };
  return { ...segments, draws: drawsAny([...segments.head, ...segments.body]), http2, lengthDigits: 3 };
}

/** Whether a path begins as a request target does, whatever its values are. */
function isTarget(path: Text): boolean {
  if (typeof path === "string") return path[0] === "/" || path === "*";
  const first = path.parts.find((part) => part.kind !== "text" || part.text !== "");
  return first?.kind === "text" ? first.text[0] === "/" : beginsWithUrl(path);
}

function contentLength(body: RequestText["body"]): FieldText | null {
  if (body === null) return null;
  return isParts(body) ? CONTENT_LENGTH : String(body.length);
}

/** The fields for HTTP/2; those without a value of their own are numbered. */
function http2Form(
  { method, path, tls }: RequestText,
  fields: readonly (readonly [string, FieldText])[],
  numbers: Map<FieldText, number>,
): Http2Form {
  const found = http2Fields<FieldText>(method, path, fields, tls).map(({ name, value, sensitive }): RequestField => {
    if (typeof value === "string") return { name, value, sensitive };
    assert(!numbers.has(value), "each field has a text of its own");
    numbers.set(value, numbers.size);
    return { name, value: null, sensitive: sensitive || (value !== CONTENT_LENGTH && holdsSecret(value.parts)) };
  });
  return { fields: found, values: numbers.size, toHead: method === "HEAD" };
}

/** Whether some of it is, or may be, for nobody else's eyes. */
function holdsSecret(parts: readonly Part[]): boolean {
  return parts.some((part) => {
    if (part.kind === "base64") return holdsSecret(part.parts);
    return part.kind === "value" && isHeld(part.value);
  });
}

/** Whether it may be anything, and is somebody's secret perhaps. */
function isHeld({ kind }: Value): boolean {
  return kind === "secret" || kind === "variable" || kind === "data";
}

function drawsAny(segments: readonly Segment[]): boolean {
  return segments.some(({ kind, parts }) => (kind >= UUID && kind <= STRING) || drawsAny(parts));
}

/** Gathers segments; text that follows text becomes one. */
class SegmentList {
  readonly #numbers: ReadonlyMap<FieldText, number> | null;
  readonly #segments: Segment[] = [];
  #text = "";

  /** @param numbers of the texts whose place in the message has to be known. */
  constructor(numbers: ReadonlyMap<FieldText, number> | null) {
    this.#numbers = numbers;
  }

  text(text: string): void {
    this.#text += text;
  }

  bytes(bytes: Uint8Array): void {
    this.#flush();
    if (bytes.length > 0) this.#segments.push(segment(BYTES, { fixed: new FixedBytes(bytes, true) }));
  }

  /** A path or a header's value. @param allowed what its own text may hold. */
  field(text: FieldText, allowed: Uint8Array, escapes: readonly Escape[]): void {
    const number = this.#numbers?.get(text);
    if (number !== undefined) this.#push(segment(FIELD_STARTS, { index: number }));
    if (text === CONTENT_LENGTH) {
      this.#push(segment(LENGTH));
    } else {
      const parts: readonly Part[] = typeof text === "string" ? [{ kind: "text", text }] : text.parts;
      for (const part of parts) {
        assert(part.kind !== "bytes", "bytes of a file outside a body");
        assert(
          part.kind !== "text" || part.text === "" || consistsOf(allowed, part.text),
          "a field holds a character that it must not",
        );
        assert(part.kind !== "value" || escapes.includes(part.escape), "a value has the escape of another place");
      }
      this.parts(parts);
    }
    if (number !== undefined) this.#push(segment(FIELD_ENDS, { index: number }));
  }

  parts(parts: readonly Part[]): void {
    for (const part of parts) {
      switch (part.kind) {
        case "text":
          this.text(part.text);
          break;
        case "bytes":
          this.bytes(part.bytes);
          break;
        case "value":
          this.#push(valueSegment(part.value, part.escape));
          break;
        case "base64": {
          assert(!part.parts.some(({ kind }) => kind === "base64"), "base64 within base64");
          const inner = new SegmentList(null);
          inner.parts(part.parts);
          this.#push(segment(BASE64, { parts: inner.close() }));
          break;
        }
        default:
          unreachable(part);
      }
    }
  }

  close(): readonly Segment[] {
    this.#flush();
    return this.#segments;
  }

  #push(added: Segment): void {
    this.#flush();
    this.#segments.push(added);
  }

  #flush(): void {
    if (this.#text === "") return;
    this.#segments.push(segment(BYTES, { fixed: new FixedBytes(utf8Encode(this.#text), true) }));
    this.#text = "";
  }
}

function valueSegment(value: Value, way: Escape): Segment {
  assert(way !== "url" || isHeld(value), "a link is captured, or it is data");
  const index = ESCAPES.indexOf(way);
  switch (value.kind) {
    case "user":
      return segment(USER);
    case "iteration":
      return segment(ITERATION);
    case "uuid":
      return segment(UUID, { escape: index });
    case "int":
      return segment(INT, { min: value.min, max: value.max });
    case "choice":
      return segment(CHOICE, { choices: value.texts.map((text) => utf8Encode(escaped(text, way))) });
    case "string":
      return segment(STRING, { escape: index, max: value.length });
    case "secret":
      return segment(SECRET, { escape: index, index: value.secret });
    case "data":
      return segment(DATA, { escape: index, index: value.set, column: value.column });
    case "variable":
      return segment(VARIABLE, { escape: index, index: value.variable });
    default:
      return unreachable(value);
  }
}
