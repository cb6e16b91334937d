/** Writing much to a slow reader without keeping more than one piece in memory. */
import type { Writable } from "node:stream";

/**
 * Writes the pieces that `next` gives until it gives null, then calls `done`. Waits while the reader is behind, lets
 * other work run between pieces, and stops without a word when the stream is gone.
 */
export function pour(stream: Writable, next: () => string | Uint8Array | null, done: () => void): void {
  const step = () => {
    if (stream.destroyed) return;
    const piece = next();
    if (piece === null) done();
    else if (stream.write(piece)) setImmediate(step);
    else stream.once("drain", step);
  };
  step();
}
