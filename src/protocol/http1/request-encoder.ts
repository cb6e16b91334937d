/**
 * The canonical bytes of a request (RFC 9112 3, RFC 9110 10.1): encoded once when the scenario is loaded, sent as they
 * are as often as the run likes. Equal specifications give equal bytes, whose hash the ledger records.
 */
import { assert } from "../../base/assert.ts";
import { utf8Encode } from "../../base/bytes.ts";
import type { Header, Method } from "../../model/scenario.ts";
import { assertUnframed, headerLines, headerValue, withoutHeader } from "./header-lines.ts";
import { consistsOf, TARGET_BYTE } from "./syntax.ts";

export interface RequestBytesSpec {
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

/**
 * The request's bytes: request line, Host, the defaults that `headers` does not give (User-Agent z6, Accept for any type),
 * Content-Length, then `headers` as given and in order, then the body. Header text is sent as UTF-8.
 *
 * Content-Length is there when there is a body, and for POST, PUT and PATCH also when there is none (RFC 9110 8.6).
 */
export function encodeRequest(spec: RequestBytesSpec): Uint8Array {
  const { method, path, headers, body } = spec;
  assert(consistsOf(TARGET_BYTE, path) && (path[0] === "/" || path === "*"), "request path is no request target");
  assertUnframed(headers);

  const lines: Header[] = [["Host", headerValue(headers, "host") ?? spec.host]];
  for (const header of DEFAULT_HEADERS) {
    if (headerValue(headers, header[0].toLowerCase()) === undefined) lines.push(header);
  }
  if (body !== null || method === "POST" || method === "PUT" || method === "PATCH") {
    lines.push(["Content-Length", String(body?.length ?? 0)]);
  }
  lines.push(...withoutHeader(headers, "host"));

  const head = utf8Encode(`${method} ${path} HTTP/1.1\r\n${headerLines(lines)}\r\n`);
  const bytes = new Uint8Array(head.length + (body?.length ?? 0));
  bytes.set(head);
  if (body !== null) bytes.set(body, head.length);
  return bytes;
}

/**
 * A target's headers under a request's own: those of the target that the request does not name (in any case), in their
 * order, then the request's in theirs.
 */
export function mergeHeaders(targetHeaders: readonly Header[], requestHeaders: readonly Header[]): Header[] {
  const named = new Set(requestHeaders.map(([name]) => name.toLowerCase()));
  return [...targetHeaders.filter(([name]) => !named.has(name.toLowerCase())), ...requestHeaders];
}

/** Value of the Host field (RFC 9110 7.2): without the scheme's default port, IPv6 addresses in brackets. */
export function hostHeader(host: string, port: number, tls: boolean): string {
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
}
