/** Tables of single rules, each named after the section that makes it. Every message is fed whole and byte by byte. */
import { describe, expect, test } from "vitest";
import { latin1Encode } from "../../base/bytes.ts";
import {
  BODY_BYTES_MAX,
  CHUNK_LINE_BYTES_MAX,
  HEAD_BYTES_MAX,
  HEADERS_MAX,
  INTERIM_RESPONSES_MAX,
  STATUS_LINE_BYTES_MAX,
  TRAILER_BYTES_MAX,
} from "../../base/limits.ts";
import { failureKind } from "../../model/failure.ts";
import { Http1ResponseParser, RESPONSE_COMPLETE, RESPONSE_FAILED, RESPONSE_PARSING } from "./response-parser.ts";

interface Outcome {
  readonly state: number;
  readonly failure: string | undefined;
  readonly status: number;
  readonly bodyBytes: number;
  readonly totalBytes: number;
  readonly keepAlive: boolean;
  readonly consumed: number;
}

function parse(text: string, stepBytes: number, options: { toHead?: boolean; ended?: boolean }): Outcome {
  const bytes = latin1Encode(text);
  const parser = new Http1ResponseParser();
  parser.begin(options.toHead ?? false);
  let consumed = 0;
  while (consumed < bytes.length) {
    const end = Math.min(bytes.length, consumed + stepBytes);
    const at = parser.feed(bytes, consumed, end);
    consumed = at;
    if (at < end) break;
  }
  if (options.ended === true) parser.end();
  return {
    state: parser.state,
    failure: failureKind(parser.failure),
    status: parser.status,
    bodyBytes: parser.bodyBytes,
    totalBytes: parser.totalBytes,
    keepAlive: parser.keepAlive,
    consumed,
  };
}

function outcome(text: string, options: { toHead?: boolean; ended?: boolean } = {}): Outcome {
  const whole = parse(text, Number.MAX_SAFE_INTEGER, options);
  expect(parse(text, 1, options)).toEqual(whole);
  expect(parse(text, 7, options)).toEqual(whole);
  return whole;
}

/** A response whose header lines are `lines`, with `rest` behind its head. */
function response(lines: readonly string[], rest = "", start = "HTTP/1.1 200 OK"): string {
  return `${[start, ...lines].join("\r\n")}\r\n\r\n${rest}`;
}

