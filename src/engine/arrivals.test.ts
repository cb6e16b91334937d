import fc from "fast-check";
import { expect, test } from "vitest";
import { NEVER, NS_PER_SECOND } from "../base/units.ts";
import type { OpenSchedule, RateStage } from "../model/scenario.ts";
import { Arrivals } from "./arrivals.ts";

const MICRO = 1_000_000;

function stage(fromRate: number, toRate: number, seconds: number): RateStage {
  return {
    fromMicroRate: fromRate * MICRO,
    toMicroRate: toRate * MICRO,
    durationNs: Math.round(seconds * NS_PER_SECOND),
  };
}

function schedule(stages: RateStage[], distribution: OpenSchedule["distribution"] = "even"): OpenSchedule {
  return { type: "arrivals", stages, distribution, aliveMax: 1 };
}

function momentsOf(one: OpenSchedule, seed = "1", untilNs = NEVER): number[] {
  const arrivals = new Arrivals(one, seed, 0, untilNs);
  const moments: number[] = [];
  for (; arrivals.nextNs !== NEVER; arrivals.step()) moments.push(arrivals.nextNs);
  expect(moments).toHaveLength(arrivals.total);
  return moments;
}

test("300 per second for 10 s are 3,000 arrivals, a 300th of a second apart", () => {
  const moments = momentsOf(schedule([stage(300, 300, 10)]));
  expect(moments).toHaveLength(3_000);
  for (const [n, momentNs] of moments.entries()) expect(momentNs).toBe(Math.round((n * NS_PER_SECOND) / 300));
});

test("arrivals of a rate that is no divisor keep their place after a month", () => {
  const integral = new Arrivals(schedule([stage(7, 7, 30 * 24 * 3600)]), "1", 0, NEVER);
  expect(integral.total).toBe(7 * 30 * 24 * 3600);
});

test("a ramp from 0 to 100 per second in 10 s: arrival n at sqrt(n / 5) s", () => {
  const moments = momentsOf(schedule([stage(0, 100, 10)]));
  expect(moments).toHaveLength(500);
  for (const [n, momentNs] of moments.entries()) {
    expect(Math.abs(momentNs - Math.sqrt(n / 5) * NS_PER_SECOND)).toBeLessThan(2);
  }
});

test("a ramp down ends with its last arrivals far apart, and before the end", () => {
  const moments = momentsOf(schedule([stage(100, 0, 10)]));
  expect(moments).toHaveLength(500);
  for (const [n, momentNs] of moments.entries()) {
    expect(Math.abs(momentNs - (10 - Math.sqrt((500 - n) / 5)) * NS_PER_SECOND)).toBeLessThan(10);
  }
  expect(moments.at(-1)).toBeLessThan(10 * NS_PER_SECOND);
});

test("stages follow one another; one of rate 0 is a pause", () => {
  const moments = momentsOf(schedule([stage(10, 10, 1), stage(0, 0, 2), stage(20, 20, 1)]));
  expect(moments).toHaveLength(30);
  expect(moments[9]).toBe(900_000_000);
  expect(moments[10]).toBe(3 * NS_PER_SECOND);
  expect(moments[29]).toBe(3_950_000_000);
});

test("a fraction that one stage leaves is carried into the next", () => {
  // Half an arrival each: the second one begins with the second stage's end in sight.
  expect(momentsOf(schedule([stage(0.5, 0.5, 1), stage(0.5, 0.5, 1), stage(1, 1, 1)]))).toEqual([0, 2 * NS_PER_SECOND]);
});

test("an end that comes early cuts off the later arrivals and moves none", () => {
  const whole = schedule([stage(10, 90, 10)], "even");
  const all = momentsOf(whole);
  const cut = momentsOf(whole, "1", 4 * NS_PER_SECOND);
  expect(cut).toEqual(all.filter((momentNs) => momentNs < 4 * NS_PER_SECOND));
});

test("Poisson: as many as even ones, another order of gaps for another seed, none out of order", () => {
  const poisson = schedule([stage(300, 300, 10)], "poisson");
  const moments = momentsOf(poisson, "7");
  expect(moments).toHaveLength(3_000);
  expect(momentsOf(poisson, "7")).toEqual(moments);
  expect(momentsOf(poisson, "8")).not.toEqual(moments);
  for (let n = 1; n < moments.length; n++) expect(moments[n]).toBeGreaterThanOrEqual(moments[n - 1]!);
  expect(moments.at(-1)).toBeLessThan(10 * NS_PER_SECOND);
});

test("Poisson gaps are exponential: their mean, their spread and their shares are", () => {
  const count = 200_000;
  const moments = momentsOf(schedule([stage(1_000, 1_000, count / 1_000)], "poisson"), "42");
  const gaps = moments.slice(1).map((momentNs, i) => (momentNs - moments[i]!) / 1_000_000);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(mean).toBeCloseTo(1, 2);
  // The standard error of both is below 1 %.
  expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  for (const limit of [0.1, 0.5, 1, 2, 4]) {
    const share = gaps.filter((gap) => gap > limit).length / gaps.length;
    expect(Math.abs(share - Math.exp(-limit))).toBeLessThan(0.006);
  }
});

test("whatever the stages: as many moments as the integral says, in order, within their time", () => {
  const stages = fc.array(
    fc.record({
      fromMicroRate: fc.nat(2_000 * MICRO),
      toMicroRate: fc.nat(2_000 * MICRO),
      durationNs: fc.integer({ min: 1_000_000, max: 2 * NS_PER_SECOND }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(stages, fc.constantFrom("even" as const, "poisson" as const), fc.nat(), (list, distribution, seed) => {
      const moments = momentsOf(schedule(list, distribution), String(seed));
      const twice = list.reduce(
        (sum, each) => sum + BigInt(each.fromMicroRate + each.toMicroRate) * BigInt(each.durationNs),
        0n,
      );
      expect(moments.length).toBe(Number((twice + 2n * 10n ** 15n - 1n) / (2n * 10n ** 15n)));
      const lengthNs = list.reduce((sum, each) => sum + each.durationNs, 0);
      for (let n = 0; n < moments.length; n++) {
        expect(moments[n]).toBeLessThan(lengthNs);
        if (n > 0) expect(moments[n]).toBeGreaterThanOrEqual(moments[n - 1]!);
      }
    }),
    { numRuns: 60 },
  );
});
