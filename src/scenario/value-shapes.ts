/** Values that several tables of a scenario file hold. */
import { DURATION_SECONDS_MAX, HEADERS_MAX, NAME_CHARS_MAX, USERS_MAX, WEIGHT_MAX } from "../base/limits.ts";
import { ON_FAILURES } from "../model/rule.ts";

/** Shortest length of time that a phase, a run or (in ms) a timeout may have. */
export const SECONDS_MIN = 0.001;

export const FILE = { kind: "text", pattern: { regex: "^[^\\u0000]+$", says: "must not be empty" } } as const;
export const HEADERS = { kind: "map", entriesMax: HEADERS_MAX } as const;
export const HEADER_VALUE = { kind: "text", doc: "The header's value." } as const;

export const NAME = {
  kind: "text",
  charsMax: NAME_CHARS_MAX,
  pattern: { regex: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$", says: "must not be empty or hold control characters" },
} as const;

/** Shown on terminals, so without control characters; `LINES` may hold line ends and tabs. */
export const LINE = {
  kind: "text",
  default: "",
  pattern: { regex: "^[^\\u0000-\\u001f\\u007f-\\u009f]*$", says: "must not hold control characters" },
} as const;
export const LINES = {
  ...LINE,
  pattern: {
    regex: "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
    says: "must not hold control characters",
  },
} as const;

export const WEIGHT = { kind: "number", min: 0, aboveMin: true, max: WEIGHT_MAX, default: 1 } as const;
export const PHASE_SECONDS = { kind: "number", min: SECONDS_MIN, max: DURATION_SECONDS_MAX } as const;
export const OFFSET_SECONDS = { kind: "number", min: 0, max: DURATION_SECONDS_MAX } as const;
export const ON_FAILURE = { kind: "text", choices: ON_FAILURES } as const;
export const USERS = { kind: "integer", min: 1, max: USERS_MAX } as const;
