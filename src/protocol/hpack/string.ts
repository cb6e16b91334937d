/**
 * String literals (RFC 7541 5.2): one bit says whether the bytes are Huffman code, then comes their number, then they.
 */
import { assert } from "../../base/assert.ts";
import { latin1Decode } from "../../base/bytes.ts";
import type { BlockCursor } from "./cursor.ts";
import { huffmanBytes, huffmanDecode, huffmanEncode } from "./huffman.ts";
import { INTEGER_BYTES_MAX, readInteger, writeInteger } from "./integer.ts";

const PLAIN = 0x00;
const HUFFMAN = 0x80;
const LENGTH_BITS = 7;

/** Reads a literal; null when it is cut off or no Huffman code. */
export function readString(cursor: BlockCursor): string | null {
  const { bytes, end } = cursor;
  const first = cursor.at;
  const length = readInteger(cursor, LENGTH_BITS);
  const start = cursor.at;
  if (length < 0 || length > end - start) return null;
  cursor.at = start + length;
  return bytes[first]! >= HUFFMAN ? huffmanDecode(bytes, start, cursor.at) : latin1Decode(bytes, start, cursor.at);
}

/** What `writeString` takes at most. */
export function stringBytesMax(text: string): number {
  return INTEGER_BYTES_MAX + text.length;
}

/** Writes a literal at out[at], as Huffman code where that is shorter; returns the index behind it. */
export function writeString(out: Uint8Array, at: number, text: string): number {
  const codeBytes = huffmanBytes(text);
  if (codeBytes < text.length) {
    const codeAt = writeInteger(out, at, HUFFMAN, LENGTH_BITS, codeBytes);
    const codeEnd = huffmanEncode(out, codeAt, text);
    assert(codeEnd === codeAt + codeBytes, "Huffman code has another length than was announced");
    return codeEnd;
  }
  let to = writeInteger(out, at, PLAIN, LENGTH_BITS, text.length);
  for (let i = 0; i < text.length; i++) out[to++] = text.charCodeAt(i);
  return to;
}

/** Writes bytes[start, end) as a literal without Huffman code at out[at]; returns the index behind it. */
export function writePlain(out: Uint8Array, at: number, bytes: Uint8Array, start: number, end: number): number {
  let to = writeInteger(out, at, PLAIN, LENGTH_BITS, end - start);
  for (let from = start; from < end; from++) out[to++] = bytes[from]!;
  return to;
}
