/**
 * What messages may say of the columns of a data file. Where CSV has no header line, a row stands in its place, and a row
 * may hold what must not reach a terminal or the log of a build: names that may be values are counted, not shown.
 */
import type { DataFormat } from "../model/data.ts";
import { nameHint } from "./nearest.ts";

/** Letters first, then what people put into headings, and not more of it than a heading has. */
const HEADING = /^[\p{L}_][\p{L}\p{N}_ ./()-]{0,63}$/u;

/**
 * Whether these are the names of columns beyond doubt.
 * @param secret columns that the scenario calls secret: one of them has to be there.
 */
export function areNames(columns: readonly string[], format: DataFormat, secret: readonly string[]): boolean {
  if (!columns.every((name) => HEADING.test(name))) return false;
  return format !== "csv" || secret.length === 0 || secret.some((name) => columns.includes(name));
}

/** A hint for a column that is not there. @param areShown whether the columns may be. */
export function columnHint(name: string, columns: readonly string[], areShown: boolean, what: string): string {
  if (areShown) return nameHint(name, columns, what);
  const count = columns.length === 1 ? "one column" : `${columns.length} columns`;
  return `it has ${count}; the first line of CSV holds their names`;
}
