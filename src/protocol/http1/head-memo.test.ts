import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Encode } from "../../base/bytes.ts";
import { HeadMemo } from "./head-memo.ts";
import { Http1ResponseParser, RESPONSE_COMPLETE, RESPONSE_FAILED } from "./response-parser.ts";

const NGINX =
  "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 14:46:00 GMT\r\n" +
  "Content-Type: text/plain\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\n";

/** What a parser says about an answer that comes whole, with or without a memo. */
function read(text: string, memo: HeadMemo | null, toHead = false): object {
  const bytes = latin1Encode(text);
  const parser = new Http1ResponseParser();
  parser.begin(toHead, memo);
  const consumed = parser.feed(bytes, 0, bytes.length);
  const before = parser.state;
  parser.end();
  const { state, status, failure, bodyBytes, totalBytes, keepAlive } = parser;
  return { consumed, before, state, status, failure, bodyBytes, totalBytes, keepAlive };
}

test("HeadMemo recognises a head that differs in its date alone, and gives it up when anything else differs", () => {
  const memo = new HeadMemo();
  const first = latin1Encode(NGINX);
  expect(memo.match(first, 0, first.length)).toBe(-1);
  read(`${NGINX}hello world\n`, memo);
  expect(memo.match(first, 0, first.length)).toBe(first.length);
  const later = latin1Encode(NGINX.replace("14:46:00", "14:46:01"));
  expect(memo.match(later, 0, later.length)).toBe(later.length);
  expect(memo.match(later, 0, later.length - 1)).toBe(-1);
  const other = latin1Encode(NGINX.replace("plain", "pla1n"));
  expect(memo.match(other, 0, other.length)).toBe(-1);
  expect(memo.match(later, 0, later.length)).toBe(-1);
});

test("HeadMemo does not take control bytes for a date", () => {
  const memo = new HeadMemo();
  read(`${NGINX}hello world\n`, memo);
  const smuggled = NGINX.replace("22 Nov 2026 14:46:00 GMT", "22\r\nContent-Length: 9999");
  expect(read(`${smuggled}hello world\n`, memo)).toEqual(read(`${smuggled}hello world\n`, null));
});

test("HeadMemo keeps out of the way of a server whose heads keep changing", () => {
  const memo = new HeadMemo();
  for (let i = 0; memo.wanted; i++) {
    expect(i).toBeLessThan(200);
    read(`${NGINX.replace("12", String(i))}`, memo);
  }
});

const heads = fc.array(
  fc.record({
    status: fc.constantFrom("200 OK", "204 No Content", "404 Not Found", "100 Continue"),
    date: fc.constantFrom(
      "",
      "Date: Sun, 22 Nov 2026 14:46:00 GMT\r\n",
      "Date: Sun, 22 Nov 2026 14:46:0\r GMT\r\n",
      "date: soon\r\n",
    ),
    fields: fc.constantFrom("", "X: 1\r\n", "X: 2\r\n", "Connection: close\r\n", " folded\r\n"),
    framing: fc.constantFrom("Content-Length: 3\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", ""),
    body: fc.constantFrom("", "abc", "3\r\nabc\r\n0\r\n\r\n"),
  }),
  { minLength: 2, maxLength: 12 },
);

test("a parser with a memo says what a parser without one says, whatever answers came before", () => {
  const seen = { completed: 0, failed: 0 };
  fc.assert(
    fc.property(heads, fc.boolean(), (answers, toHead) => {
      const memo = new HeadMemo();
      for (const { status, date, fields, framing, body } of answers) {
        const text = `HTTP/1.1 ${status}\r\n${date}${fields}${framing}\r\n${body}`;
        const plain = read(text, null, toHead) as { state: number };
        expect(read(text, memo, toHead)).toEqual(plain);
        if (plain.state === RESPONSE_COMPLETE) seen.completed++;
        if (plain.state === RESPONSE_FAILED) seen.failed++;
      }
    }),
    { numRuns: 2_000 },
  );
  expect(seen.completed).toBeGreaterThan(500);
  expect(seen.failed).toBeGreaterThan(500);
});
