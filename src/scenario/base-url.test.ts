import { expect, test } from "vitest";
import { parseBaseUrl } from "./base-url.ts";

test.each([
  ["http://example.com", false, "example.com", 80, ""],
  ["https://example.com/", true, "example.com", 443, ""],
  ["https://example.com:8443/api/v1//", true, "example.com", 8443, "/api/v1"],
  ["http://127.0.0.1:1", false, "127.0.0.1", 1, ""],
  ["http://localhost:65535/%20", false, "localhost", 65535, "/%20"],
  ["http://my_service.internal.", false, "my_service.internal.", 80, ""],
  ["http://[::1]:8080/x", false, "::1", 8080, "/x"],
  ["https://[2001:db8::ff00:42:8329]", true, "2001:db8::ff00:42:8329", 443, ""],
  ["http://[::ffff:192.0.2.1]", false, "::ffff:192.0.2.1", 80, ""],
  ["http://[1:2:3:4:5:6:7:8]", false, "1:2:3:4:5:6:7:8", 80, ""],
])("parseBaseUrl reads %s", (url, tls, host, port, basePath) => {
  expect(parseBaseUrl(url)).toEqual({ tls, host, port, basePath });
});

test.each([
  ["", "must begin", ""],
  ["HTTP://h", "must begin", "HTTP://h"],
  ["ws://h", "must begin", "ws://h"],
  ["http://", "lacks a host", ""],
  ["http://:80", "lacks a host", ":80"],
  ["http:///path", "lacks a host", ""],
  ["http://a b", "no valid host", "a b"],
  ["http://é.example", "no valid host", "é.example"],
  ["http://a..b", "no valid host", "a..b"],
  ["http://-a", "no valid host", "-a"],
  ["http://1.2.3", "no valid host", "1.2.3"],
  ["http://1.2.3.256", "no valid host", "1.2.3.256"],
  ["http://1.2.3.04", "no valid host", "1.2.3.04"],
  [`http://${"a".repeat(64)}`, "no valid host", "a".repeat(64)],
  ["http://[::1", "no host that can be read", "[::1"],
  ["http://[]", "no valid host", "[]"],
  ["http://[1:2]", "no valid host", "[1:2]"],
  ["http://[1::2::3]", "no valid host", "[1::2::3]"],
  ["http://[1:2:3:4:5:6:7::8]x", "no host that can be read", "[1:2:3:4:5:6:7::8]x"],
  ["http://[fe80::1%eth0]", "no valid host", "[fe80::1%eth0]"],
  ["http://[192.0.2.1::]", "no valid host", "[192.0.2.1::]"],
  ["http://h:", "no valid port", ""],
  ["http://h:0", "no valid port", "0"],
  ["http://h:65536", "no valid port", "65536"],
  ["http://h:8x", "no valid port", "8x"],
  ["http://h:-1", "no valid port", "-1"],
  ["http://h:1:2", "no valid port", "1:2"],
  ["http://u:p@h", "user or password", "u:p@h"],
  ["http://h/a?b", "query or a fragment", "?b"],
  ["http://h#b", "query or a fragment", "#b"],
  ["http://h/a b", "holds a path with", "/a b"],
])("parseBaseUrl refuses %j: %s, at %j", (url, message, part) => {
  const error = parseBaseUrl(url);
  if (!("message" in error)) throw new Error("accepted");
  expect(error.message).toContain(message);
  expect(url.slice(error.start, error.end)).toBe(part);
});
