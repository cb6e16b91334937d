import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Decode, latin1Encode } from "../../base/bytes.ts";
import { CookieLine, requestTarget } from "./cookie-line.ts";
import { encodeRequest } from "./request-encoder.ts";
import { Http1RequestParser, REQUEST_COMPLETE } from "./request-parser.ts";

/** The request with cookies in it; foreign bytes lie around it. */
function inserted(request: string, cookies: string, line = new CookieLine()): string {
  const bytes = latin1Encode(`\r\n:${request}\r\nCookie: no=1\r\n\r\n`);
  line.insert(bytes, 3, 3 + request.length, cookies);
  return latin1Decode(line.bytes, 0, line.length);
}

describe("CookieLine", () => {
  test("puts a line behind the Host line", () => {
    expect(inserted("GET / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n", "a=1; b=2")).toBe(
      "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=2\r\nAccept: */*\r\n\r\n",
    );
    expect(inserted("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "é=1")).toBe(
      "GET / HTTP/1.1\r\nHost: a\r\nCookie: é=1\r\n\r\n",
    );
  });

  test.each(["Cookie", "cookie", "COOKIE"])("appends to the request's own line (%s)", (name) => {
    expect(inserted(`GET / HTTP/1.1\r\nHost: a\r\n${name}: c=3\r\nX: y\r\n\r\nbody`, "a=1")).toBe(
      `GET / HTTP/1.1\r\nHost: a\r\n${name}: c=3; a=1\r\nX: y\r\n\r\nbody`,
    );
  });

  test("takes the place of an empty value", () => {
    expect(inserted("GET / HTTP/1.1\r\nHost: a\r\nCookie: \r\n\r\n", "a=1")).toBe(
      "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\n\r\n",
    );
  });

  test("looks for no Cookie line in the body, nor in other names", () => {
    const rest = "X-Cookie: 1\r\nCookies: 2\r\nContent-Length: 16\r\n\r\n\r\nCookie: c=3\r\n\r";
    expect(inserted(`POST / HTTP/1.1\r\nHost: a\r\n${rest}`, "a=1")).toBe(
      `POST / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\n${rest}`,
    );
  });

  test("uses its buffer again, whatever the lengths", () => {
    const line = new CookieLine();
    const lengths = fc.array(fc.tuple(fc.nat({ max: 3_000 }), fc.integer({ min: 1, max: 3_000 })), { maxLength: 5 });
    fc.assert(
      fc.property(lengths, (all) => {
        for (const [body, cookie] of all) {
          const rest = `\r\n\r\n${"b".repeat(body)}`;
          expect(inserted(`GET / HTTP/1.1\r\nHost: a${rest}`, "c".repeat(cookie), line)).toBe(
            `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${"c".repeat(cookie)}${rest}`,
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});

test("requestTarget reads the request line", () => {
  const bytes = latin1Encode("ab GET /a/b?c=d HTTP/1.1\r\nHost: a b\r\n\r\n");
  expect(requestTarget(bytes, 3)).toBe("/a/b?c=d");
});

test("what comes out of our encoder stays a request with the same body", () => {
  const body = latin1Encode("Cookie: x\r\n");
  const bytes = encodeRequest({ method: "POST", host: "h", path: "/p?q", headers: [["X", "y"]], body });
  const line = new CookieLine();
  line.insert(bytes, 0, bytes.length, "a=1");
  const parser = new Http1RequestParser({ keepHeaders: true });
  parser.begin();
  expect(parser.feed(line.bytes, 0, line.length)).toBe(line.length);
  expect(parser.state).toBe(REQUEST_COMPLETE);
  expect(parser.bodyBytes).toBe(body.length);
  expect(parser.headers.get("cookie")).toBe("a=1");
});
