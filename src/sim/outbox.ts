/**
 * The wire from a peer to its client: what was put on it, in order, each piece with the moment at which it arrives.
 * Order is kept whatever the delays are: a piece never arrives before the one in front of it.
 */

/** Bytes, or how the connection ends. */
export type Piece = Uint8Array | "fin" | "reset";

export class Outbox {
  readonly #pieces: { readonly dueNs: number; readonly piece: Piece }[] = [];
  #lastNs = 0;

  /** Puts a piece on the wire that arrives at `dueNs`, or behind the last one. Returns when. */
  put(dueNs: number, piece: Piece): number {
    this.#lastNs = Math.max(this.#lastNs, dueNs);
    this.#pieces.push({ dueNs: this.#lastNs, piece });
    return this.#lastNs;
  }

  /** Takes the next piece that has arrived by `nowNs`; undefined when none has. */
  take(nowNs: number): Piece | undefined {
    const next = this.#pieces[0];
    if (next === undefined || next.dueNs > nowNs) return undefined;
    this.#pieces.shift();
    return next.piece;
  }

  /** Takes further bytes that have arrived by `nowNs`, at most `bytesMax` of them in one piece; undefined for none. */
  takeBytes(nowNs: number, bytesMax: number): Uint8Array | undefined {
    const next = this.#pieces[0];
    if (next === undefined || next.dueNs > nowNs || typeof next.piece === "string") return undefined;
    if (next.piece.length > bytesMax) return undefined;
    this.#pieces.shift();
    return next.piece;
  }
}
