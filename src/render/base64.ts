/** Base64 with padding (RFC 4648 4). */
import { latin1Encode } from "../base/bytes.ts";

const ALPHABET = latin1Encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PAD = 0x3d;

/** Characters that so many bytes become. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** Writes what bytes[0, length) become at out[at]; returns the index behind it. */
export function writeBase64(out: Uint8Array, at: number, bytes: Uint8Array, length: number): number {
  let to = at;
  for (let i = 0; i < length; i += 3) {
    const left = length - i;
    const group = (bytes[i]! << 16) | ((left > 1 ? bytes[i + 1]! : 0) << 8) | (left > 2 ? bytes[i + 2]! : 0);
    out[to++] = ALPHABET[group >> 18]!;
    out[to++] = ALPHABET[(group >> 12) & 63]!;
    out[to++] = left > 1 ? ALPHABET[(group >> 6) & 63]! : PAD;
    out[to++] = left > 2 ? ALPHABET[group & 63]! : PAD;
  }
  return to;
}
