/**
 * Time is an integer number of nanoseconds since the run began, held in a `number`: exact up to 2^53 ns, 104 days.
 */

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_SECOND = 1_000_000_000;

/** Later than any moment of any run; "no wake-up wanted". */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** Milliseconds, fractions allowed, to whole nanoseconds. */
export function nsFromMs(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}

/** Seconds, fractions allowed, to whole nanoseconds. */
export function nsFromSeconds(seconds: number): number {
  return Math.round(seconds * NS_PER_SECOND);
}
