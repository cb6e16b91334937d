/**
 * The bytes that HTTP/1.1 is made of: named octets, and one table per character class so that a scan costs one load
 * and one branch for each byte.
 */

export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const DQUOTE = 0x22;
export const COMMA = 0x2c;
export const DIGIT_0 = 0x30;
export const DIGIT_9 = 0x39;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const BACKSLASH = 0x5c;

const DEL = 0x7f;

function byteClass(contains: (byte: number) => boolean): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) table[byte] = contains(byte) ? 1 : 0;
  return table;
}

/** 1 for a tchar: what methods, field names and codings are made of (RFC 9110 5.6.2). */
export const TOKEN_BYTE = byteClass((byte) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)));

/**
 * 1 for what a field value or a reason phrase may hold: HTAB, SP, VCHAR and obs-text (RFC 9110 5.5, RFC 9112 4).
 * NUL, CR, LF and every other control byte are out.
 */
export const TEXT_BYTE = byteClass((byte) => byte === HTAB || (byte >= SP && byte !== DEL));

/** 1 for what a request target may hold: VCHAR, that is ASCII without white space and controls (RFC 9112 3.2). */
export const TARGET_BYTE = byteClass((byte) => byte > SP && byte < DEL);

/** Value of a hexadecimal digit, -1 for any other byte (RFC 9112 7.1). */
export const HEX_VALUE = (() => {
  const table = new Int8Array(256).fill(-1);
  for (let value = 0; value < 16; value++) {
    const digit = value.toString(16);
    table[digit.charCodeAt(0)] = value;
    table[digit.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
})();

/**
 * Index of the first of bytes[start, end) that is not in `table`, `end` when all are. Four bytes a round: this loop is
 * most of what parsing a head costs, and the loop's own bookkeeping would otherwise be half of it.
 */
export function skipBytes(table: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const lastRound = end - 4;
  while (at <= lastRound) {
    if (table[bytes[at]!] !== 1) return at;
    if (table[bytes[at + 1]!] !== 1) return at + 1;
    if (table[bytes[at + 2]!] !== 1) return at + 2;
    if (table[bytes[at + 3]!] !== 1) return at + 3;
    at += 4;
  }
  while (at < end && table[bytes[at]!] === 1) at++;
  return at;
}

/** Whether `text` consists of bytes of `table`, at least one. Characters above U+007F count as obs-text. */
export function consistsOf(table: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (table[Math.min(text.charCodeAt(i), 0xff)] !== 1) return false;
  }
  return text.length > 0;
}
