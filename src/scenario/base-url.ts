/**
 * Base URLs, strictly: scheme, host, port and path, as RFC 3986 writes them, less what makes no sense for a base
 * (user and password, query, fragment).
 */
import { isHostName, isIpv6 } from "./host.ts";

export interface BaseUrl {
  readonly tls: boolean;
  /** An IPv6 address stands here without its brackets. */
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash; "" for none. */
  readonly basePath: string;
}

/** What is wrong, with the part of the URL that it is about, [start, end) in the text. */
export interface BaseUrlError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

const PORT_MAX = 65_535;

/** The parts of `url`, or the first thing wrong with it. */
export function parseBaseUrl(url: string): BaseUrl | BaseUrlError {
  const scheme = /^https?:\/\//.exec(url)?.[0];
  if (scheme === undefined) return { message: "must begin with http:// or https://", start: 0, end: url.length };
  const tls = scheme === "https://";
  const odd = /[?#]/.exec(url);
  if (odd !== null) return { message: "must not hold a query or a fragment", start: odd.index, end: url.length };
  const pathAt = url.indexOf("/", scheme.length);
  const authorityEnd = pathAt < 0 ? url.length : pathAt;
  const authority = url.slice(scheme.length, authorityEnd);
  const start = scheme.length;
  if (authority.includes("@")) {
    return { message: "must not hold a user or password: use an Authorization header", start, end: authorityEnd };
  }
  const parts = /^(\[[^\]]*\]|[^:[]*)(?::(.*))?$/s.exec(authority);
  if (parts === null) return { message: "holds no host that can be read", start, end: authorityEnd };
  const written = parts[1]!;
  const hostEnd = start + written.length;
  if (written === "") return { message: "lacks a host", start, end: authorityEnd };
  const host = written.startsWith("[") ? written.slice(1, -1) : written;
  if (written.startsWith("[") ? !isIpv6(host) : !isHostName(host)) {
    return { message: "holds no valid host (name, IPv4 address or [IPv6 address])", start, end: hostEnd };
  }
  const digits = parts[2];
  const port = digits === undefined ? (tls ? 443 : 80) : /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > PORT_MAX) {
    return { message: "holds no valid port: it must be 1 to 65535", start: hostEnd + 1, end: authorityEnd };
  }
  const path = url.slice(authorityEnd);
  if (!/^[!-~]*$/.test(path)) {
    const message = "holds a path with spaces, control characters or characters beyond ASCII";
    return { message, start: authorityEnd, end: url.length };
  }
  return { tls, host, port, basePath: path.replace(/\/+$/, "") };
}
