import fc from "fast-check";
import { build } from "hdr-histogram-js";
import { describe, expect, it } from "vitest";
import { Histogram } from "./histogram.ts";

const PERCENTS = [1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

/** Values over every order of magnitude, so that every octave is met. */
const durationNs = fc
  .tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([bits, fraction]) => Math.floor(fraction * 2 ** bits));

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

function figures(histogram: Histogram): unknown {
  return [
    histogram.count,
    histogram.minNs,
    histogram.maxNs,
    histogram.mean(),
    histogram.stddev(),
    ...PERCENTS.map((percent) => histogram.percentile(percent)),
  ];
}

describe("Histogram", () => {
  it("agrees with hdr-histogram-js on every percentile, up to the exact maximum", () => {
    fc.assert(
      fc.property(fc.array(durationNs, { minLength: 1, maxLength: 300 }), (values) => {
        const oracle = build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: 2 ** 52,
          numberOfSignificantValueDigits: 3,
          bitBucketSize: 64,
          useWebAssembly: false,
        });
        for (const value of values) oracle.recordValue(value);
        const histogram = histogramOf(values);
        for (const percent of PERCENTS) {
          const expected = Math.min(oracle.getValueAtPercentile(percent), Math.max(...values));
          expect(histogram.percentile(percent)).toBe(expected);
        }
        // The oracle's mean is that of the midpoints, ours is exact: half a slot, 1/2048, is the most they differ by.
        const exactMean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(Math.abs(histogram.mean()! - exactMean)).toBeLessThanOrEqual(exactMean * 1e-12);
        expect(Math.abs(histogram.mean()! - oracle.mean)).toBeLessThanOrEqual(exactMean / 1024);
        const scale = Math.max(1, oracle.stdDeviation, exactMean);
        expect(Math.abs(histogram.stddev()! - oracle.stdDeviation)).toBeLessThanOrEqual(scale / 512);
      }),
    );
  });

  it("merges to the same figures in any order and split", () => {
    fc.assert(
      fc.property(fc.array(fc.array(durationNs, { maxLength: 40 }), { maxLength: 6 }), (parts) => {
        const whole = histogramOf(parts.flat());
        const forwards = new Histogram();
        for (const part of parts) forwards.merge(histogramOf(part));
        const backwards = new Histogram();
        for (const part of parts.toReversed()) backwards.merge(histogramOf(part));
        expect(figures(forwards)).toEqual(figures(whole));
        expect(figures(backwards)).toEqual(figures(whole));
      }),
    );
  });

  it("keeps the sum exact beyond 2^53", () => {
    const largest = Number.MAX_SAFE_INTEGER;
    const left = histogramOf([largest, largest, largest, 1, 2]);
    const right = histogramOf([2, largest, 1, largest, largest]);
    expect(left.mean()).toBe(right.mean());
    expect(left.mean()).toBeCloseTo((3 * largest) / 5, -2);
    expect(left.percentile(100)).toBe(largest);
  });

  it.each([0, 1, 2047, 2048, 2049, 4095, 4096, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, 2 ** 53 - 1])(
    "places %d in a slot whose highest value is within one part in a thousand",
    (value) => {
      const histogram = histogramOf([value, Number.MAX_SAFE_INTEGER]);
      const highest = histogram.percentile(50)!;
      expect(highest).toBeGreaterThanOrEqual(value);
      expect(highest - value).toBeLessThanOrEqual(value / 1000);
    },
  );

  it("has no figures while it is empty, and none again after reset", () => {
    const histogram = new Histogram();
    expect([histogram.percentile(50), histogram.mean(), histogram.stddev()]).toEqual([null, null, null]);
    for (const value of [7, 1e6, 1e12]) histogram.record(value);
    histogram.reset();
    expect(figures(histogram)).toEqual(figures(new Histogram()));
    histogram.record(5);
    expect(figures(histogram)).toEqual(figures(histogramOf([5])));
  });

  it("refuses what is no duration", () => {
    expect(() => new Histogram().record(-1)).toThrow("out of range");
    expect(() => new Histogram().record(Number.NaN)).toThrow("out of range");
    expect(() => new Histogram().record(2 ** 53)).toThrow("out of range");
  });

  it("rounds a rank like 99.9 % of 1000 to 999 and not to 1000", () => {
    const histogram = histogramOf(Array.from({ length: 1000 }, (_, i) => i));
    expect(histogram.percentile(99.9)).toBe(998);
    expect(histogram.percentile(0)).toBe(0);
    expect(histogram.percentile(100)).toBe(999);
  });
});
