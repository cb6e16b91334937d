/** The keys of [[requests]]: what is sent, how long it may take, and how often it is chosen. */
import { FORM_FIELDS_MAX, TIMEOUT_MS_MAX } from "../base/limits.ts";
import { METHODS } from "../model/scenario.ts";
import { AUTH_SHAPE } from "./auth-shape.ts";
import { CAPTURES_SHAPE } from "./captures-shape.ts";
import { EXPECT_SHAPE } from "./expect-shape.ts";
import { FILE, HEADER_VALUE, HEADERS, NAME, ON_FAILURE, SECONDS_MIN, WEIGHT } from "./value-shapes.ts";

const PART_FILE = {
  kind: "table",
  doc: "A file as a part.",
  keys: {
    file: { ...FILE, required: true, doc: "File with the part's content, relative to the scenario file." },
    filename: { ...NAME, doc: "Name that the server is told; default the file's own." },
    content_type: {
      kind: "text",
      default: "application/octet-stream",
      pattern: {
        regex: "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:;[ -~]*)?$",
        says: 'must be a media type such as "image/png"',
      },
      doc: "Content-Type of the part.",
    },
  },
} as const;

export const REQUEST_SHAPE = {
  kind: "table",
  doc: "One request that users send.",
  excludes: [
    ["body", "body_file"],
    ["body", "form"],
    ["body", "multipart"],
    ["body_file", "form"],
    ["body_file", "multipart"],
    ["form", "multipart"],
  ],
  keys: {
    name: { ...NAME, required: true, doc: "Name of the request, unique; reports use it." },
    method: { kind: "text", choices: METHODS, default: "GET", doc: "HTTP method." },
    path: {
      kind: "text",
      required: true,
      pattern: {
        // What follows on a template is judged when it is taken apart.
        regex: '^(?:/[!"$-~]*(?:\\{\\{.*)?|\\{\\{\\s*url\\s*\\(.*)$',
        says: 'must begin with "/" and hold no spaces, control characters, "#" or characters beyond ASCII',
      },
      doc:
        "Path and query as they are sent, joined to the target's base path; values in templates are percent-encoded, " +
        "{{url(NAME)}} at the beginning is a link.",
    },
    headers: { ...HEADERS, value: HEADER_VALUE, doc: "Headers of this request; they override the target's." },
    auth: AUTH_SHAPE,
    body: { kind: "text", doc: "Body to send; values in templates are escaped as its Content-Type asks." },
    body_file: {
      ...FILE,
      doc: "File with the body to send, relative to the scenario file; sent as it is, without templates.",
    },
    form: {
      kind: "map",
      entriesMax: FORM_FIELDS_MAX,
      value: { kind: "text", doc: "The field's value; it may hold templates." },
      doc: "Fields to send as application/x-www-form-urlencoded.",
    },
    multipart: {
      kind: "map",
      entriesMax: FORM_FIELDS_MAX,
      value: {
        kind: "either",
        options: [{ kind: "text", doc: "The part's text; it may hold templates." }, PART_FILE],
        words: 'a text in quotes, or a table { file = "./a.png" }',
        doc: "A part: a text, or a file.",
      },
      doc: "Parts to send as multipart/form-data, by their names.",
    },
    timeout_ms: {
      kind: "number",
      min: SECONDS_MIN,
      max: TIMEOUT_MS_MAX,
      default: 30_000,
      doc: "Longest time from the issue of the request to the last byte of the response, in milliseconds.",
    },
    weight: { ...WEIGHT, doc: "How often the request is chosen, relative to the others." },
    expect: EXPECT_SHAPE,
    capture: CAPTURES_SHAPE,
    on_failure: { ...ON_FAILURE, doc: "What a user does after this request failed; default what its flow says." },
    target: { kind: "text", doc: "Name of the target to send to; default chosen by the targets' weights." },
  },
} as const;
