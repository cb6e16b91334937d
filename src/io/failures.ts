/**
 * From what the operating system, the resolver and OpenSSL call an error to our failure kinds: here, and nowhere else.
 */
import { constants } from "node:os";
import { FAILURE_CODES, type FailureKind } from "../model/failure.ts";

const KIND_BY_CODE: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: "connection_refused",
  ECONNRESET: "connection_reset",
  ECONNABORTED: "connection_reset",
  EPIPE: "connection_reset",
  ENOTCONN: "connection_reset",
  ESHUTDOWN: "connection_reset",
  ETIMEDOUT: "connection_timeout",
  EHOSTUNREACH: "host_unreachable",
  EHOSTDOWN: "host_unreachable",
  ENETUNREACH: "network_unreachable",
  ENETDOWN: "network_unreachable",
  ENETRESET: "network_unreachable",
  ENONET: "network_unreachable",
  EMFILE: "out_of_file_descriptors",
  ENFILE: "out_of_file_descriptors",
  EADDRNOTAVAIL: "out_of_ports",
  EADDRINUSE: "out_of_ports",
  EAGAIN: "out_of_ports",
  ENOBUFS: "out_of_memory",
  ENOMEM: "out_of_memory",
  EACCES: "permission_denied",
  EPERM: "permission_denied",
  EINVAL: "address_invalid",
  EAFNOSUPPORT: "address_invalid",
  EPROTONOSUPPORT: "address_invalid",
  ERR_SOCKET_BAD_PORT: "address_invalid",
  ERR_INVALID_IP_ADDRESS: "address_invalid",
  ENOTFOUND: "dns_failed",
  ENODATA: "dns_failed",
  EAI_AGAIN: "dns_failed",
  EAI_FAIL: "dns_failed",
  EAI_NODATA: "dns_failed",
  EAI_NONAME: "dns_failed",
  EAI_FAMILY: "dns_failed",
  EAI_ADDRFAMILY: "dns_failed",
  EAI_BADFLAGS: "dns_failed",
  EAI_MEMORY: "out_of_memory",
  EAI_SERVICE: "dns_failed",
  EAI_SYSTEM: "dns_failed",
  ETIMEOUT: "dns_timeout",
  ERR_TLS_HANDSHAKE_TIMEOUT: "connection_timeout",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate_invalid",
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "alpn_failed",
};

/** What OpenSSL's certificate verification reports (X509_V_ERR_*, without the prefix), as Node names it. */
const CERTIFICATE_CODES = new Set([
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_CRL",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "CERT_SIGNATURE_FAILURE",
  "CRL_SIGNATURE_FAILURE",
  "CERT_NOT_YET_VALID",
  "CERT_HAS_EXPIRED",
  "CRL_NOT_YET_VALID",
  "CRL_HAS_EXPIRED",
  "ERROR_IN_CERT_NOT_BEFORE_FIELD",
  "ERROR_IN_CERT_NOT_AFTER_FIELD",
  "ERROR_IN_CRL_LAST_UPDATE_FIELD",
  "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
  "OUT_OF_MEM",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_CHAIN_TOO_LONG",
  "CERT_REVOKED",
  "INVALID_CA",
  "PATH_LENGTH_EXCEEDED",
  "INVALID_PURPOSE",
  "CERT_UNTRUSTED",
  "CERT_REJECTED",
  "HOSTNAME_MISMATCH",
]);

/** An error as Node reports it. */
export interface SystemError {
  readonly code?: string | undefined;
  readonly errno?: number | undefined;
}

/** The ledger's code of the failure that an error stands for. What no row names concerns the connection: io_error. */
export function failureOf(error: SystemError): number {
  const code = error.code ?? "";
  const kind = KIND_BY_CODE[code];
  if (kind !== undefined) return FAILURE_CODES[kind];
  if (CERTIFICATE_CODES.has(code)) return FAILURE_CODES.certificate_invalid;
  if (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") || code === "EPROTO") return FAILURE_CODES.tls_failed;
  return FAILURE_CODES.io_error;
}

const CODE_BY_ERRNO = new Map(Object.entries(constants.errno).map(([code, errno]) => [errno, code]));

/** As failureOf, for an error number of this operating system. */
export function failureOfErrno(errno: number): number {
  return failureOf({ code: CODE_BY_ERRNO.get(errno) });
}

/** The OS error number as a positive integer, 0 when there is none. */
export function errnoOf(error: SystemError): number {
  return typeof error.errno === "number" ? Math.abs(error.errno) : 0;
}
