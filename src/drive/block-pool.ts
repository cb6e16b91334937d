/**
 * The ledger blocks of one shard: at most `capacity` exist. A block is lent to the writer, handed to the supervisor
 * when it is full, and comes back when it is on disk. When none is free, the shard waits: memory never grows with the
 * length of a run.
 */
import { BLOCK_BYTES, BLOCK_CELLS_MAX, BLOCKS_PER_SHARD } from "../base/limits.ts";

export class BlockPool {
  readonly #free: ArrayBuffer[] = [];
  #made = 0;
  readonly #capacity: number;

  /** @param entriesMax the most entries that one turn may write. */
  constructor(entriesMax: number) {
    this.#capacity = BLOCKS_PER_SHARD + blocksFor(entriesMax);
  }

  take(): ArrayBuffer | null {
    const block = this.#free.pop();
    if (block !== undefined) return block;
    if (this.#made === this.#capacity) return null;
    this.#made++;
    return new ArrayBuffer(BLOCK_BYTES);
  }

  giveBack(block: ArrayBuffer): void {
    this.#free.push(block);
  }

  /** Whether a turn that writes up to `entries` can be carried out to its end. */
  hasRoomFor(entries: number): boolean {
    return this.#free.length + this.#capacity - this.#made >= blocksFor(entries);
  }
}

function blocksFor(entries: number): number {
  return Math.ceil(entries / BLOCK_CELLS_MAX) + 1;
}
