/** What the pages of `z6 inspect` have in common. */
import type { Page } from "./page.ts";
import { plural } from "./units.ts";

/** The last line of a list that was cut at its limit. */
export function writeMore(page: Page, more: number, noun: string): void {
  if (more > 0) page.row([`... and ${plural(more, `more ${noun}`)} (--limit shows more)`, page.style.warning]);
}
