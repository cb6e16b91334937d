/**
 * Weighted choice from one 32-bit draw: the weights' running shares of 2^32, searched by halves. The shares are fixed
 * at load with + * / only, so that every machine has the same table.
 */
import { assert } from "../base/assert.ts";

/** Upper bound (exclusive) of each item's share of [0, 2^32), in order; the last is 2^32. Weights are finite and > 0. */
export function weightTable(weights: readonly number[]): Float64Array {
  let total = 0;
  for (const weight of weights) total += weight;
  assert(total > 0, "weights need a positive sum");
  const bounds = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, index) => {
    sum += weight;
    bounds[index] = Math.round((sum / total) * 2 ** 32);
  });
  bounds[weights.length - 1] = 2 ** 32;
  return bounds;
}

/** Index of the item whose share holds `draw`, an unsigned 32-bit integer. */
export function weightedIndex(bounds: Float64Array, draw: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (draw < bounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
