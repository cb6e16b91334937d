/**
 * What a message is written from, one segment behind the other. All segments have one shape, whatever they are for, so
 * that the loop over them stays fast.
 */
import { type FixedBytes, NO_BYTES } from "./fixed-bytes.ts";

export const BYTES = 0;
/** Content-Length, as many digits as it takes. */
export const LENGTH = 1;
/** The value of a field without one of its own (protocol/http2) begins, and ends. */
export const FIELD_STARTS = 2;
export const FIELD_ENDS = 3;
export const BASE64 = 4;
export const USER = 5;
export const ITERATION = 6;
export const UUID = 7;
export const INT = 8;
export const CHOICE = 9;
export const STRING = 10;
export const SECRET = 11;
export const DATA = 12;
export const VARIABLE = 13;

export interface Segment {
  /** One of the constants above. */
  readonly kind: number;
  /** Of BYTES. */
  readonly fixed: FixedBytes;
  /** Of values: index into ESCAPES. */
  readonly escape: number;
  /** Of FIELD_STARTS and FIELD_ENDS: which field. Of values: which secret, data set or variable. */
  readonly index: number;
  /** Of DATA. */
  readonly column: number;
  /** Of INT: both included. STRING has as many characters as `max`. */
  readonly min: number;
  readonly max: number;
  /** Of CHOICE, escaped. */
  readonly choices: readonly Uint8Array[];
  /** Of BASE64. */
  readonly parts: readonly Segment[];
}

const BLANK: Segment = {
  kind: BYTES,
  fixed: NO_BYTES,
  escape: 0,
  index: 0,
  column: 0,
  min: 0,
  max: 0,
  choices: [],
  parts: [],
};

export function segment(kind: number, has: Partial<Segment> = {}): Segment {
  return { ...BLANK, ...has, kind };
}
