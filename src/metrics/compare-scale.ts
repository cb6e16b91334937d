/**
 * On which scale two values are told apart. Rates of errors by their plain difference, because the usual one is 0.
 * All else by 2 (b - a) / (a + b), which like a logarithm treats doubling and halving alike, and unlike it is the same
 * in its last bit on every machine.
 */
import type { DiffInterval, DiffMetric } from "../model/diff.ts";

/** The difference of two values on the metric's scale. */
export function contrast(metric: DiffMetric, a: number, b: number): number {
  if (metric === "error_rate") return b - a;
  return a + b > 0 ? (2 * (b - a)) / (a + b) : 0;
}

/** An interval on the metric's scale as one of the change, (b - a) / a, or for error rates of the difference. */
export function intervalOf(metric: DiffMetric, low: number, high: number): DiffInterval {
  if (metric === "error_rate") return { low: Math.max(-1, low), high: Math.min(1, high) };
  return { low: changeOf(Math.max(-2, low)), high: high < 2 ? changeOf(high) : null };
}

function changeOf(contrasted: number): number {
  return (2 * contrasted) / (2 - contrasted);
}
