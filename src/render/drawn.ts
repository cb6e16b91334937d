/** Values that are numbers, or drawn, written as ASCII digits and letters. */
import { latin1Encode } from "../base/bytes.ts";
import type { RandomStreams } from "../base/prng.ts";

/** Sign and digits of a safe integer. */
export const INTEGER_BYTES_MAX = 17;
export const UUID_BYTES = 36;

const BILLION = 1_000_000_000;
const HEX = latin1Encode("0123456789abcdef");
const ALPHABET = latin1Encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

/** Digits of a natural number. */
export function digitsOf(value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  return digits;
}

/** Writes a safe integer at out[at]; returns the index behind it. */
export function writeInteger(out: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    out[at] = 0x2d;
    return writeInteger(out, at + 1, -value);
  }
  const end = at + digitsOf(value);
  let to = end;
  let rest = value;
  while (rest >= BILLION) {
    const high = Math.floor(rest / BILLION);
    let low = (rest - high * BILLION) | 0;
    for (let digit = 0; digit < 9; digit++) {
      const tenth = (low / 10) | 0;
      out[--to] = 0x30 + low - 10 * tenth;
      low = tenth;
    }
    rest = high;
  }
  let low = rest | 0;
  while (to > at) {
    const tenth = (low / 10) | 0;
    out[--to] = 0x30 + low - 10 * tenth;
    low = tenth;
  }
  return end;
}

/** Writes a UUID of version 4 (RFC 9562 5.4): 122 drawn bits, version and variant. */
export function writeUuid(out: Uint8Array, at: number, streams: RandomStreams, stream: number): number {
  const first = streams.u32(stream);
  const second = (streams.u32(stream) & 0xffff0fff) | 0x4000;
  const third = (streams.u32(stream) & 0x3fffffff) | 0x80000000;
  const fourth = streams.u32(stream);
  let to = writeHex(out, at, first, 28, 0);
  out[to++] = 0x2d;
  to = writeHex(out, to, second, 28, 16);
  out[to++] = 0x2d;
  to = writeHex(out, to, second, 12, 0);
  out[to++] = 0x2d;
  to = writeHex(out, to, third, 28, 16);
  out[to++] = 0x2d;
  to = writeHex(out, to, third, 12, 0);
  return writeHex(out, to, fourth, 28, 0);
}

/** The hexadecimal digits of a word, from the one at bit `from` down to the one at bit `to`. */
function writeHex(out: Uint8Array, at: number, word: number, from: number, to: number): number {
  let next = at;
  for (let bit = from; bit >= to; bit -= 4) out[next++] = HEX[(word >>> bit) & 15]!;
  return next;
}

/** Writes so many letters and digits. */
export function writeString(
  out: Uint8Array,
  at: number,
  length: number,
  streams: RandomStreams,
  stream: number,
): number {
  const end = at + length;
  for (let to = at; to < end; to++) out[to] = ALPHABET[streams.below(stream, ALPHABET.length)]!;
  return end;
}
