import { expect, test } from "vitest";
import { power } from "./power.ts";

test.each([
  [2, 10, 1024],
  [9, 0.5, 3],
  [7, 0, 1],
  [1, 1.75, 1],
])("power of %d and %d is %d", (base, exponent, expected) => {
  expect(power(base, exponent)).toBe(expected);
});

test("power agrees with Math.pow to twelve digits", () => {
  for (let base = 0.01; base < 1e5; base *= 1.7) {
    for (let exponent = 0; exponent < 4; exponent += 0.037) {
      expect(Math.abs(power(base, exponent) / base ** exponent - 1)).toBeLessThan(1e-12);
    }
  }
});