describe("Http1ResponseParser completes", () => {
  const rows: readonly [name: string, text: string, want: Partial<Outcome>, options?: { toHead?: boolean }][] = [
    ["9112 6.2 a body of declared length", response(["Content-Length: 5"], "hello"), { status: 200, bodyBytes: 5 }],
    ["9112 6.2 an empty body", response(["Content-Length: 0"]), { bodyBytes: 0 }],
    ["9110 8.6 equal lengths in a list", response(["Content-Length: 2, 2 ,2"], "ab"), { bodyBytes: 2 }],
    [
      "9110 8.6 equal lengths in two fields",
      response(["Content-Length: 2", "content-length: 02"], "ab"),
      { bodyBytes: 2 },
    ],
    ["9110 5.1 names in any case", response(["cOnTeNt-LeNgTh:2"], "ab"), { bodyBytes: 2 }],
    ["9112 5.1 white space around values", response(["Content-Length:\t 2 \t"], "ab"), { bodyBytes: 2 }],
    ["9112 5.1 an empty value", response(["X-Empty:", "Content-Length: 0"]), {}],
    ["9110 5.5 obs-text in values", response(["X-Name: caf\xe9\x80", "Content-Length: 0"]), {}],
    ["9112 4 an empty reason", response(["Content-Length: 0"], "", "HTTP/1.1 200 "), { status: 200 }],
    ["9112 4 no reason and no space", response(["Content-Length: 0"], "", "HTTP/1.1 599"), { status: 599 }],
    [
      "9112 4 a reason with spaces",
      response(["Content-Length: 0"], "", "HTTP/1.1 404 Not\tFound \xe9"),
      { status: 404 },
    ],
    ["9110 15 statuses to 999", response(["Content-Length: 0"], "", "HTTP/1.1 999 x"), { status: 999 }],
    ["9112 6.3 rule 1: HEAD", response(["Content-Length: 5"]), { bodyBytes: 0, keepAlive: true }, { toHead: true }],
    ["9112 6.3 rule 1: HEAD, chunked", response(["Transfer-Encoding: chunked"]), {}, { toHead: true }],
    ["9112 6.3 rule 1: 204", response([], "", "HTTP/1.1 204 No Content"), { status: 204, keepAlive: true }],
    ["9112 6.3 rule 1: 304 with a length", response(["Content-Length: 5"], "", "HTTP/1.1 304 x"), { status: 304 }],
    [
      "9112 7.1 chunks",
      response(["Transfer-Encoding: chunked"], "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"),
      { bodyBytes: 15 },
    ],
    [
      "9112 7.1 hexadecimal in any case, leading zeros",
      response(["Transfer-Encoding: Chunked"], "000aB\r\n".concat("x".repeat(171), "\r\n00\r\n\r\n")),
      { bodyBytes: 171 },
    ],
    [
      "9112 7.1.1 extensions",
      response(["Transfer-Encoding: chunked"], '1;a;b=c;d="x;\\"\\r,"\r\nx\r\n0 \t;last\r\n\r\n'),
      { bodyBytes: 1 },
    ],
    [
      "9112 7.1.2 trailers, which steer nothing",
      response(
        ["Transfer-Encoding: chunked"],
        "1\r\nx\r\n0\r\nX-Sum: 1\r\nContent-Length: 7\r\nConnection: close\r\n\r\n",
      ),
      { bodyBytes: 1, keepAlive: true },
    ],
    [
      "9112 7 a coding before chunked",
      response(["Transfer-Encoding: gzip, chunked"], "1\r\nx\r\n0\r\n\r\n"),
      { bodyBytes: 1 },
    ],
    [
      "9112 7 codings in two fields",
      response(["Transfer-Encoding: gzip", "Transfer-Encoding: , chunked"], "1\r\nx\r\n0\r\n\r\n"),
      { bodyBytes: 1 },
    ],
    [
      "9110 15.2 interim responses",
      `${response(["Link: </a>"], "", "HTTP/1.1 103 Early Hints")}HTTP/1.1 100\r\n\r\n${response(["Content-Length: 1"], "x")}`,
      { status: 200, bodyBytes: 1 },
    ],
    [
      "9110 15.2 an interim Connection: close means nothing",
      `HTTP/1.1 100\r\nConnection: close\r\nContent-Length: 9\r\n\r\n${response(["Content-Length: 0"])}`,
      { keepAlive: true },
    ],
    ["9112 9.3 keep-alive by default", response(["Content-Length: 0"]), { keepAlive: true }],
    ["9112 9.6 Connection: close", response(["Content-Length: 0", "Connection: close"]), { keepAlive: false }],
    [
      "9110 7.6.1 close in a list, any case",
      response(["Content-Length: 0", "CONNECTION: foo , CLOSE,"]),
      { keepAlive: false },
    ],
    [
      "9110 7.6.1 options that only look like close",
      response(["Content-Length: 0", "Connection: closed, xclose, clos, close x, x close, close;x"]),
      { keepAlive: true },
    ],
    [
      "9112 9.3 close beats keep-alive",
      response(["Content-Length: 0", "Connection: close", "Connection: keep-alive"]),
      { keepAlive: false },
    ],
    [
      "9112 9.3 HTTP/1.0 closes by default",
      response(["Content-Length: 0"], "", "HTTP/1.0 200 OK"),
      { keepAlive: false },
    ],
    [
      "9112 9.3 HTTP/1.0 with keep-alive",
      response(["Content-Length: 0", "Connection: Keep-Alive"], "", "HTTP/1.0 200 OK"),
      { keepAlive: true },
    ],
  ];
  test.each(rows)("%s", (_name, text, want, options) => {
    const got = outcome(text, options);
    expect(got).toMatchObject({ state: RESPONSE_COMPLETE, failure: undefined, ...want });
    expect(got.totalBytes).toBe(text.length);
    // What follows is the next response's: not a byte of it is consumed.
    expect(outcome(`${text}HTTP/1.1 500`, options)).toEqual(got);
  });
});

describe("Http1ResponseParser reads until the connection ends", () => {
  const rows: readonly [name: string, text: string, bodyBytes: number][] = [
    ["9112 6.3 rule 8: no framing field", response([], "hello"), 5],
    ["9112 6.3 rule 8: an empty body", response([]), 0],
    ["9112 6.3 rule 4: the final coding is not chunked", response(["Transfer-Encoding: gzip"], "hello"), 5],
    ["9112 6.3 rule 8: HTTP/1.0", response(["Connection: keep-alive"], "hello", "HTTP/1.0 200 OK"), 5],
  ];
  test.each(rows)("%s", (_name, text, bodyBytes) => {
    expect(outcome(text).state).toBe(RESPONSE_PARSING);
    expect(outcome(text, { ended: true })).toMatchObject({ state: RESPONSE_COMPLETE, bodyBytes, keepAlive: false });
  });
});

