/**
 * Text to bytes and back, without Node or the Web platform. UTF-8 as RFC 3629; a malformed sequence decodes to U+FFFD.
 */

/** UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) {
      bytes[at++] = point;
    } else if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
      bytes[at++] = 0x80 | (point & 63);
    } else if (point < 0x10000) {
      bytes[at++] = 0xe0 | (point >> 12);
      bytes[at++] = 0x80 | ((point >> 6) & 63);
      bytes[at++] = 0x80 | (point & 63);
    } else {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 63);
      bytes[at++] = 0x80 | ((point >> 6) & 63);
      bytes[at++] = 0x80 | (point & 63);
    }
  }
  return bytes.slice(0, at);
}

const SMALLEST_BY_LENGTH = [0, 0, 0x80, 0x800, 0x10000];

/** Text of UTF-8 bytes [start, end). */
export function utf8Decode(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const parts: string[] = [];
  let points: number[] = [];
  let i = start;
  while (i < end) {
    const first = bytes[i]!;
    const length =
      first < 0x80
        ? 1
        : first >= 0xc2 && first < 0xe0
          ? 2
          : first >= 0xe0 && first < 0xf0
            ? 3
            : first >= 0xf0 && first < 0xf5
              ? 4
              : 0;
    let point = length === 1 ? first : first & (0x7f >> length);
    let used = 1;
    while (used < length && i + used < end && (bytes[i + used]! & 0xc0) === 0x80) {
      point = (point << 6) | (bytes[i + used]! & 63);
      used++;
    }
    const whole =
      length > 0 &&
      used === length &&
      point >= SMALLEST_BY_LENGTH[length]! &&
      point <= 0x10ffff &&
      !(point >= 0xd800 && point <= 0xdfff);
    points.push(whole ? point : 0xfffd);
    i += used;
    if (points.length === 4096) {
      parts.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  parts.push(String.fromCodePoint(...points));
  return parts.join("");
}

/** Bytes of text whose every character is below U+0100, one byte each (the wire form of HTTP/1.1 heads). */
export function latin1Encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Text of bytes [start, end), a character for each. */
export function latin1Decode(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** The bytes of all `parts`, one behind the other. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** FNV-1a of no bytes. */
export const FNV1A_START = 0x811c9dc5;

/** FNV-1a, 32 bits, over bytes [start, end) behind those of `hash`: names a rendered request in the ledger. */
export function fnv1a(bytes: Uint8Array, start = 0, end = bytes.length, hash = FNV1A_START): number {
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}
