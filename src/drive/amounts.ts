/** Arithmetic on amounts (model/plan): with a bound in it a sum is a bound, with an estimate in it an estimate. */
import type { Amount, Precision } from "../model/plan.ts";

export function isBound(precision: Precision): boolean {
  return precision === "at_most" || precision === "at_most_about";
}

function isEstimate(precision: Precision): boolean {
  return precision === "about" || precision === "at_most_about";
}

/** What can be said of a sum or a product. */
function joined(a: Precision, b: Precision): Precision {
  if (isBound(a) || isBound(b)) return isEstimate(a) || isEstimate(b) ? "at_most_about" : "at_most";
  return isEstimate(a) || isEstimate(b) ? "about" : "exact";
}

export function exactly(value: number): Amount {
  return { value, precision: "exact" };
}

export function atMost(value: number): Amount {
  return { value, precision: "at_most" };
}

export function about(value: number): Amount {
  return { value, precision: "about" };
}

/** The sum; null when a part is not known. */
export function sumOf(amounts: readonly (Amount | null)[]): Amount | null {
  let value = 0;
  let precision: Precision = "exact";
  for (const amount of amounts) {
    if (amount === null) return null;
    value += amount.value;
    precision = joined(precision, amount.precision);
  }
  return { value, precision };
}

/** `factor` times the amount; the factor may itself be an estimate. */
export function times(amount: Amount, factor: number, ofFactor: Precision = "exact"): Amount {
  return { value: amount.value * factor, precision: joined(amount.precision, ofFactor) };
}

/** The amount, as a bound if `condition`. */
export function atMostIf(condition: boolean, { value, precision }: Amount): Amount {
  return { value, precision: condition ? joined(precision, "at_most") : precision };
}