describe("Http1ResponseParser refuses", () => {
  const violations: readonly [name: string, text: string][] = [
    ["9112 2.3 a minor version beyond 1", "HTTP/1.2"],
    ["9112 4 a missing space behind the version", "HTTP/1.1\r"],
    ["9112 4 two spaces before the status", "HTTP/1.1  "],
    ["9112 4 a status that begins with 0", "HTTP/1.1 0"],
    ["9112 4 a status of two digits", "HTTP/1.1 20 "],
    ["9112 4 a status of four digits", "HTTP/1.1 2000"],
    ["9112 4 a control byte in the reason", "HTTP/1.1 200 O\x00"],
    ["9112 2.2 a bare LF behind the status line", "HTTP/1.1 200 OK\n"],
    ["9112 2.2 a bare CR in the status line", "HTTP/1.1 200 OK\rX"],
    ["9112 2.2 white space behind the status line", "HTTP/1.1 200 OK\r\n "],
    ["9112 5.2 a folded line", "HTTP/1.1 200 OK\r\nA: b\r\n "],
    ["9112 5.2 a folded line with a tab", "HTTP/1.1 200 OK\r\nA: b\r\n\t"],
    ["9112 5.1 white space before the colon", "HTTP/1.1 200 OK\r\nA "],
    ["9112 5.1 an empty name", "HTTP/1.1 200 OK\r\n:"],
    ["9112 5 a line without a colon", "HTTP/1.1 200 OK\r\nA\r"],
    ["9110 5.6.2 a name that is no token", "HTTP/1.1 200 OK\r\nA("],
    ["9110 5.6.2 a name beyond ASCII", "HTTP/1.1 200 OK\r\nA\xe9"],
    ["9110 5.5 NUL in a value", "HTTP/1.1 200 OK\r\nA: b\x00"],
    ["9110 5.5 DEL in a value", "HTTP/1.1 200 OK\r\nA: b\x7f"],
    ["9112 2.2 a bare LF behind a field", "HTTP/1.1 200 OK\r\nA: b\n"],
    ["9112 2.2 a bare CR in a value", "HTTP/1.1 200 OK\r\nA: b\rc"],
    ["9112 2.2 a bare CR for the empty line", "HTTP/1.1 200 OK\r\nA: b\r\n\rX"],
    ["9112 2.2 a bare LF for the empty line", "HTTP/1.1 200 OK\r\nA: b\r\n\n"],
    ["9112 6.3 rule 5: an empty length", response(["Content-Length:"])],
    ["9112 6.3 rule 5: a signed length", response(["Content-Length: +5"])],
    ["9112 6.3 rule 5: a negative length", response(["Content-Length: -5"])],
    ["9112 6.3 rule 5: a hexadecimal length", response(["Content-Length: 0x5"])],
    ["9112 6.3 rule 5: a length in two words", response(["Content-Length: 1 2"])],
    ["9112 6.3 rule 5: a length of 2^53", response(["Content-Length: 9007199254740992"])],
    ["9112 6.3 rule 5: a length beyond any number", response([`Content-Length: ${"9".repeat(400)}`])],
    ["9112 6.3 rule 5: lengths that differ", response(["Content-Length: 5", "Content-Length: 6"])],
    ["9112 6.3 rule 5: lengths that differ in a list", response(["Content-Length: 5, 6"])],
    ["9112 6.3 rule 5: a list with a hole", response(["Content-Length: 5,,5"])],
    ["9112 6.3 rule 5: a list that ends in a comma", response(["Content-Length: 5,"])],
    ["9112 6.3 rule 3: chunked beside a length", response(["Transfer-Encoding: chunked", "Content-Length: 5"])],
    ["9112 6.3 rule 3: a length beside chunked", response(["Content-Length: 5", "Transfer-Encoding: chunked"])],
    ["9112 6.1 chunked twice", response(["Transfer-Encoding: chunked, chunked"])],
    ["9112 6.1 chunked twice in two fields", response(["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"])],
    ["9112 6.1 chunked before another coding", response(["Transfer-Encoding: chunked, gzip"])],
    ["9112 6.1 a transfer coding in HTTP/1.0", response(["Transfer-Encoding: chunked"], "", "HTTP/1.0 200 OK")],
    ["9112 7.1 chunked with a parameter", response(["Transfer-Encoding: chunked;a=b"])],
    ["9112 7 a coding in quotes", response(['Transfer-Encoding: "chunked"'])],
    ["9112 7 two codings without a comma", response(["Transfer-Encoding: gzip chunked"])],
    ["9112 7 an empty Transfer-Encoding", response(["Transfer-Encoding: ,"])],
    ["9110 7.8 a switch of protocols that nobody asked for", response([], "", "HTTP/1.1 101 Switching Protocols")],
    ["9110 15.2 interim responses without end", "HTTP/1.1 102\r\n\r\n".repeat(INTERIM_RESPONSES_MAX + 1)],
  ];
  const chunkLines: readonly [name: string, rest: string][] = [
    ["9112 7.1 an empty chunk size", "\r\n"],
    ["9112 7.1 a chunk size without digits", ";a"],
    ["9112 7.1 a signed chunk size", "+5"],
    ["9112 7.1 a negative chunk size", "-5"],
    ["9112 7.1 a chunk size with 0x", "0x5"],
    ["9112 7.1 white space before a chunk size", " 5"],
    ["9112 7.1 white space behind a chunk size", "5 \r"],
    ["9112 7.1 a chunk size that is no number", "5g"],
    ["9112 7.1 a chunk size of 2^53", "20000000000000"],
    ["9112 7.1 a chunk size that wraps 64 bits", "10000000000000001"],
    ["9112 7.1 a bare LF behind a chunk size", "5\n"],
    ["9112 7.1 a bare CR behind a chunk size", "5\rX"],
    ["9112 7.1 a bare LF in an extension", "5;a\n"],
    ["9112 7.1.1 a line end within quotes", '5;a="b\r'],
    ["9112 7.1.1 a control byte in an extension", "5;a\x00"],
    ["9112 7.1 data that is longer than its size", "2\r\nabc"],
    ["9112 7.1 a bare LF behind data", "2\r\nab\n"],
    ["9112 7.1 a bare CR behind data", "2\r\nab\rX"],
    ["9112 7.1.2 a bare LF behind the last chunk", "0\n"],
    ["9112 7.1.2 a folded trailer", "0\r\nA: b\r\n "],
    ["9112 7.1.1 a chunk line without end", `5;${"a".repeat(CHUNK_LINE_BYTES_MAX)}`],
  ];
  const chunked = response(["Transfer-Encoding: chunked"]);
  test.each([...violations, ...chunkLines.map(([name, rest]) => [name, chunked + rest] as const)])(
    "%s",
    (_name, text) => {
      expect(outcome(text)).toMatchObject({ state: RESPONSE_FAILED, failure: "protocol_violation", keepAlive: false });
    },
  );

  const otherwise: readonly [name: string, text: string, failure: string, consumed?: number][] = [
    ["9112 4 another protocol at its first wrong byte", "SSH-2.0-OpenSSH", "invalid_response", 0],
    ["9112 4 a name in lower case", "http/1.1 200 OK", "invalid_response", 0],
    ["9112 2.3 HTTP/2", "HTTP/2.0 200 OK", "invalid_response", 5],
    ["9112 2.2 an empty line before the status line", "\r\nHTTP/1.1 200 OK", "invalid_response", 0],
    ["a second response that is none", `HTTP/1.1 100\r\n\r\nHTTQ`, "invalid_response", 19],
    [
      "a status line beyond its bound",
      `HTTP/1.1 200 ${"x".repeat(STATUS_LINE_BYTES_MAX)}`,
      "header_too_large",
      STATUS_LINE_BYTES_MAX,
    ],
    ["a head beyond its bound", response([`A: ${"x".repeat(HEAD_BYTES_MAX)}`]), "header_too_large", HEAD_BYTES_MAX],
    ["more fields than the bound", response(new Array(HEADERS_MAX + 1).fill("A: b")), "header_too_large"],
    ["trailers beyond their bound", `${chunked}0\r\nA: ${"x".repeat(TRAILER_BYTES_MAX)}`, "header_too_large"],
    ["a declared length beyond the bound", response([`Content-Length: ${BODY_BYTES_MAX + 1}`]), "body_too_large"],
    ["a declared chunk beyond the bound", `${chunked}${(BODY_BYTES_MAX + 1).toString(16)}\r\n`, "body_too_large"],
    [
      "a second chunk that passes the bound",
      `${chunked}1\r\nx\r\n${BODY_BYTES_MAX.toString(16)}\r\n`,
      "body_too_large",
    ],
  ];
  test.each(otherwise)("%s", (_name, text, failure, consumed) => {
    const got = outcome(text);
    expect(got).toMatchObject({ state: RESPONSE_FAILED, failure });
    expect(got.totalBytes).toBe(got.consumed);
    if (consumed !== undefined) expect(got.consumed).toBe(consumed);
  });
});

