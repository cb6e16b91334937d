/**
 * Powers by multiplication and square roots alone, which IEEE 754 rounds the same everywhere; Math.pow it does not.
 */
import { assert } from "../base/assert.ts";

/** Binary digits of the exponent's fraction that count: beyond them a factor is 1 to the last bit. */
const FRACTION_BITS = 52;

/** `base` to the power of `exponent`, for base > 0 and 0 <= exponent <= 64. Off by a few units in the last place. */
export function power(base: number, exponent: number): number {
  assert(base > 0 && exponent >= 0 && exponent <= 64, "a power outside its bounds");
  const whole = Math.floor(exponent);
  let result = 1;
  for (let i = 0; i < whole; i++) result *= base;
  let fraction = exponent - whole;
  let root = base;
  for (let bit = 0; bit < FRACTION_BITS && fraction > 0; bit++) {
    root = Math.sqrt(root);
    fraction *= 2;
    if (fraction >= 1) {
      result *= root;
      fraction -= 1;
    }
  }
  return result;
}
