import fc from "fast-check";
import { expect, test } from "vitest";
import { weightedIndex, weightTable } from "./weights.ts";

test("weightTable gives each item its share of 2^32", () => {
  expect([...weightTable([1, 3])]).toEqual([2 ** 30, 2 ** 32]);
  expect([...weightTable([0.3])]).toEqual([2 ** 32]);
});

test("weightedIndex finds what a linear search finds", () => {
  const weights = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(weights, fc.nat(2 ** 31 - 1), fc.boolean(), (list, half, upper) => {
      const bounds = weightTable(list);
      const draw = half + (upper ? 2 ** 31 : 0);
      expect(weightedIndex(bounds, draw)).toBe(bounds.findIndex((bound) => draw < bound));
    }),
  );
});
