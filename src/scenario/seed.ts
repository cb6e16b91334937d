/** Seeds: unsigned 64-bit integers, written as decimal or 0x hexadecimal digits. */

const SEED_MAX = 2n ** 64n - 1n;

/** What a seed is, in words. */
export const SEED_WORDS = "a whole number from 0 to 2^64 - 1 (as text, in decimal or 0x hexadecimal)";

/** The seed as decimal digits without leading zeros, or undefined when `text` is no seed. */
export function parseSeed(text: string): string | undefined {
  if (!/^(?:[0-9]{1,64}|0x[0-9a-fA-F]{1,64})$/.test(text)) return undefined;
  return seedOf(BigInt(text));
}

/** The seed as decimal digits, or undefined when it does not fit 64 bits unsigned. */
export function seedOf(value: bigint): string | undefined {
  return value >= 0n && value <= SEED_MAX ? value.toString() : undefined;
}
