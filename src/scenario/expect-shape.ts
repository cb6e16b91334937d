/** The keys of [requests.expect]: what a response must be. */
import { BODY_BYTES_MAX, PATTERN_CHARS_MAX, RULES_PER_REQUEST_MAX } from "../base/limits.ts";
import { HEADER_NAME } from "./header-name.ts";
import { JSON_POINTER } from "./json-pointer.ts";

const STATUS = { kind: "integer", min: 200, max: 999, doc: "One status." } as const;
const STATUS_CLASS = {
  kind: "text",
  pattern: { regex: "^[2-5]xx$", says: 'must be "2xx", "3xx", "4xx" or "5xx"' },
  doc: "One status is written as a number without quotes.",
} as const;
const STATUS_WORDS = 'a status such as 200, or a class such as "2xx"';

const WANTED_TEXT = {
  kind: "text",
  pattern: { regex: "^[\\s\\S]+$", says: "must not be empty" },
  charsMax: PATTERN_CHARS_MAX,
  doc: "A text that the body contains.",
} as const;

export const EXPECT_SHAPE = {
  kind: "table",
  doc: "What a response must be; one that is not counts as an error of its own kind (check).",
  keys: {
    status: {
      kind: "either",
      options: [
        STATUS,
        STATUS_CLASS,
        {
          kind: "list",
          itemsMin: 1,
          itemsMax: RULES_PER_REQUEST_MAX,
          item: { kind: "either", options: [STATUS, STATUS_CLASS], words: STATUS_WORDS, doc: "One that is good." },
          doc: "Those that are good.",
        },
      ],
      words: `${STATUS_WORDS}, or a list of them`,
      doc: 'Status, class of statuses ("2xx"), or a list of them; without it every status below 400 is good.',
    },
    header: {
      kind: "map",
      entriesMax: RULES_PER_REQUEST_MAX,
      names: HEADER_NAME,
      value: {
        kind: "text",
        charsMax: PATTERN_CHARS_MAX,
        pattern: {
          regex: "^[\\t -~\\u00a0-\\u00ff]*$",
          says: "must be one line of printable characters up to U+00FF",
        },
        doc: "The whole value of the header.",
      },
      doc: "Headers by name, each with its whole value.",
    },
    body_contains: {
      kind: "either",
      options: [
        WANTED_TEXT,
        {
          kind: "list",
          itemsMin: 1,
          itemsMax: RULES_PER_REQUEST_MAX,
          item: WANTED_TEXT,
          doc: "Texts that the body contains, each of them.",
        },
      ],
      doc: "Text that the decoded body contains, or a list of texts.",
    },
    json: {
      kind: "map",
      entriesMax: RULES_PER_REQUEST_MAX,
      names: JSON_POINTER,
      value: {
        kind: "either",
        options: [
          { kind: "text", charsMax: PATTERN_CHARS_MAX, doc: "A JSON string." },
          { kind: "number", min: -1e300, max: 1e300, doc: "A JSON number." },
          { kind: "boolean", doc: "true or false." },
        ],
        words: "a text, a number, true or false",
        doc: "What is there.",
      },
      doc: "JSON Pointers into the body, each with the text, number, true or false that is there.",
    },
    body_bytes_max: {
      kind: "integer",
      min: 0,
      max: BODY_BYTES_MAX,
      doc: "Largest length of the body, in bytes as they were sent.",
    },
  },
} as const;
