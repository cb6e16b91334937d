/**
 * Strings of bytes to Huffman code and back (RFC 7541 5.2). The decoder goes through the tree four bits at a time: no
 * code is shorter than five, so four bits end one symbol at most, and a byte costs two loads. A string ends at the root
 * or, for the padding, at most seven ones below it; it is refused anywhere else.
 */
import { assert } from "../../base/assert.ts";
import { latin1Decode } from "../../base/bytes.ts";
import { CODE_BITS, CODES, NODE_COUNT, STEP_EMITS, STEPS } from "./huffman-code.ts";

const PADDING_BITS_MAX = 7;

/**
 * The steps of twice as many bits: of 2 ** bits steps from each node follow 4 ** bits. At most one of two successive steps
 * ends a symbol, and a refused one, which is negative, makes both negative.
 */
function doubleSteps(steps: Int32Array, bits: number): Int32Array {
  const doubled = new Int32Array(NODE_COUNT << (2 * bits));
  let at = 0;
  for (const first of steps) {
    const emitted = first & ~0xff;
    const next = (first & 0xff) << bits;
    for (let low = 0; low < 1 << bits; low++) doubled[at++] = emitted | steps[next | low]!;
  }
  return doubled;
}

const NIBBLE_STEPS = doubleSteps(doubleSteps(STEPS, 1), 2);

/** 1 for the nodes at which a string may end. */
const MAY_END = new Uint8Array(NODE_COUNT);
for (let ones = 0, node = 0; ones <= PADDING_BITS_MAX; ones++) {
  MAY_END[node] = 1;
  node = STEPS[2 * node + 1]!;
}

/** A long string is decoded in pieces of this many bytes; each of them ends two symbols at most. */
const PIECE_BYTES = 2_048;
/** Nothing stays here from one piece to the next. */
const PIECE = new Uint8Array(2 * PIECE_BYTES);

/** The string whose code is bytes[start, end); null when it holds EOS or a wrong padding. */
export function huffmanDecode(bytes: Uint8Array, start: number, end: number): string | null {
  let text = "";
  let node = 0;
  let at = start;
  while (at < end) {
    const pieceEnd = Math.min(end, at + PIECE_BYTES);
    let length = 0;
    for (; at < pieceEnd; at++) {
      const byte = bytes[at]!;
      const high = NIBBLE_STEPS[(node << 4) | (byte >> 4)]!;
      if (high < 0) return null;
      if (high >= STEP_EMITS) PIECE[length++] = high >> 8;
      const low = NIBBLE_STEPS[((high & 0xff) << 4) | (byte & 0xf)]!;
      if (low < 0) return null;
      if (low >= STEP_EMITS) PIECE[length++] = low >> 8;
      node = low & 0xff;
    }
    text += latin1Decode(PIECE, 0, length);
  }
  return MAY_END[node] === 1 ? text : null;
}

/** How many bytes the code of `text` takes. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  let seen = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    seen |= symbol;
    bits += CODE_BITS[symbol]!;
  }
  assert(seen <= 0xff, "a field holds a character that is not a byte");
  return (bits + 7) >> 3;
}

/** Writes the code of `text`, of which each character is a byte, at out[at]; returns the index behind it. */
export function huffmanEncode(out: Uint8Array, at: number, text: string): number {
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    const code = CODES[symbol]!;
    let bitsLeft = CODE_BITS[symbol]!;
    while (heldBits + bitsLeft >= 8) {
      bitsLeft -= 8 - heldBits;
      out[at++] = (held << (8 - heldBits)) | ((code >> bitsLeft) & (0xff >> heldBits));
      held = 0;
      heldBits = 0;
    }
    held = (held << bitsLeft) | (code & ((1 << bitsLeft) - 1));
    heldBits += bitsLeft;
  }
  // Padded with ones, the beginning of EOS.
  if (heldBits > 0) out[at++] = (held << (8 - heldBits)) | (0xff >> heldBits);
  return at;
}
