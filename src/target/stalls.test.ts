import { expect, test } from "vitest";
import { Stalls, windowEndNs } from "./stalls.ts";

test.each([
  [0, 0],
  [899, 899],
  [900, 1_000],
  [999, 1_000],
  [1_000, 1_000],
  [5_950, 6_000],
])("windowEndNs of the last 100 of every 1000: at %i answers leave at %i", (timeNs, expected) => {
  expect(windowEndNs({ everyNs: 1_000, forNs: 100 }, timeNs)).toBe(expected);
});

test("windowEndNs never freezes without a period or a length", () => {
  expect(windowEndNs({ everyNs: 0, forNs: 0 }, 950)).toBe(950);
  expect(windowEndNs({ everyNs: 1_000, forNs: 0 }, 999)).toBe(999);
});

test("a freeze lasts as long as the longest that was asked for", () => {
  const stalls = new Stalls({ everyNs: 0, forNs: 0 });
  stalls.freeze(100, 1_000);
  stalls.freeze(200, 10);
  expect(stalls.thawsAtNs(300)).toBe(1_100);
  expect(stalls.thawsAtNs(1_200)).toBe(1_200);
});
