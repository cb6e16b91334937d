/**
 * From a scenario's TLS options to what OpenSSL works with, and what it refuses of them. A target's context and the
 * check of its parts are made by the same call, so that what a scenario is loaded with does not fail when the run begins.
 */
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { CheckTls } from "../model/ports.ts";
import type { TlsOptions } from "../model/scenario.ts";

/** The context of a target's connections. Throws what `checkTls` would have found. */
export function secureContextOf(tls: TlsOptions): SecureContext {
  return createSecureContext({
    ...(tls.caBundle === null ? {} : { ca: tls.caBundle }),
    ...certificateOf(tls),
    ...keyOf(tls),
    ...ciphersOf(tls),
    minVersion: `TLSv${tls.minVersion}`,
    maxVersion: `TLSv${tls.maxVersion}`,
  });
}

/** The first part that OpenSSL cannot use, with its own reason. An authority that it cannot read it only ignores. */
export const checkTls: CheckTls = (tls) => {
  const parts = [
    ["client_cert", certificateOf(tls)],
    ["client_key", { ...certificateOf(tls), ...keyOf(tls) }],
    ["tls_ciphers", ciphersOf(tls)],
  ] as const;
  for (const [key, options] of parts) {
    const reason = Object.keys(options).length === 0 ? null : refusalOf(options);
    if (reason !== null) return { key, reason };
  }
  return null;
};

function certificateOf({ clientCert }: TlsOptions): SecureContextOptions {
  return clientCert === null ? {} : { cert: clientCert };
}

function keyOf({ clientKey }: TlsOptions): SecureContextOptions {
  return clientKey === null ? {} : { key: clientKey };
}

function ciphersOf({ ciphers }: TlsOptions): SecureContextOptions {
  return ciphers === null ? {} : { ciphers };
}

function refusalOf(options: SecureContextOptions): string | null {
  try {
    createSecureContext(options);
    return null;
  } catch (error) {
    // OpenSSL's errors have a code, and a reason that reads better than the message around it.
    const { code, reason, message } = error as NodeJS.ErrnoException & { readonly reason?: string };
    if (code === undefined) throw error;
    return reason ?? message;
  }
}
