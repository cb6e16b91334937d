/**
 * First in, first out: c workers and one queue. Whoever arrives knows at once when its turn comes, because nobody
 * overtakes and nobody leaves: a client that gives up does not take its request out of the server. So the whole state
 * is when each worker will be free, and when each of those who still wait will begin.
 *
 * All times are the server's (see stall-clock) and arrivals come in order.
 */
import { assert } from "../base/assert.ts";

export class WorkerPool {
  readonly #workers: number;
  /** When each worker is free: a binary heap, the earliest first. */
  readonly #freeAtNs: Float64Array;
  /** When those who wait begin: a ring. Beginnings never decrease, so the oldest is the earliest. */
  readonly #beginsAtNs: Float64Array;
  #oldest = 0;
  #waiting = 0;

  /** @param workers requests served at once, 0 for no bound. @param queueMax requests that may wait. */
  constructor(workers: number, queueMax: number) {
    this.#workers = workers;
    this.#freeAtNs = new Float64Array(workers);
    this.#beginsAtNs = new Float64Array(queueMax);
  }

  /**
   * When the service of a request that arrives at `arrivalNs` begins; -1 when the queue is full. Unless refused, the
   * caller must tell with `occupyUntil` when it ends, before the next arrival.
   */
  beginOf(arrivalNs: number): number {
    if (this.#workers === 0) return arrivalNs;
    const freeNs = this.#freeAtNs[0]!;
    if (freeNs <= arrivalNs) return arrivalNs;
    const queueMax = this.#beginsAtNs.length;
    while (this.#waiting > 0 && this.#beginsAtNs[this.#oldest]! <= arrivalNs) {
      this.#oldest = this.#oldest + 1 === queueMax ? 0 : this.#oldest + 1;
      this.#waiting--;
    }
    if (this.#waiting === queueMax) return -1;
    this.#beginsAtNs[(this.#oldest + this.#waiting) % queueMax] = freeNs;
    this.#waiting++;
    return freeNs;
  }

  /** The request that `beginOf` let in keeps its worker until `endNs`. */
  occupyUntil(endNs: number): void {
    const heap = this.#freeAtNs;
    const size = heap.length;
    if (size === 0) return;
    assert(endNs >= heap[0]!, "a service ends before it begins");
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= endNs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = endNs;
  }
}
