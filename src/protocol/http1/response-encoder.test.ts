import { expect, test } from "vitest";
import { BugError } from "../../base/assert.ts";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { encodeResponse, type ResponseBytesSpec } from "./response-encoder.ts";

const OK: ResponseBytesSpec = { status: 200, headers: [], body: null };
const body = utf8Encode("hello");

test.each<[name: string, spec: Partial<ResponseBytesSpec>, text: string]>([
  [
    "9112 6.2 a declared length",
    { headers: [["A", "b"]], body },
    "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nhello",
  ],
  [
    "9112 7.1 chunks",
    { body, chunks: [1, 4] },
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n4\r\nello\r\n0\r\n\r\n",
  ],
  ["9112 7.1 no chunk but the last", { chunks: [] }, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["9112 9.6 a last response", { close: true }, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"],
  ["9112 6.3 rule 8: a body until close", { body, untilClose: true }, "HTTP/1.1 200 OK\r\n\r\nhello"],
  ["9110 9.3.2 the answer to HEAD", { body, toHead: true }, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"],
  ["9110 8.6 no length in a 204", { status: 204 }, "HTTP/1.1 204 No Content\r\n\r\n"],
  ["9112 4 an unknown reason", { status: 799 }, "HTTP/1.1 799 \r\nContent-Length: 0\r\n\r\n"],
])("encodeResponse writes %s", (_name, spec, text) => {
  expect(utf8Decode(encodeResponse({ ...OK, ...spec }))).toBe(text);
});

test.each<[name: string, spec: Partial<ResponseBytesSpec>]>([
  ["a status beyond three digits", { status: 1000 }],
  ["a body in a 304", { status: 304, body }],
  ["chunks that do not reach the end", { body, chunks: [1] }],
  ["chunks beyond the end", { body, chunks: [6] }],
  ["an empty chunk, which would end the body", { body, chunks: [0, 5] }],
  ["two framings", { body, chunks: [5], untilClose: true }],
  ["a length of the caller's own", { headers: [["Content-Length", "5"]], body }],
])("encodeResponse asserts against %s", (_name, spec) => {
  expect(() => encodeResponse({ ...OK, ...spec })).toThrow(BugError);
});
