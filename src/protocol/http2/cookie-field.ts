/**
 * A Cookie field behind a header block that is encoded already. It is a literal that nobody may index (RFC 7541 6.2.3,
 * 7.1.3): it leaves the compression tables as they are, and what stands before it may be used again. A request that
 * has a Cookie field of its own then has two, which mean the same as one (RFC 9113 8.2.3).
 */

import { INTEGER_BYTES_MAX, writeInteger } from "../hpack/integer.ts";
import { STATIC_INDEX } from "../hpack/static-table.ts";
import { stringBytesMax, writeString } from "../hpack/string.ts";

const COOKIE_INDEX = STATIC_INDEX.name("cookie") + 1;

/** `block` with a further field `cookie: value`; the value has a character for each byte. */
export function withCookie(block: Uint8Array, value: string): Uint8Array {
  const bytes = new Uint8Array(block.length + INTEGER_BYTES_MAX + stringBytesMax(value));
  bytes.set(block);
  const at = writeInteger(bytes, block.length, 0x10, 4, COOKIE_INDEX);
  return bytes.subarray(0, writeString(bytes, at, value));
}
