/**
 * A request as HTTP/2 has it (RFC 9113, 8.3.1): the pseudo-fields, then the same fields that HTTP/1.1 would send, in
 * lower case and without those that speak of a connection (8.2.2). Computed once when the scenario is loaded.
 */
import { latin1Decode, utf8Encode } from "../../base/bytes.ts";
import type { Method } from "../../model/scenario.ts";
import type { HpackField } from "../hpack/field.ts";
import type { Field } from "../http1/header-lines.ts";
import { type RequestMessage, requestFields } from "../request-fields.ts";

/** A field with a null value has one of its own in each sending. */
export interface RequestField extends Omit<HpackField, "value"> {
  readonly value: string | null;
}

/** What fields without a value have in one sending: the n-th of them bytes[starts[n], ends[n]). */
export interface FieldValues {
  readonly bytes: Uint8Array;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

export interface Http2Request {
  readonly fields: readonly RequestField[];
  /** Null for a request that ends with its header block. It must not change until the stream has ended. */
  readonly body: Uint8Array | null;
  /** The answer to a HEAD has no content, whatever its length says. */
  readonly toHead: boolean;
  /** Null for a request that is the same in every sending. */
  readonly values: FieldValues | null;
}

const CONNECTION_FIELDS = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
/** Secrets stay out of the compression tables of proxies on the way (RFC 7541, 7.1.3). */
const SENSITIVE_FIELDS = new Set(["authorization", "proxy-authorization"]);

export function http2Request(message: RequestMessage, tls: boolean): Http2Request {
  const { method, path, body } = message;
  return {
    fields: http2Fields<string>(method, path, requestFields(message), tls),
    body: body !== null && body.length > 0 ? body : null,
    toHead: method === "HEAD",
    values: null,
  };
}

/** A field of HTTP/2 whose value need not be known yet. */
export interface Http2Field<T> {
  readonly name: string;
  readonly value: T;
  readonly sensitive: boolean;
}

/**
 * Pseudo-fields and fields of a request, given the fields as HTTP/1.1 sends them, Host first. Text becomes bytes, a
 * character each; other values stay as they are.
 */
export function http2Fields<T>(
  method: Method,
  path: T | string,
  fields: readonly Field<T | string>[],
  tls: boolean,
): Http2Field<T | string>[] {
  const found: Http2Field<T | string>[] = [];
  let authority: T | string = "";
  for (const [name, given] of fields) {
    const field = name.toLowerCase();
    const value = typeof given === "string" ? latin1Decode(utf8Encode(given)) : given;
    if (field === "host") authority = value;
    else if (!CONNECTION_FIELDS.has(field) && (field !== "te" || isTrailers(value))) {
      found.push({ name: field, value, sensitive: SENSITIVE_FIELDS.has(field) });
    }
  }
  const pseudoFields: Http2Field<T | string>[] = [
    { name: ":method", value: method, sensitive: false },
    { name: ":scheme", value: tls ? "https" : "http", sensitive: false },
    { name: ":authority", value: authority, sensitive: false },
    { name: ":path", value: path, sensitive: false },
  ];
  return [...pseudoFields, ...found];
}

/** The one thing that TE may say in HTTP/2. */
function isTrailers(value: unknown): boolean {
  return typeof value === "string" && value.toLowerCase() === "trailers";
}
