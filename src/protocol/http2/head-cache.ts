/**
 * Header blocks that were decoded before, so that the next answer with the same bytes need not be. A block that left
 * the decoder's dynamic table as it was means the same for as long as the table stands: bytes and table decide what it
 * says, and the table's version says whether it stands.
 */

const PLACES = 16;
/** Longer blocks are decoded each time. */
const BLOCK_BYTES_MAX = 256;

class Known {
  readonly block = new Uint8Array(BLOCK_BYTES_MAX);
  blockBytes = 0;
  version = -1;
  status = 0;
  contentLength = -1;
}

export class HeadCache {
  /** What the block that `find` found says; as ResponseHead has it. */
  status = 0;
  contentLength = -1;
  readonly #places: readonly Known[] = Array.from({ length: PLACES }, () => new Known());

  /** Whether bytes[start, end) were remembered under the same version of the table. */
  find(bytes: Uint8Array, start: number, end: number, version: number): boolean {
    const known = this.#places[placeOf(bytes, start, end)]!;
    if (known.version !== version || known.blockBytes !== end - start) return false;
    const { block } = known;
    for (let i = start; i < end; i++) if (block[i - start] !== bytes[i]) return false;
    this.status = known.status;
    this.contentLength = known.contentLength;
    return true;
  }

  /** Remembers a well-formed block that did not change the table. */
  remember(
    bytes: Uint8Array,
    start: number,
    end: number,
    version: number,
    head: { readonly status: number; readonly contentLength: number },
  ): void {
    if (end - start > BLOCK_BYTES_MAX) return;
    const known = this.#places[placeOf(bytes, start, end)]!;
    for (let i = start; i < end; i++) known.block[i - start] = bytes[i]!;
    known.blockBytes = end - start;
    known.version = version;
    known.status = head.status;
    known.contentLength = head.contentLength;
  }
}

/** Blocks of different answers mostly differ in their length or at their end. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  return (31 * (end - start) + (bytes[end - 1] ?? 0) + 7 * (bytes[(start + end) >> 1] ?? 0)) & (PLACES - 1);
}
