/**
 * Why a request has no complete response: a closed list. The number is what the ledger stores in an entry's code and
 * never changes its meaning; new kinds are added at the end. There is no "unknown": an errno without a row in
 * io/failures is a bug that the mapping's test finds.
 */

export const FAILURE_CODES = {
  dns_failed: 1,
  dns_timeout: 2,
  connection_refused: 3,
  connection_reset: 4,
  /** The peer closed before the response was complete (or before its first byte). */
  connection_closed: 5,
  connection_timeout: 6,
  network_unreachable: 7,
  host_unreachable: 8,
  tls_failed: 9,
  certificate_invalid: 10,
  alpn_failed: 11,
  request_timeout: 12,
  /** The bytes are no HTTP response at all. */
  invalid_response: 13,
  header_too_large: 14,
  body_too_large: 15,
  /** HTTP, but breaking a rule whose breach would desynchronise the connection. */
  protocol_violation: 16,
  stream_refused: 17,
  goaway: 18,
  pool_exhausted: 19,
  out_of_file_descriptors: 20,
  out_of_ports: 21,
  out_of_memory: 22,
  permission_denied: 23,
  address_invalid: 24,
  /** The operating system gave an I/O error that concerns this connection alone (EIO, EPROTO, ...). */
  io_error: 25,
  /** The peer gave up this stream of HTTP/2 (RST_STREAM) and may have acted on the request; errno is its error code. */
  stream_reset: 26,
} as const;

export type FailureKind = keyof typeof FAILURE_CODES;

export const FAILURE_KINDS = Object.keys(FAILURE_CODES) as FailureKind[];

const KIND_BY_CODE: readonly (FailureKind | undefined)[] = (() => {
  const kinds: (FailureKind | undefined)[] = [];
  for (const kind of FAILURE_KINDS) kinds[FAILURE_CODES[kind]] = kind;
  return kinds;
})();

/** The kind that a ledger code stands for, or undefined for a code that this version does not know. */
export function failureKind(code: number): FailureKind | undefined {
  return KIND_BY_CODE[code];
}
