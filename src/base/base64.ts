/** Bytes as text of 64 safe characters (RFC 4648 4), with padding. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The base64 of `bytes`: 4 characters for each 3 of them, begun or whole. */
export function base64Encode(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit++) {
      const isPadding = at + digit > bytes.length;
      text += isPadding ? "=" : ALPHABET[(group >> (18 - 6 * digit)) & 63]!;
    }
  }
  return text;
}
