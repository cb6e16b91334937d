/** Rows of values that users bring along, one row for each user or iteration. */
import type { Shadow } from "./template.ts";

export const PICKS = ["by_user", "random", "unique"] as const;
/**
 * by_user   identity modulo rows: a user keeps its row
 * random    drawn for each iteration
 * unique    used in one iteration only (engine/unique-rows.ts); the run stops where there is none left
 */
export type Pick = (typeof PICKS)[number];

export interface DataSet {
  readonly name: string;
  readonly pick: Pick;
  /** At least 1. */
  readonly rows: number;
  /** Those that a template uses. */
  readonly columns: readonly DataColumn[];
}

/** One value for each row. */
export type DataColumn =
  | { readonly name: string; readonly secret: false; readonly values: readonly string[] }
  /** `values` is null in a replay, which has only the shadows. */
  | {
      readonly name: string;
      readonly secret: true;
      readonly values: readonly string[] | null;
      readonly shadows: readonly Shadow[];
    };

export const DATA_FORMATS = ["csv", "json", "ndjson"] as const;
/**
 * csv     RFC 4180 with a header
 * json    an array of objects
 * ndjson  an object a line
 */
export type DataFormat = (typeof DATA_FORMATS)[number];

/** A data file as it was read. */
export interface DataTable {
  readonly columns: readonly string[];
  /** By column; undefined where an object has no such key. */
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** What a reader finds a row by, for example "line 7". */
  readonly nameOf: (row: number) => string;
}
