import fc from "fast-check";
import { expect, test } from "vitest";
import { RateIntegral } from "./rate-integral.ts";

const MICRO = 1_000_000;
const SECOND = 1_000_000_000;

function stage(fromRate: number, toRate: number, seconds: number) {
  return { fromMicroRate: fromRate * MICRO, toMicroRate: toRate * MICRO, durationNs: Math.round(seconds * SECOND) };
}

test.each([
  ["a rate that is whole", [stage(300, 300, 10)], 3_000, 3_000],
  ["a ramp from 0", [stage(0, 100, 10)], 500, 500],
  ["a ramp down to 0", [stage(100, 0, 10)], 500, 500],
  ["a pause between two rates", [stage(10, 10, 1), stage(0, 0, 2), stage(20, 20, 1)], 30, 30],
  ["the third of an arrival", [stage(1 / 4, 1 / 4, 1)], 1, 0.25],
  ["one position more than whole", [stage(1, 1, 3), stage(0.5, 0.5, 1)], 4, 3.5],
  ["nothing", [stage(0, 0, 1)], 0, 0],
  [
    "a month that passes 2^53 in millionths",
    [stage(1_000_000, 1_000_000, 30 * 24 * 3600)],
    2_592_000_000_000,
    2.592e12,
  ],
])("%s: so many arrivals", (_name, stages, arrivals, end) => {
  const integral = new RateIntegral(stages);
  expect(integral.arrivals).toBe(arrivals);
  expect(integral.end).toBe(end);
});

test("an end that comes early cuts the stages and keeps the slope of the one that it falls into", () => {
  const stages = [stage(10, 10, 1), stage(0, 100, 10), stage(50, 50, 10)];
  // 10, and 0 to 40 per second in 4 s.
  expect(new RateIntegral(stages, 5 * SECOND).arrivals).toBe(90);
  expect(new RateIntegral(stages, SECOND).arrivals).toBe(10);
  expect(new RateIntegral(stages, 1).arrivals).toBe(1);
  expect(new RateIntegral(stages, 1_000 * SECOND).arrivals).toBe(1_010);
});

test("the moment of a position is where the integral reaches it, within a nanosecond's worth", () => {
  const stages = fc.array(
    fc.record({
      fromMicroRate: fc.nat(100_000 * MICRO),
      toMicroRate: fc.nat(100_000 * MICRO),
      durationNs: fc.integer({ min: 1_000_000, max: 10 * SECOND }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(stages, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (list, share) => {
      const integral = new RateIntegral(list);
      fc.pre(integral.arrivals > 0);
      const position = Math.floor(share * integral.arrivals);
      const momentNs = integral.momentOf(position);
      // The integral is exact in whole numbers; up to a moment it is that of stages cut there.
      const before = new RateIntegral(list, Math.max(0, momentNs - 2)).end;
      const after = new RateIntegral(list, momentNs + 2).end;
      expect(before).toBeLessThanOrEqual(position + 1e-6);
      expect(after).toBeGreaterThanOrEqual(Math.min(position, integral.end) - 1e-6);
    }),
    { numRuns: 300 },
  );
});
