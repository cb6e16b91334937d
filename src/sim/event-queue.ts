/**
 * What happens next in virtual time: events ordered by (due moment, order of arrival), so that two events of one
 * moment happen in the order in which they were planned, on every machine. A binary heap.
 */
import { NEVER } from "../base/units.ts";

interface Planned<Event> {
  readonly dueNs: number;
  readonly sequence: number;
  readonly event: Event;
}

export class EventQueue<Event> {
  readonly #heap: Planned<Event>[] = [];
  #sequence = 0;

  /** Moment of the next event, ns; NEVER when there is none. */
  get nextNs(): number {
    return this.#heap[0]?.dueNs ?? NEVER;
  }

  push(dueNs: number, event: Event): void {
    const planned = { dueNs, sequence: this.#sequence++, event };
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(planned, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = planned;
  }

  /** Takes the next event that is due at or before `nowNs`; undefined when none is. */
  take(nowNs: number): Event | undefined {
    const heap = this.#heap;
    const top = heap[0];
    if (top === undefined || top.dueNs > nowNs) return undefined;
    const last = heap.pop()!;
    if (heap.length === 0) return top.event;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top.event;
  }
}

function isBefore(one: Planned<unknown>, other: Planned<unknown>): boolean {
  return one.dueNs < other.dueNs || (one.dueNs === other.dueNs && one.sequence < other.sequence);
}
