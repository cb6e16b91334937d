/**
 * One timer per slot, ordered by (due moment, slot): a binary heap over struct-of-arrays.
 *
 * The common case in a load test is a deadline that is set and cleared a hundred thousand times a second and almost
 * never fires. So moving a timer later, and clearing it, touch only `#dueAtNs`; the heap keeps the earlier key and
 * puts the slot right when that key comes up. Moving a timer earlier sifts. Every call is O(log n) amortised.
 */
import { assert } from "./assert.ts";
import { NEVER } from "./units.ts";

const ABSENT = -1;

export class Timers {
  /** When the slot is due; NEVER when it has no timer. */
  readonly #dueAtNs: Float64Array;
  /** The key by which the slot stands in the heap: never later than its due moment. */
  readonly #keyNs: Float64Array;
  readonly #heap: Int32Array;
  readonly #place: Int32Array;
  #size = 0;

  constructor(slots: number) {
    this.#dueAtNs = new Float64Array(slots).fill(NEVER);
    this.#keyNs = new Float64Array(slots).fill(NEVER);
    this.#heap = new Int32Array(slots);
    this.#place = new Int32Array(slots).fill(ABSENT);
  }

  /** Sets the slot's timer, replacing the one it had. */
  set(slot: number, dueAtNs: number): void {
    this.setAfter(slot, dueAtNs, 0);
  }

  /**
   * Sets the slot's timer to `delayNs` behind `nowNs`. The sum is made in here, because a number that is no small
   * integer is boxed on its way into a function that is not inlined.
   */
  setAfter(slot: number, nowNs: number, delayNs: number): void {
    const dueAtNs = nowNs + delayNs;
    assert(dueAtNs < NEVER, "a timer needs a moment");
    this.#dueAtNs[slot] = dueAtNs;
    const place = this.#place[slot]!;
    if (place === ABSENT) {
      this.#keyNs[slot] = dueAtNs;
      this.#heap[this.#size] = slot;
      this.#place[slot] = this.#size;
      this.#siftUp(this.#size++);
    } else if (dueAtNs < this.#keyNs[slot]!) {
      this.#keyNs[slot] = dueAtNs;
      this.#siftUp(place);
    }
  }

  clear(slot: number): void {
    this.#dueAtNs[slot] = NEVER;
  }

  /**
   * A moment before which no timer is due: that of the earliest one or, when it was moved or cleared, of what it was
   * before. Whoever looks then finds nothing, and is told a later moment. NEVER when there is no timer. It costs
   * nothing, so it is what to be woken by.
   */
  notBeforeNs(): number {
    return this.#size === 0 ? NEVER : this.#keyNs[this.#heap[0]!]!;
  }

  /** Moment of the earliest timer, or NEVER. */
  nextNs(): number {
    this.#settleTop(NEVER);
    return this.notBeforeNs();
  }

  /** Takes the earliest timer that is due at or before `nowNs` and returns its slot, or -1 when none is. */
  take(nowNs: number): number {
    this.#settleTop(nowNs);
    if (this.notBeforeNs() > nowNs || this.#size === 0) return -1;
    const slot = this.#heap[0]!;
    this.#dueAtNs[slot] = NEVER;
    this.#removeTop();
    return slot;
  }

  /** Brings the top's key in line with its due moment until they agree, or the key is later than `untilNs`. */
  #settleTop(untilNs: number): void {
    while (this.#size > 0) {
      const slot = this.#heap[0]!;
      const keyNs = this.#keyNs[slot]!;
      const dueAtNs = this.#dueAtNs[slot]!;
      if (keyNs > untilNs || keyNs === dueAtNs) return;
      if (dueAtNs === NEVER) {
        this.#removeTop();
      } else {
        this.#keyNs[slot] = dueAtNs;
        this.#siftDown(0);
      }
    }
  }

  #removeTop(): void {
    this.#place[this.#heap[0]!] = ABSENT;
    this.#size--;
    if (this.#size === 0) return;
    const last = this.#heap[this.#size]!;
    this.#heap[0] = last;
    this.#place[last] = 0;
    this.#siftDown(0);
  }

  #before(slot: number, other: number): boolean {
    const key = this.#keyNs[slot]!;
    const otherKey = this.#keyNs[other]!;
    return key < otherKey || (key === otherKey && slot < other);
  }

  #siftUp(from: number): void {
    const heap = this.#heap;
    const slot = heap[from]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (!this.#before(slot, above)) break;
      heap[at] = above;
      this.#place[above] = at;
      at = parent;
    }
    heap[at] = slot;
    this.#place[slot] = at;
  }

  #siftDown(from: number): void {
    const heap = this.#heap;
    const slot = heap[from]!;
    let at = from;
    for (let child = 2 * at + 1; child < this.#size; child = 2 * at + 1) {
      if (child + 1 < this.#size && this.#before(heap[child + 1]!, heap[child]!)) child++;
      const below = heap[child]!;
      if (!this.#before(below, slot)) break;
      heap[at] = below;
      this.#place[below] = at;
      at = child;
    }
    heap[at] = slot;
    this.#place[slot] = at;
  }
}
