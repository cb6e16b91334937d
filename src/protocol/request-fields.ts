/**
 * The fields of a request, the same for every version of HTTP: what a scenario gives, what its target gives, and what
 * the protocol demands.
 */
import { assert } from "../base/assert.ts";
import type { Header, Method } from "../model/scenario.ts";
import { assertUnframed, type Field, headerValue, withoutHeader } from "./http1/header-lines.ts";
import { consistsOf, TARGET_BYTE } from "./http1/syntax.ts";

/** A request before it is encoded. */
export interface RequestMessage {
  readonly method: Method;
  /** Value of the Host field, as `hostHeader` gives it; a Host among the headers takes its place. */
  readonly host: string;
  /** Base path and path with query: ASCII, starting with "/" (or "*" for OPTIONS). */
  readonly path: string;
  /** Already merged, without the fields that frame the body. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array | null;
}

const DEFAULT_HEADERS: readonly Header[] = [
  ["User-Agent", "z6"],
  ["Accept", "*/*"],
];

/** All fields of a fixed request, in the order of `fieldsInOrder`. */
export function requestFields(message: RequestMessage): readonly Header[] {
  const { method, host, path, headers, body } = message;
  assert(consistsOf(TARGET_BYTE, path) && (path[0] === "/" || path === "*"), "request path is no request target");
  return fieldsInOrder<string>(method, host, headers, body === null ? null : String(body.length));
}

/**
 * All fields in the order in which they are sent: Host, the defaults that `headers` does not give (User-Agent z6,
 * Accept for any type), Content-Length, then `headers` as given.
 *
 * Content-Length is there when there is a body, and for POST, PUT and PATCH also when there is none (RFC 9110 8.6).
 * @param contentLength null for a request without a body.
 */
export function fieldsInOrder<T>(
  method: Method,
  host: string,
  headers: readonly Field<T>[],
  contentLength: T | string | null,
): readonly Field<T | string>[] {
  assertUnframed(headers);
  const fields: Field<T | string>[] = [["Host", headerValue(headers, "host") ?? host]];
  for (const header of DEFAULT_HEADERS) {
    if (headerValue(headers, header[0].toLowerCase()) === undefined) fields.push(header);
  }
  if (contentLength !== null) fields.push(["Content-Length", contentLength]);
  else if (method === "POST" || method === "PUT" || method === "PATCH") fields.push(["Content-Length", "0"]);
  fields.push(...withoutHeader(headers, "host"));
  return fields;
}

/**
 * A target's headers under a request's own: those of the target that the request does not name (in any case), in their
 * order, then the request's in theirs.
 */
export function mergeHeaders<T>(targetHeaders: readonly Field<T>[], requestHeaders: readonly Field<T>[]): Field<T>[] {
  const named = new Set(requestHeaders.map(([name]) => name.toLowerCase()));
  return [...targetHeaders.filter(([name]) => !named.has(name.toLowerCase())), ...requestHeaders];
}

/** Value of the Host field (RFC 9110 7.2): without the scheme's default port, IPv6 addresses in brackets. */
export function hostHeader(host: string, port: number, tls: boolean): string {
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
}
