/**
 * The Huffman code of RFC 7541 Appendix B. It is canonical: among the codes of one length those of lower symbols come
 * first, and all of them before the beginnings of longer codes. So it is enough to know which symbols have codes of
 * which length: codes and tree follow by counting.
 *
 * The tree is a table of steps. Its inner nodes are numbered level by level, the root is 0, and STEPS[2 * node + bit]
 * says where a bit leads: to another node, or over the end of a symbol back to the root.
 */
import { assert } from "../../base/assert.ts";

/** The symbols whose codes have 1 bit, 2 bits, and so on; "\u0100" is EOS. */
const SYMBOLS_BY_BITS: readonly string[] = [
  "",
  "",
  "",
  "",
  "012aceiost",
  " %-./3456789=A_bdfghlmnpru",
  ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz",
  "&*,;XZ",
  "",
  '!"()?',
  "'+|",
  "#>",
  "\x00$@[]~",
  "^}",
  "<`{",
  "",
  "",
  "",
  "\\\xc3\xd0",
  "\x80\x82\x83\xa2\xb8\xc2\xe0\xe2",
  "\x99\xa1\xa7\xac\xb0\xb1\xb3\xd1\xd8\xd9\xe3\xe5\xe6",
  "\x81\x84\x85\x86\x88\x92\x9a\x9c\xa0\xa3\xa4\xa9\xaa\xad\xb2\xb5\xb9\xba\xbb\xbd\xbe\xc4\xc6\xe4\xe8\xe9",
  "\x01\x87\x89\x8a\x8b\x8c\x8d\x8f\x93\x95\x96\x97\x98\x9b\x9d\x9e\xa5\xa6\xa8\xae\xaf\xb4\xb6\xb7\xbc\xbf\xc5\xe7\xef",
  "\x09\x8e\x90\x91\x94\x9f\xab\xce\xd7\xe1\xec\xed",
  "\xc7\xcf\xea\xeb",
  "\xc0\xc1\xc8\xc9\xca\xcd\xd2\xd5\xda\xdb\xee\xf0\xf2\xf3\xff",
  "\xcb\xcc\xd3\xd4\xd6\xdd\xde\xdf\xf1\xf4\xf5\xf6\xf7\xf8\xfa\xfb\xfc\xfd\xfe",
  "\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f\xdc\xf9",
  "",
  "\n\r\x16\u0100",
];

const EOS = 0x100;
/** A binary tree has one inner node less than leaves: node numbers fit a byte. */
export const NODE_COUNT = EOS;

/** The code of each symbol, right-aligned, and its length. */
export const CODES = new Uint32Array(EOS + 1);
export const CODE_BITS = new Uint8Array(EOS + 1);

/** A step has the next node in its low byte. This flag: it ends a symbol, which is in the byte above that. */
export const STEP_EMITS = 0x10000;
/** Negative: the step that would end EOS, which no string may hold (RFC 7541 5.2). */
const STEP_REFUSED = -1;
export const STEPS = new Int32Array(2 * NODE_COUNT);

let place = 0;
let node = 1;
let placesLeft = 1;
for (const [index, symbols] of SYMBOLS_BY_BITS.entries()) {
  const bits = index + 1;
  placesLeft *= 2;
  // The places of a level carry the highest numbers of that many bits: first the symbols, then the inner nodes.
  const firstCode = 2 ** bits - placesLeft;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols.charCodeAt(i);
    CODES[symbol] = firstCode + i;
    CODE_BITS[symbol] = bits;
    STEPS[place++] = symbol === EOS ? STEP_REFUSED : STEP_EMITS | (symbol << 8);
  }
  placesLeft -= symbols.length;
  for (let i = 0; i < placesLeft; i++) STEPS[place++] = node++;
}
assert(placesLeft === 0 && node === NODE_COUNT, "the Huffman code is not complete");