describe("Http1ResponseParser keeps within its bounds", () => {
  test("a head of exactly HEAD_BYTES_MAX bytes passes", () => {
    const frame = response(["Content-Length: 0", "A: "]);
    const text = response(["Content-Length: 0", `A: ${"x".repeat(HEAD_BYTES_MAX - frame.length)}`]);
    expect(outcome(text)).toMatchObject({ state: RESPONSE_COMPLETE, totalBytes: HEAD_BYTES_MAX });
  });

  test("HEADERS_MAX fields and INTERIM_RESPONSES_MAX interim responses pass", () => {
    const fields = response(["Content-Length: 0", ...new Array(HEADERS_MAX - 1).fill("A: b")]);
    const text = "HTTP/1.1 102\r\n\r\n".repeat(INTERIM_RESPONSES_MAX) + fields;
    expect(outcome(text)).toMatchObject({ state: RESPONSE_COMPLETE, totalBytes: text.length });
  });

  test("a body until close fails at the byte that passes BODY_BYTES_MAX", () => {
    const parser = new Http1ResponseParser();
    parser.begin(false);
    const head = latin1Encode(response([]));
    parser.feed(head, 0, head.length);
    const block = new Uint8Array(64 * 1024 * 1024);
    for (let fed = 0; fed < BODY_BYTES_MAX; fed += block.length) parser.feed(block, 0, block.length);
    expect(parser.state).toBe(RESPONSE_PARSING);
    expect(parser.feed(block, 0, 1)).toBe(0);
    expect(failureKind(parser.failure)).toBe("body_too_large");
    expect(parser.bodyBytes).toBe(BODY_BYTES_MAX);
  });
});

