/** What only the server's side does: request line, Host, pipelining. Fields and bodies are tested with the response. */
import { describe, expect, test } from "vitest";
import { latin1Encode } from "../../base/bytes.ts";
import { REQUEST_LINE_BYTES_MAX } from "../../base/limits.ts";
import { failureKind } from "../../model/failure.ts";
import { Http1RequestParser, REQUEST_COMPLETE, REQUEST_FAILED, REQUEST_PARSING } from "./request-parser.ts";

function feed(parser: Http1RequestParser, text: string, stepBytes: number): number {
  const bytes = latin1Encode(text);
  let consumed = 0;
  while (consumed < bytes.length) {
    const end = Math.min(bytes.length, consumed + stepBytes);
    consumed = parser.feed(bytes, consumed, end);
    if (consumed < end) break;
  }
  return consumed;
}

function parsed(text: string, stepBytes: number): Http1RequestParser {
  const parser = new Http1RequestParser({ keepHeaders: true });
  parser.begin();
  feed(parser, text, stepBytes);
  return parser;
}

const STEPS = [1, 5, Number.MAX_SAFE_INTEGER];

describe.each(STEPS)("Http1RequestParser in steps of %d bytes", (stepBytes) => {
  const good: readonly [name: string, text: string, want: object][] = [
    [
      "9112 3 a request without a body",
      "GET /a?b=%20 HTTP/1.1\r\nHost: x\r\n\r\n",
      { method: "GET", path: "/a?b=%20", bodyBytes: 0, keepAlive: true },
    ],
    [
      "9112 2.2 one empty line before the request",
      "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
      { method: "GET", path: "/" },
    ],
    ["9112 3.2.4 the asterisk form", "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", { path: "*" }],
    [
      "9112 6.2 a body of declared length",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
      { bodyBytes: 3 },
    ],
    [
      "9112 7.1 a chunked body",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      { bodyBytes: 3 },
    ],
    ["9112 9.6 Connection: close", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", { keepAlive: false }],
    ["9112 3.2 HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", { keepAlive: false }],
  ];
  test.each(good)("reads %s", (_name, text, want) => {
    const parser = parsed(text, stepBytes);
    expect(parser).toMatchObject({ state: REQUEST_COMPLETE, failure: 0, totalBytes: text.length, ...want });
  });

  const bad: readonly [name: string, text: string][] = [
    ["9112 3 an empty method", " / HTTP/1.1"],
    ["9112 3 a method that is no token", "G@T / HTTP/1.1"],
    ["9112 3 two spaces", "GET  /"],
    ["9112 3 a tab for a space", "GET\t/"],
    ["9112 3.2 a control byte in the target", "GET /\x01"],
    ["9112 3.2 a target beyond ASCII", "GET /\xe9"],
    ["9112 3 no version", "GET /\r\n"],
    ["9112 2.3 another version", "GET / HTTP/2.0"],
    ["9112 2.3 another minor version", "GET / HTTP/1.2"],
    ["9112 3 white space behind the version", "GET / HTTP/1.1 "],
    ["9112 2.2 a bare LF", "GET / HTTP/1.1\n"],
    ["9112 2.2 two empty lines before the request", "\r\n\r\n"],
    ["9112 3.2 no Host", "GET / HTTP/1.1\r\n\r\n"],
    ["9112 3.2 two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"],
    [
      "9112 6.3 rule 3: chunked beside a length",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    [
      "9112 6.3 rule 4: a final coding other than chunked",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    ],
    ["9112 6.3 rule 5: a bad length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n"],
  ];
  test.each(bad)("refuses %s", (_name, text) => {
    const parser = parsed(text, stepBytes);
    expect(parser.state).toBe(REQUEST_FAILED);
    expect(failureKind(parser.failure)).toBe("protocol_violation");
    expect(parser.keepAlive).toBe(false);
  });

  test("bounds the request line", () => {
    const parser = parsed(`GET /${"a".repeat(REQUEST_LINE_BYTES_MAX)}`, stepBytes);
    expect(failureKind(parser.failure)).toBe("header_too_large");
    expect(parser.totalBytes).toBe(REQUEST_LINE_BYTES_MAX);
  });

  test("9110 5.3 joins the values of one name", () => {
    const parser = parsed("GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-b:  \r\nx-a:\t2 \r\n\r\n", stepBytes);
    expect([...parser.headers]).toEqual([
      ["host", "x"],
      ["x-a", "1, 2"],
      ["x-b", ""],
    ]);
  });
});

test("Http1RequestParser leaves a pipelined request to the next begin (9112 9.3.2)", () => {
  const text = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx";
  const bytes = latin1Encode(`${text}GET /b HTTP/1.1\r\nHost: y\r\n\r\n`);
  const parser = new Http1RequestParser();
  expect(parser.feed(bytes, 0, bytes.length)).toBe(0);
  parser.begin();
  expect(parser.feed(bytes, 0, bytes.length)).toBe(text.length);
  expect(parser.path).toBe("/a");
  parser.begin();
  expect(parser.feed(bytes, text.length, bytes.length)).toBe(bytes.length);
  expect(parser).toMatchObject({ state: REQUEST_COMPLETE, path: "/b", bodyBytes: 0 });
  expect(parser.headers.size).toBe(0);
});

test("Http1RequestParser end refuses an incomplete request, and one that never began", () => {
  for (const text of ["", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx"]) {
    const parser = parsed(text, 3);
    expect(parser.state).toBe(REQUEST_PARSING);
    parser.end();
    expect(failureKind(parser.failure)).toBe("connection_closed");
    expect(parser.started).toBe(text !== "");
  }
});
