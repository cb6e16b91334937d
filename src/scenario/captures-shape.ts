/** The keys of [requests.capture]: what is taken from a response, under which name. */
import { CAPTURES_PER_REQUEST_MAX, PATTERN_CHARS_MAX } from "../base/limits.ts";
import { HEADER_NAME } from "./header-name.ts";
import { JSON_POINTER } from "./json-pointer.ts";

export const CAPTURES_SHAPE = {
  kind: "map",
  entriesMax: CAPTURES_PER_REQUEST_MAX,
  names: {
    regex: "^[A-Za-z_][A-Za-z0-9_]{0,63}$",
    says: "must be a name: at most 64 letters, digits and underscores, the first no digit",
  },
  value: {
    kind: "table",
    doc: "Where the value is found: in the body, a header or a cookie.",
    anyOf: ["json", "header", "regex", "cookie"],
    excludes: [
      ["json", "header"],
      ["json", "regex"],
      ["json", "cookie"],
      ["header", "regex"],
      ["header", "cookie"],
      ["regex", "cookie"],
    ],
    keys: {
      json: {
        kind: "text",
        pattern: JSON_POINTER,
        charsMax: PATTERN_CHARS_MAX,
        doc: 'JSON Pointer into the body, as in "/user/id" or "/items/0".',
      },
      header: { kind: "text", pattern: HEADER_NAME, doc: 'Name of a response header, as in "Location".' },
      regex: {
        kind: "text",
        charsMax: PATTERN_CHARS_MAX,
        doc: "Regular expression (RE2) over the body; the value is what its first group matches.",
      },
      cookie: {
        kind: "text",
        pattern: { regex: "^[!-:<>-~]+$", says: "must be a cookie's name" },
        doc: "Name of a cookie that the response sets.",
      },
      secret: {
        kind: "boolean",
        default: false,
        doc: "Whether the value stays out of every file.",
      },
    },
  },
  doc: "Values to take from the response, each under a name for the templates of later requests.",
} as const;
