import { expect, test } from "vitest";
import { WorkerPool } from "./worker-pool.ts";

/** Sends requests of `serviceNs` each at these moments; when each one ends, or -1. */
function ends(pool: WorkerPool, arrivalsNs: readonly number[], serviceNs: number): number[] {
  return arrivalsNs.map((arrivalNs) => {
    const beginNs = pool.beginOf(arrivalNs);
    if (beginNs < 0) return -1;
    pool.occupyUntil(beginNs + serviceNs);
    return beginNs + serviceNs;
  });
}

test("one worker serves one after the other", () => {
  expect(ends(new WorkerPool(1, 10), [0, 0, 3, 50], 10)).toEqual([10, 20, 30, 60]);
});

test("two workers serve two at a time", () => {
  expect(ends(new WorkerPool(2, 10), [0, 1, 2, 3, 4], 10)).toEqual([10, 11, 20, 21, 30]);
});

test("without a bound everybody is served at once", () => {
  expect(ends(new WorkerPool(0, 0), [0, 0, 0], 10)).toEqual([10, 10, 10]);
});

test("the queue takes so many and no more, and a place is free again when a service begins", () => {
  // Served from 0; waiting until 10 and 20; refused; at 10 one place is free.
  expect(ends(new WorkerPool(1, 2), [0, 0, 0, 0, 9, 10, 10, 20], 10)).toEqual([10, 20, 30, -1, -1, 40, -1, 50]);
});

test("without a queue whoever finds no worker is refused", () => {
  expect(ends(new WorkerPool(1, 0), [0, 5, 10], 10)).toEqual([10, -1, 20]);
});

test("services of different lengths free the worker that is done first", () => {
  const pool = new WorkerPool(3, 100);
  const durationsNs = [30, 10, 20, 5, 5, 5, 40];
  const found = durationsNs.map((durationNs) => {
    const beginNs = pool.beginOf(0);
    pool.occupyUntil(beginNs + durationNs);
    return beginNs;
  });
  expect(found).toEqual([0, 0, 0, 10, 15, 20, 20]);
});
