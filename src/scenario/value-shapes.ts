/** Values that several tables of a scenario file hold. */
import { HEADERS_MAX } from "../base/limits.ts";

/** Shortest length of time that a phase, a run or (in ms) a timeout may have. */
export const SECONDS_MIN = 0.001;

export const FILE = { kind: "text", pattern: { regex: "^[^\\u0000]+$", says: "must not be empty" } } as const;
export const HEADERS = { kind: "map", entriesMax: HEADERS_MAX } as const;
export const HEADER_VALUE = { kind: "text", doc: "The header's value." } as const;
