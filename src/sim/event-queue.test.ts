import fc from "fast-check";
import { expect, test } from "vitest";
import { NEVER } from "../base/units.ts";
import { EventQueue } from "./event-queue.ts";

test("EventQueue hands out events by moment, and those of one moment in the order in which they came", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (moments) => {
      const queue = new EventQueue<number>();
      for (const [order, dueNs] of moments.entries()) queue.push(dueNs, order);
      const expected = [...moments.keys()].sort((one, other) => moments[one]! - moments[other]! || one - other);
      expect(expected.map(() => queue.take(NEVER))).toEqual(expected);
      expect(queue.nextNs).toBe(NEVER);
    }),
  );
});

test("EventQueue keeps what is not due", () => {
  const queue = new EventQueue<string>();
  queue.push(7, "later");
  expect(queue.take(6)).toBeUndefined();
  expect([queue.nextNs, queue.take(7)]).toEqual([7, "later"]);
});
