/** How far a number can be trusted, in words before it. */
import type { Amount, Precision } from "../model/plan.ts";

export const AT_MOST = "at most";

const WORDS: Readonly<Record<Precision, string>> = {
  exact: "",
  at_most: `${AT_MOST} `,
  about: "about ",
  at_most_about: `${AT_MOST} about `,
};

/** "3,000", "about 3,000", "at most 3,000", or "not known". */
export function amountText(amount: Amount | null, format: (value: number) => string): string {
  return amount === null ? "not known" : WORDS[amount.precision] + format(amount.value);
}
