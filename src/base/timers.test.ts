import fc from "fast-check";
import { expect, test } from "vitest";
import { Timers } from "./timers.ts";
import { NEVER } from "./units.ts";

type Operation =
  | { kind: "set"; slot: number; at: number }
  | { kind: "clear"; slot: number }
  | { kind: "take"; now: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), slot: fc.nat(15), at: fc.nat(50) }),
  fc.record({ kind: fc.constant("clear" as const), slot: fc.nat(15) }),
  fc.record({ kind: fc.constant("take" as const), now: fc.nat(60) }),
);

test("Timers behaves as a sorted list of (moment, slot)", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const timers = new Timers(16);
      const model = new Map<number, number>();
      for (const step of operations) {
        if (step.kind === "set") {
          timers.set(step.slot, step.at);
          model.set(step.slot, step.at);
        } else if (step.kind === "clear") {
          timers.clear(step.slot);
          model.delete(step.slot);
        } else {
          const due = [...model].filter(([, at]) => at <= step.now).sort(([a, x], [b, y]) => x - y || a - b);
          const expected = due[0]?.[0] ?? -1;
          expect(timers.take(step.now)).toBe(expected);
          model.delete(expected);
        }
        const earliest = Math.min(NEVER, ...model.values());
        expect(timers.notBeforeNs()).toBeLessThanOrEqual(earliest);
        if (step.kind === "clear") expect(timers.nextNs()).toBe(earliest);
      }
    }),
    { numRuns: 500 },
  );
});

test("Timers tells a later moment to whoever came too early, until a timer is due", () => {
  const timers = new Timers(3);
  timers.set(0, 10);
  timers.set(0, 50);
  timers.set(1, 20);
  timers.clear(1);
  expect(timers.notBeforeNs()).toBe(10);
  expect(timers.take(10)).toBe(-1);
  expect(timers.notBeforeNs()).toBe(20);
  expect(timers.take(20)).toBe(-1);
  expect(timers.notBeforeNs()).toBe(50);
  expect(timers.take(50)).toBe(0);
  expect(timers.notBeforeNs()).toBe(NEVER);
});