describe("Http1ResponseParser end", () => {
  const incomplete: readonly [name: string, text: string][] = [
    ["before the first byte", ""],
    ["in the status line", "HTTP/1.1 2"],
    ["in the fields", "HTTP/1.1 200 OK\r\nA: b"],
    ["behind an interim response", "HTTP/1.1 100\r\n\r\n"],
    ["in a body of declared length", response(["Content-Length: 5"], "hell")],
    ["in a chunk", response(["Transfer-Encoding: chunked"], "5\r\nhell")],
    ["before the last chunk", response(["Transfer-Encoding: chunked"], "1\r\nx\r\n")],
    ["in the trailers", response(["Transfer-Encoding: chunked"], "0\r\n")],
  ];
  test.each(incomplete)("9112 8 is connection_closed %s", (_name, text) => {
    expect(outcome(text, { ended: true })).toMatchObject({ state: RESPONSE_FAILED, failure: "connection_closed" });
  });

  test("changes nothing behind a complete or failed response", () => {
    expect(outcome(response(["Content-Length: 0"]), { ended: true })).toMatchObject({
      state: RESPONSE_COMPLETE,
      keepAlive: true,
    });
    expect(outcome("X", { ended: true })).toMatchObject({ failure: "invalid_response" });
  });
});

test("Http1ResponseParser consumes nothing before begin and behind the end, and starts afresh", () => {
  const parser = new Http1ResponseParser();
  const bytes = latin1Encode(
    `${response(["Connection: close", "Content-Length: 1"], "a")}${response(["Content-Length: 2"], "bc")}`,
  );
  expect(parser.feed(bytes, 0, bytes.length)).toBe(0);
  parser.begin(false);
  expect(parser.started).toBe(false);
  const first = parser.feed(bytes, 0, bytes.length);
  expect(parser).toMatchObject({ started: true, bodyBytes: 1, totalBytes: first, keepAlive: false });
  expect(parser.feed(bytes, first, bytes.length)).toBe(first);
  parser.begin(false);
  expect(parser.feed(bytes, first, bytes.length)).toBe(bytes.length);
  expect(parser).toMatchObject({ status: 200, bodyBytes: 2, totalBytes: bytes.length - first, keepAlive: true });
  parser.begin(false);
  parser.feed(latin1Encode("X"), 0, 1);
  expect(parser).toMatchObject({ started: true, totalBytes: 0, status: 0, keepAlive: false });
});
