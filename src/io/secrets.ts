/**
 * What stands in a ledger for a secret: HMAC-SHA-256 (RFC 2104) under a key that is drawn for the run and written
 * nowhere. Who has the ledger alone can try no values against it, nor find a secret of another run again.
 */
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import type { HideSecret } from "../model/ports.ts";

const KEY_BYTES = 32;

export function drawSecretKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

export function hideUnder(key: Uint8Array): HideSecret {
  const known = createSecretKey(key);
  return (value) => createHmac("sha256", known).update(value).digest();
}

/** For runs that send nothing: all secrets are hidden alike, so that what they are changes no byte of the ledger. */
export const hideAlike: HideSecret = () => new Uint8Array(KEY_BYTES);
