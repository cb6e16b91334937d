import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BugError } from "../../base/assert.ts";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { type Header, METHODS } from "../../model/scenario.ts";
import { hostHeader, mergeHeaders, type RequestMessage } from "../request-fields.ts";
import { encodeRequest } from "./request-encoder.ts";
import { Http1RequestParser, REQUEST_COMPLETE } from "./request-parser.ts";

const GET: RequestMessage = { method: "GET", host: "h", path: "/", headers: [], body: null };

describe("encodeRequest", () => {
  const rows: readonly [name: string, spec: Partial<RequestMessage>, text: string][] = [
    [
      "9110 7.2 puts Host first and adds the defaults",
      {},
      "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\n\r\n",
    ],
    [
      "keeps headers as given, in order, in place of the defaults",
      {
        headers: [
          ["X-B", "2"],
          ["accept", "text/html"],
          ["X-A", ""],
          ["USER-AGENT", "me"],
        ],
      },
      "GET / HTTP/1.1\r\nHost: h\r\nX-B: 2\r\naccept: text/html\r\nX-A: \r\nUSER-AGENT: me\r\n\r\n",
    ],
    [
      "9110 7.2 takes a given Host once, and first",
      {
        headers: [
          ["User-Agent", "a"],
          ["host", "other"],
        ],
      },
      "GET / HTTP/1.1\r\nHost: other\r\nAccept: */*\r\nUser-Agent: a\r\n\r\n",
    ],
    [
      "9110 8.6 declares a body",
      { method: "POST", path: "/a?b", body: utf8Encode("é") },
      "POST /a?b HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\nContent-Length: 2\r\n\r\né",
    ],
    [
      "9110 8.6 declares that a PUT has none",
      { method: "PUT" },
      "PUT / HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\nContent-Length: 0\r\n\r\n",
    ],
    [
      "9110 8.6 says nothing about a DELETE without body",
      { method: "DELETE" },
      "DELETE / HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\n\r\n",
    ],
  ];
  test.each(rows)("%s", (_name, spec, text) => {
    expect(utf8Decode(encodeRequest({ ...GET, ...spec }))).toBe(text);
  });

  const bugs: readonly [name: string, spec: Partial<RequestMessage>][] = [
    ["a space in the path", { path: "/a b" }],
    ["a line end in the path", { path: "/\r\nX: y" }],
    ["a path without a slash", { path: "a" }],
    ["a line end in a value", { headers: [["A", "b\r\nX: y"]] }],
    ["a name that is no token", { headers: [["A:", "b"]] }],
    ["an empty name", { headers: [["", "b"]] }],
    ["a length of the caller's own", { headers: [["content-length", "1"]] }],
    ["a transfer coding", { headers: [["Transfer-Encoding", "chunked"]] }],
  ];
  test.each(bugs)("asserts against %s", (_name, spec) => {
    expect(() => encodeRequest({ ...GET, ...spec })).toThrow(BugError);
  });

  test("writes what the request parser reads", () => {
    const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);
    const value = fc.stringMatching(/^([!-~é€]([ \t!-~é€]{0,30}[!-~é€])?)?$/u);
    const headers = fc.uniqueArray(fc.tuple(token, value), {
      selector: ([name]) => name.toLowerCase(),
      maxLength: 12,
    });
    const steering = ["host", "content-length", "transfer-encoding", "connection", "user-agent", "accept"];
    fc.assert(
      fc.property(
        fc.constantFrom(...METHODS),
        fc.stringMatching(/^\/[!-~]{0,60}$/),
        headers,
        fc.option(fc.uint8Array({ maxLength: 300 })),
        (method, path, given, body) => {
          const free = given.filter(([name]) => !steering.includes(name.toLowerCase()));
          const bytes = encodeRequest({ method, host: "example.com:8080", path, headers: free, body });
          const parser = new Http1RequestParser({ keepHeaders: true });
          parser.begin();
          expect(parser.feed(bytes, 0, bytes.length)).toBe(bytes.length);
          expect(parser).toMatchObject({ state: REQUEST_COMPLETE, method, path, keepAlive: true });
          expect(parser.bodyBytes).toBe(body?.length ?? 0);
          expect(parser.headers.get("host")).toBe("example.com:8080");
          for (const [name, text] of free) expect(parser.headers.get(name.toLowerCase())).toBe(text);
        },
      ),
    );
  });
});

test("mergeHeaders lets the request override by name in any case and keeps both orders", () => {
  const target: Header[] = [
    ["A", "1"],
    ["B", "2"],
    ["C", "3"],
  ];
  expect(
    mergeHeaders(target, [
      ["D", "4"],
      ["b", "5"],
      ["D", "6"],
    ]),
  ).toEqual([
    ["A", "1"],
    ["C", "3"],
    ["D", "4"],
    ["b", "5"],
    ["D", "6"],
  ]);
  expect(mergeHeaders(target, [])).toEqual(target);
  expect(mergeHeaders([], [["x", "y"]])).toEqual([["x", "y"]]);
});

test.each([
  ["example.com", 80, false, "example.com"],
  ["example.com", 443, true, "example.com"],
  ["example.com", 443, false, "example.com:443"],
  ["example.com", 8080, true, "example.com:8080"],
  ["::1", 80, false, "[::1]"],
  ["[::1]", 8443, true, "[::1]:8443"],
])("9110 7.2 hostHeader(%s, %d, %s) is %s", (host, port, tls, want) => {
  expect(hostHeader(host, port, tls)).toBe(want);
});
