/**
 * Integers with a prefix (RFC 7541 5.1): the low bits of a byte hold the value, or, when all of them are set, as much of
 * it as they can, and the rest follows in groups of seven bits, the lowest first, each but the last with its top bit set.
 * The format knows no largest integer, so we set one, and with it the number of bytes.
 */
import { assert } from "../../base/assert.ts";
import { HPACK_INTEGER_MAX } from "../../base/limits.ts";
import type { BlockCursor } from "./cursor.ts";

/** Groups behind the prefix that HPACK_INTEGER_MAX needs; leading zeros beyond them are refused. */
const GROUPS_MAX = 5;
/** The most bytes that an integer takes. */
export const INTEGER_BYTES_MAX = 1 + GROUPS_MAX;

/** Reads an integer whose first byte has `prefixBits` of it; -1 when it is cut off, too long or too large. */
export function readInteger(cursor: BlockCursor, prefixBits: number): number {
  const { bytes, end } = cursor;
  const prefixMax = (1 << prefixBits) - 1;
  if (cursor.at >= end) return -1;
  let value = bytes[cursor.at++]! & prefixMax;
  if (value < prefixMax) return value;
  let weight = 1;
  for (let group = 0; group < GROUPS_MAX && cursor.at < end; group++) {
    const byte = bytes[cursor.at++]!;
    value += (byte & 0x7f) * weight;
    if (byte < 0x80) return value <= HPACK_INTEGER_MAX ? value : -1;
    weight *= 0x80;
  }
  return -1;
}

/** Writes `value` at out[at] with `pattern` above the prefix; returns the index behind it. */
export function writeInteger(out: Uint8Array, at: number, pattern: number, prefixBits: number, value: number): number {
  assert(value >= 0 && value <= HPACK_INTEGER_MAX, "an integer that no reader takes");
  const prefixMax = (1 << prefixBits) - 1;
  if (value < prefixMax) {
    out[at++] = pattern | value;
    return at;
  }
  out[at++] = pattern | prefixMax;
  let rest = value - prefixMax;
  while (rest >= 0x80) {
    out[at++] = 0x80 | (rest & 0x7f);
    rest >>= 7;
  }
  out[at++] = rest;
  return at;
}
