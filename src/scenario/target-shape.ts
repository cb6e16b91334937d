/** The keys of [target] and [[targets]]: where requests go, over which protocol, and how TLS is spoken. */
import { CONNECTIONS_MAX, STREAMS_PER_CONNECTION_MAX, TIMEOUT_MS_MAX, TLS_CIPHERS_CHARS_MAX } from "../base/limits.ts";
import { HTTP_VERSIONS, TLS_VERSIONS } from "../model/scenario.ts";
import { AUTH_SHAPE } from "./auth-shape.ts";
import { FILE, HEADER_VALUE, HEADERS, SECONDS_MIN } from "./value-shapes.ts";

export const TARGET_KEYS = {
  base_url: {
    kind: "text",
    required: true,
    pattern: { regex: "^https?://", says: "must begin with http:// or https://" },
    doc: "Where requests go: http:// or https://, host, optional port and base path.",
  },
  tls: { kind: "boolean", doc: "Whether TLS is used; it must agree with base_url." },
  http_version: {
    kind: "text",
    choices: HTTP_VERSIONS,
    doc: 'HTTP version; default "auto" (ALPN decides) for https and "http1.1" for http, where "http2" is h2c.',
  },
  verify_cert: {
    kind: "boolean",
    default: true,
    doc: "Whether the server's certificate is verified.",
  },
  ca_bundle: { ...FILE, doc: "PEM file with the certificate authorities to trust." },
  client_cert: { ...FILE, doc: "PEM file with the client's certificate, for mutual TLS." },
  client_key: { ...FILE, doc: "PEM file with the client certificate's key." },
  server_name: {
    kind: "text",
    charsMax: 253,
    pattern: { regex: "^[!-~]+$", says: "must be a host name" },
    doc: "Name sent as SNI and expected in the certificate; default the host of base_url.",
  },
  tls_min_version: {
    kind: "text",
    choices: TLS_VERSIONS,
    default: "1.2",
    doc: "Oldest version of TLS to agree on.",
  },
  tls_max_version: {
    kind: "text",
    choices: TLS_VERSIONS,
    default: "1.3",
    doc: "Newest version of TLS to agree on.",
  },
  tls_ciphers: {
    kind: "text",
    charsMax: TLS_CIPHERS_CHARS_MAX,
    pattern: { regex: "^:*[!-9;-~][!-~]*$", says: "must be cipher names of OpenSSL with colons between them" },
    doc: "Ciphers to offer, a list as OpenSSL takes it, those of TLS 1.3 among them; default Node's.",
  },
  tls_session_resumption: {
    kind: "boolean",
    default: false,
    doc: "Whether connections resume the target's newest TLS session; false: each makes a full handshake.",
  },
  max_connections: {
    kind: "integer",
    min: 1,
    max: CONNECTIONS_MAX,
    doc: "Bound on open connections; default one per user, with HTTP/2 users / max_streams_per_connection, rounded up.",
  },
  max_streams_per_connection: {
    kind: "integer",
    min: 1,
    max: STREAMS_PER_CONNECTION_MAX,
    default: 100,
    doc: "HTTP/2 only: requests that share a connection at once; a server that allows fewer is heeded.",
  },
  connection_timeout_ms: {
    kind: "number",
    min: SECONDS_MIN,
    max: TIMEOUT_MS_MAX,
    default: 10_000,
    doc: "Longest time for a connection to open, in milliseconds.",
  },
  headers: { ...HEADERS, value: HEADER_VALUE, doc: "Headers of every request; a request's own override them." },
  auth: AUTH_SHAPE,
  cookies: {
    kind: "boolean",
    default: false,
    doc: "Whether each user keeps the cookies that this target sets, and sends them back.",
  },
} as const;
