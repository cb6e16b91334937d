/** The keys of what users do in one iteration: [sequence], [[flows]], and the pause in between. */
import { FLOWS_MAX, REQUESTS_MAX, SEQUENCE_STEPS_MAX, STEP_REPEAT_MAX, TIMEOUT_MS_MAX } from "../base/limits.ts";
import { SCHEDULE_SHAPE } from "./schedule-shape.ts";
import { NAME, ON_FAILURE, WEIGHT } from "./value-shapes.ts";

const PAUSE_MS = { kind: "number", min: 0, max: TIMEOUT_MS_MAX, required: true } as const;

export const THINK_TIME_SHAPE = {
  kind: "table",
  doc: "A pause between a user's iterations.",
  variant: { key: "type", default: "constant" },
  keys: {
    type: { kind: "text", choices: ["constant", "random"], default: "constant", doc: "How the pause is chosen." },
    duration_ms: { ...PAUSE_MS, onlyFor: ["constant"], doc: "The pause in milliseconds." },
    min_ms: { ...PAUSE_MS, onlyFor: ["random"], doc: "Shortest pause in milliseconds." },
    max_ms: { ...PAUSE_MS, onlyFor: ["random"], doc: "Longest pause in milliseconds." },
  },
} as const;

const STEPS = {
  kind: "list",
  itemsMin: 1,
  itemsMax: SEQUENCE_STEPS_MAX,
  item: {
    kind: "table",
    doc: "One step.",
    keys: {
      request: { kind: "text", required: true, doc: "Name of the request to send." },
      repeat: {
        kind: "integer",
        min: 1,
        max: STEP_REPEAT_MAX,
        default: 1,
        doc: "How many times the step is run before the next one.",
      },
    },
  },
  doc: "The steps in order.",
} as const;

const REQUEST_NAME = { kind: "text", doc: "Name of a request." } as const;

const ON_FLOW_FAILURE = {
  ...ON_FAILURE,
  default: "restart",
  doc: "What a user does after a request that failed: the next step, the next iteration, or leave.",
} as const;

export const SEQUENCE_SHAPE = {
  kind: "table",
  doc: "Steps that each iteration runs in order, instead of one request chosen by weight.",
  keys: {
    type: { kind: "text", choices: ["ordered"], default: "ordered", doc: "How the steps are run." },
    steps: { ...STEPS, required: true },
    on_failure: ON_FLOW_FAILURE,
  },
} as const;

export const FLOWS_SHAPE = {
  kind: "list",
  itemsMin: 1,
  itemsMax: FLOWS_MAX,
  item: {
    kind: "table",
    doc: "What some of the users do in one iteration.",
    excludes: [
      ["steps", "requests"],
      ["steps", "choose"],
      ["requests", "choose"],
      ["weight", "schedule"],
    ],
    anyOf: ["steps", "requests", "choose"],
    keys: {
      name: { ...NAME, required: true, doc: "Name of the flow, unique." },
      steps: STEPS,
      requests: {
        kind: "list",
        itemsMin: 1,
        itemsMax: SEQUENCE_STEPS_MAX,
        item: REQUEST_NAME,
        doc: "Requests to send in order, once each: a short form of the steps.",
      },
      choose: {
        kind: "list",
        itemsMin: 1,
        itemsMax: REQUESTS_MAX,
        item: REQUEST_NAME,
        doc: "Requests of which each iteration sends one, chosen by their weights.",
      },
      weight: { ...WEIGHT, doc: "How often a user of [schedule] runs this flow, relative to the others." },
      schedule: { ...SCHEDULE_SHAPE, doc: "Users for this flow alone, beside those of [schedule]." },
      think_time: { ...THINK_TIME_SHAPE, doc: "A pause after this flow, instead of [think_time]." },
      on_failure: ON_FLOW_FAILURE,
    },
  },
  doc: "Several sequences instead of one, each with a share of the users or with users of its own.",
} as const;
