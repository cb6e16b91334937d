import { describe, expect, test } from "vitest";
import { latin1Encode, utf8Encode } from "../../base/bytes.ts";
import type { Header } from "../../model/scenario.ts";
import type { RequestMessage } from "../request-fields.ts";
import { http2Request } from "./request.ts";

const GET: RequestMessage = { method: "GET", host: "h:8080", path: "/a?b", headers: [], body: null };
const DEFAULTS = ["user-agent: z6", "accept: */*"];

/** The fields as lines; those that nobody may index with "(secret)". */
function lines(message: Partial<RequestMessage>, tls = false): string[] {
  return http2Request({ ...GET, ...message }, tls).fields.map(
    ({ name, value, sensitive }) => `${name}: ${value}${sensitive === true ? " (secret)" : ""}`,
  );
}

/** The same without pseudo-fields and defaults. */
function own(...headers: readonly Header[]): string[] {
  return lines({ headers }).filter((line) => !line.startsWith(":") && !DEFAULTS.includes(line));
}

describe("http2Request", () => {
  test("puts the pseudo-fields first, then what HTTP/1.1 would send (RFC 9113, 8.3.1)", () => {
    expect(lines({})).toEqual([":method: GET", ":scheme: http", ":authority: h:8080", ":path: /a?b", ...DEFAULTS]);
    expect(lines({ method: "OPTIONS", path: "*" }, true)).toEqual([
      ":method: OPTIONS",
      ":scheme: https",
      ":authority: h:8080",
      ":path: *",
      ...DEFAULTS,
    ]);
  });

  test("takes a given Host as its authority, and has no Host besides", () => {
    expect(lines({ headers: [["hOST", "other"]] })).toEqual([
      ":method: GET",
      ":scheme: http",
      ":authority: other",
      ":path: /a?b",
      ...DEFAULTS,
    ]);
  });

  test("writes names in lower case, in the order given, in place of the defaults (RFC 9113, 8.2.1)", () => {
    const headers: Header[] = [
      ["X-B", "2"],
      ["ACCEPT", "text/html"],
      ["x-A", ""],
      ["User-Agent", "me"],
    ];
    expect(lines({ headers }).slice(4)).toEqual(["x-b: 2", "accept: text/html", "x-a: ", "user-agent: me"]);
  });

  test("leaves out what speaks of a connection (RFC 9113, 8.2.2)", () => {
    expect(
      own(
        ["Connection", "close"],
        ["keep-alive", "timeout=5"],
        ["Proxy-Connection", "keep-alive"],
        ["Upgrade", "h2c"],
        ["X", "1"],
      ),
    ).toEqual(["x: 1"]);
    expect(own(["TE", "trailers"])).toEqual(["te: trailers"]);
    expect(own(["te", "gzip"], ["X", "1"])).toEqual(["x: 1"]);
  });

  test("marks secrets, so that nobody keeps them in a table", () => {
    expect(own(["Authorization", "Bearer x"], ["Proxy-Authorization", "y"], ["Cookie", "z"])).toEqual([
      "authorization: Bearer x (secret)",
      "proxy-authorization: y (secret)",
      "cookie: z",
    ]);
  });

  test("writes text as the bytes that HTTP/1.1 would send, UTF-8", () => {
    expect(own(["X", "é"])).toEqual(["x: \xc3\xa9"]);
    expect(lines({ headers: [["Host", "é.example"]] })[2]).toBe(":authority: \xc3\xa9.example");
  });

  const bodies: readonly [name: string, message: Partial<RequestMessage>, length: string[], body: Uint8Array | null][] =
    [
      ["a body", { method: "POST", body: utf8Encode("é") }, ["content-length: 2"], utf8Encode("é")],
      ["a GET with a body", { body: latin1Encode("x") }, ["content-length: 1"], latin1Encode("x")],
      ["an empty body", { method: "DELETE", body: new Uint8Array(0) }, ["content-length: 0"], null],
      ["no body where one is usual", { method: "PUT" }, ["content-length: 0"], null],
      ["no body", { method: "DELETE" }, [], null],
    ];
  test.each(bodies)("announces %s (RFC 9110, 8.6)", (_name, message, length, body) => {
    expect(lines(message).filter((line) => line.startsWith("content-length"))).toEqual(length);
    expect(http2Request({ ...GET, ...message }, false).body).toEqual(body);
  });

  test("says whether the answer is one to HEAD", () => {
    expect(http2Request(GET, false).toHead).toBe(false);
    expect(http2Request({ ...GET, method: "HEAD" }, false).toHead).toBe(true);
  });
});
