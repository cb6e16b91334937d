/**
 * The bytes of a response (RFC 9112 4 to 7), for the simulated server and the tests: the mirror of the response parser,
 * able to speak every framing that the parser reads.
 */
import { assert } from "../../base/assert.ts";
import { concatBytes, utf8Encode } from "../../base/bytes.ts";
import type { Header } from "../../model/scenario.ts";
import { assertUnframed, headerLines } from "./header-lines.ts";

export interface ResponseBytesSpec {
  /** 100 to 999; below 200, 204 and 304 have no body (RFC 9110 6.4.1). */
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array | null;
  /** Send the body chunked, in chunks of these sizes: each at least 1, together the body's length. */
  readonly chunks?: readonly number[];
  /** Add `Connection: close`. */
  readonly close?: boolean;
  /** Frame the body by nothing but the end of the connection, which is the caller's to close. */
  readonly untilClose?: boolean;
  /** The answer to HEAD: the head that the body would have, without the body (RFC 9110 9.3.2). */
  readonly toHead?: boolean;
}

const REASONS: Readonly<Record<number, string>> = {
  100: "Continue",
  103: "Early Hints",
  200: "OK",
  201: "Created",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** The response's bytes: status line, `headers` as given, the framing fields, Connection, then the body. */
export function encodeResponse(spec: ResponseBytesSpec): Uint8Array {
  const { status } = spec;
  assert(Number.isInteger(status) && status >= 100 && status <= 999, "status is not 100 to 999");
  assert(spec.chunks === undefined || spec.untilClose !== true, "a body has one framing");
  assertUnframed(spec.headers);

  const bodiless = status < 200 || status === 204 || status === 304;
  const body = spec.body ?? new Uint8Array(0);
  assert(!bodiless || body.length === 0, "this status has no body");

  const lines: Header[] = [...spec.headers];
  if (!bodiless && spec.chunks !== undefined) lines.push(["Transfer-Encoding", "chunked"]);
  else if (!bodiless && spec.untilClose !== true) lines.push(["Content-Length", String(body.length)]);
  if (spec.close === true) lines.push(["Connection", "close"]);

  const parts = [utf8Encode(`HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n${headerLines(lines)}\r\n`)];
  if (!bodiless && spec.toHead !== true) {
    if (spec.chunks === undefined) parts.push(body);
    else parts.push(...chunkParts(body, spec.chunks));
  }
  return concatBytes(parts);
}

function chunkParts(body: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    assert(Number.isInteger(size) && size > 0 && at + size <= body.length, "chunk sizes do not fit the body");
    parts.push(utf8Encode(`${size.toString(16)}\r\n`), body.subarray(at, at + size), utf8Encode("\r\n"));
    at += size;
  }
  assert(at === body.length, "chunk sizes do not add up to the body");
  parts.push(utf8Encode("0\r\n\r\n"));
  return parts;
}
