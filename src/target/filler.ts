/** The bytes that bodies are made of: the lower-case alphabet, again and again. */

const FILLER_BYTES = 64 * 1024;
const FILLER = Buffer.alloc(FILLER_BYTES, "abcdefghijklmnopqrstuvwxyz");

/** Exactly `bytes` bytes of filler; shared and not to be written to as long as they fit into 64 KiB. */
export function filler(bytes: number): Uint8Array {
  return bytes <= FILLER_BYTES ? FILLER.subarray(0, bytes) : Buffer.alloc(bytes, FILLER);
}

/** Pieces of filler that together have exactly `bytes` bytes; each call gives the next, and null at the end. */
export function fillerPieces(bytes: number): () => Uint8Array | null {
  let left = bytes;
  return () => {
    if (left === 0) return null;
    const piece = FILLER.subarray(0, Math.min(left, FILLER_BYTES));
    left -= piece.length;
    return piece;
  };
}
