/**
 * The fast way to escape: ASCII without control characters, a table look-up for each character. Everything else is for
 * base/escape.ts, which says what each escape does; both give the same bytes.
 */
import { utf8Encode } from "../base/bytes.ts";
import { escaped } from "../base/escape.ts";
import { ESCAPES } from "../model/template.ts";

/** What becomes of a character: it stays, is written in another way, or is not for here. */
const STAYS = 0;
const PERCENT = 1;
const PLUS = 2;
const BACKSLASH = 3;
const UNKNOWN = 4;

const CODES = 128;
/** By escape and character code. */
const FATES = new Uint8Array(ESCAPES.length * CODES).fill(UNKNOWN);
for (const [index, way] of ESCAPES.entries()) {
  for (let code = 0x20; code < 0x7f; code++) {
    const character = String.fromCharCode(code);
    const form = escaped(character, way === "json_value" ? "json_text" : way);
    const fate = form === character ? STAYS : form === "+" ? PLUS : form === `\\${character}` ? BACKSLASH : PERCENT;
    FATES[index * CODES + code] = fate;
  }
}

const JSON_VALUE = ESCAPES.indexOf("json_value");
/** What becomes of a character follows from those around it. */
const URL = ESCAPES.indexOf("url");
const HEX = utf8Encode("0123456789ABCDEF");
const DIGITS = /^(?:0|[1-9][0-9]*)$/;
/** What a JSON value that needs no quotes begins with. */
const SCALAR_START = /^[-0-9tfn]/;

/** The most bytes that `writeAscii` takes for a text of so many characters. */
export function asciiBytesMax(characters: number): number {
  return 3 * characters + 2;
}

/** Writes `text` at out[at] under the escape of that index; returns the index behind it, or -1 when it is not for here. */
export function writeAscii(out: Uint8Array, at: number, text: string, way: number): number {
  if (way === URL) return -1;
  if (way !== JSON_VALUE) return writeCharacters(out, at, text, way);
  if (DIGITS.test(text)) return writeCharacters(out, at, text, way);
  if (SCALAR_START.test(text)) return -1;
  out[at] = 0x22;
  const end = writeCharacters(out, at + 1, text, way);
  if (end < 0) return -1;
  out[end] = 0x22;
  return end + 1;
}

function writeCharacters(out: Uint8Array, at: number, text: string, way: number): number {
  const fates = way * CODES;
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const fate = code < CODES ? FATES[fates + code]! : UNKNOWN;
    if (fate === STAYS) {
      out[to++] = code;
    } else if (fate === PERCENT) {
      out[to++] = 0x25;
      out[to++] = HEX[code >> 4]!;
      out[to++] = HEX[code & 15]!;
    } else if (fate === PLUS) {
      out[to++] = 0x2b;
    } else if (fate === BACKSLASH) {
      out[to++] = 0x5c;
      out[to++] = code;
    } else {
      return -1;
    }
  }
  return to;
}

/** Whether text of these bytes stays as it is under the escape of that index. */
export function staysAsItIs(bytes: Uint8Array, way: number): boolean {
  if (way === JSON_VALUE || way === URL) return false;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i]!;
    if (code >= CODES || FATES[way * CODES + code] !== STAYS) return false;
  }
  return true;
}
