/**
 * The ledger blocks of one shard. A block is lent to the writer, handed to the supervisor when it is full, and comes back
 * when it is on disk. When too few are free, the shard waits: memory never grows with the length of a run.
 *
 * `capacity` blocks are kept: enough for all that one turn may write, but for the texts of its inputs, of which each user
 * may bring CAPTURED_BYTES_MAX for every capture. A turn that needs more waits until all blocks have come back, and is
 * then lent the rest: so every wait ends. What it writes is in memory already, and lending takes as much once more.
 */
import { BLOCK_BYTES, BLOCK_CELLS_MAX, BLOCKS_PER_SHARD } from "../base/limits.ts";

export class BlockPool {
  readonly #free: ArrayBuffer[] = [];
  #made = 0;
  /** Blocks that the writer may still take before it has to ask again. */
  #reserved = 0;
  readonly #capacity: number;

  /** @param entriesMax the most entries that one turn may write, texts left out. */
  constructor(entriesMax: number) {
    this.#capacity = BLOCKS_PER_SHARD + blocksFor(entriesMax);
  }

  /**
   * Sees to it that a turn that writes up to `entries` can be carried out to its end; false when blocks have to come back
   * first. The writer has to hand over the one that it still fills then, so that all can.
   */
  reserve(entries: number): boolean {
    const blocks = blocksFor(entries);
    const isWhole = this.#free.length === this.#made;
    if (!isWhole && this.#free.length + this.#capacity - this.#made < blocks) return false;
    this.#reserved = blocks;
    return true;
  }

  /** A block of those that were reserved; null when there is none left. */
  take(): ArrayBuffer | null {
    if (this.#reserved === 0) return null;
    this.#reserved--;
    const block = this.#free.pop();
    if (block !== undefined) return block;
    this.#made++;
    return new ArrayBuffer(BLOCK_BYTES);
  }

  giveBack(block: ArrayBuffer): void {
    if (this.#made > this.#capacity) this.#made--;
    else this.#free.push(block);
  }
}

function blocksFor(entries: number): number {
  return Math.ceil(entries / BLOCK_CELLS_MAX) + 1;
}
