/**
 * Student's t for an even number of degrees of freedom, where it is algebraic and needs no transcendental function:
 * with x = t / sqrt(df + t^2) the chance of |T| <= t is x * sum over j < df/2 of C(2j, j) / 4^j * (1 - x^2)^j
 * (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.4).
 */
import { assert } from "../base/assert.ts";

/** So many degrees of freedom that the normal distribution looks the same. */
const NORMAL_DF = 1000;
const CRITICAL_MAX = 1e6;
const BISECTIONS = 80;

/** The chance that |T| exceeds `t` >= 0, for even `df` >= 2. */
export function studentTail(t: number, df: number): number {
  assert(df >= 2 && df % 2 === 0, "degrees of freedom are even");
  const x = t / Math.sqrt(df + t * t);
  const rest = df / (df + t * t);
  let term = 1;
  let sum = 0;
  for (let j = 0; j < df / 2; j++) {
    sum += term;
    term *= (rest * (2 * j + 1)) / (2 * j + 2);
  }
  return Math.max(0, 1 - x * sum);
}

/**
 * From a critical value of a normal statistic to one of a statistic whose standard error was estimated with `df` (even)
 * degrees of freedom, and which is exceeded in only `share` (0 .. 1) of those cases.
 */
export function studentised(normalCritical: number, df: number, share: number): number {
  const tail = share * studentTail(normalCritical, NORMAL_DF);
  let low = normalCritical;
  let high = CRITICAL_MAX;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return high;
}
