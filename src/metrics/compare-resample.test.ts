import { describe, expect, it } from "vitest";
import { COMPARE_RESAMPLES, drawResamples } from "./compare-resample.ts";
import { COMPARE_WINDOWS } from "./compare-windows.ts";

describe("drawResamples", () => {
  const weights = drawResamples(0);

  it("draws as many windows for each resample as the run has", () => {
    for (let resample = 0; resample < COMPARE_RESAMPLES; resample++) {
      const row = weights.subarray(resample * COMPARE_WINDOWS, (resample + 1) * COMPARE_WINDOWS);
      expect(row.reduce((sum, weight) => sum + weight)).toBe(COMPARE_WINDOWS);
    }
  });

  it("favours no window", () => {
    const mean = (window: number): number => {
      let sum = 0;
      for (let at = window; at < weights.length; at += COMPARE_WINDOWS) sum += weights[at]!;
      return sum / COMPARE_RESAMPLES;
    };
    for (let window = 0; window < COMPARE_WINDOWS; window++) expect(Math.abs(mean(window) - 1)).toBeLessThan(0.2);
  });

  it("takes neighbours together", () => {
    let product = 0;
    for (let at = 1; at < weights.length; at++) product += (weights[at]! - 1) * (weights[at - 1]! - 1);
    expect(product / weights.length).toBeGreaterThan(0.5);
  });

  it("is the same each time, and independent for the other run", () => {
    const differing = (other: Float64Array): number => other.filter((weight, at) => weight !== weights[at]).length;
    expect(differing(drawResamples(0))).toBe(0);
    expect(differing(drawResamples(1))).toBeGreaterThan(weights.length / 4);
  });
});
