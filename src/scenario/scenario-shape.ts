/**
 * The shape of a scenario file: every table and key, with type, bounds, default and one sentence. What ties several
 * keys together in meaning (references, schedules, TLS) is checked by the resolve files.
 */
import {
  CONNECTIONS_MAX,
  DURATION_SECONDS_MAX,
  EVENT_LOG_BYTES_MAX,
  ITERATIONS_MAX,
  NAME_CHARS_MAX,
  PROGRAM_MEMORY_MB_MAX,
  REQUESTS_MAX,
  SCHEDULE_STEPS_MAX,
  SEQUENCE_STEPS_MAX,
  STEP_REPEAT_MAX,
  TAGS_MAX,
  TARGETS_MAX,
  TIMEOUT_MS_MAX,
  USERS_MAX,
  WEIGHT_MAX,
} from "../base/limits.ts";
import { METHODS } from "../model/scenario.ts";
import type { TableShape, ValueOf } from "./shape.ts";
import { TARGET_KEYS } from "./target-shape.ts";
import { FILE, HEADER_VALUE, HEADERS, SECONDS_MIN } from "./value-shapes.ts";

/** A megabyte of the `_mb` keys. */
export const BYTES_PER_MB = 1024 * 1024;

const OPEN_MODEL = "the open model comes in a later version";

const NAME = {
  kind: "text",
  charsMax: NAME_CHARS_MAX,
  pattern: { regex: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$", says: "must not be empty or hold control characters" },
} as const;

/** Shown on terminals, so without control characters; `LINES` may hold line ends and tabs. */
const LINE = {
  kind: "text",
  default: "",
  pattern: { regex: "^[^\\u0000-\\u001f\\u007f-\\u009f]*$", says: "must not hold control characters" },
} as const;
const LINES = {
  ...LINE,
  pattern: {
    regex: "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
    says: "must not hold control characters",
  },
} as const;

const PHASE_SECONDS = { kind: "number", min: SECONDS_MIN, max: DURATION_SECONDS_MAX } as const;
const OFFSET_SECONDS = { kind: "number", min: 0, max: DURATION_SECONDS_MAX } as const;
const USERS = { kind: "integer", min: 1, max: USERS_MAX } as const;
const USERS_OR_NONE = { kind: "integer", min: 0, max: USERS_MAX } as const;
const WEIGHT = { kind: "number", min: 0, aboveMin: true, max: WEIGHT_MAX, default: 1 } as const;
const PAUSE_MS = { kind: "number", min: 0, max: TIMEOUT_MS_MAX, required: true } as const;

const CRITERIA_KEYS = {
  p50_latency_ms: { ...latencyBound("half of all responses are at least this fast") },
  p90_latency_ms: { ...latencyBound("90 % of all responses are at least this fast") },
  p95_latency_ms: { ...latencyBound("95 % of all responses are at least this fast") },
  p99_latency_ms: { ...latencyBound("99 % of all responses are at least this fast") },
  p999_latency_ms: { ...latencyBound("99.9 % of all responses are at least this fast") },
  mean_latency_ms: { ...latencyBound("the mean latency is at most this") },
  max_latency_ms: { ...latencyBound("every response is at least this fast") },
  error_rate_max: { kind: "number", min: 0, max: 1, doc: "Largest allowed share of requests with an error, 0 to 1." },
  success_rate_min: { kind: "number", min: 0, max: 1, doc: "Smallest allowed share of successful requests, 0 to 1." },
  rps_min: { kind: "number", min: 0, max: 1e9, doc: "Smallest allowed rate of completed requests per second." },
  status_5xx_max_rate: {
    kind: "number",
    min: 0,
    max: 1,
    doc: "Largest allowed share of responses with a status of 500 or more, 0 to 1.",
  },
} as const;

function latencyBound(words: string) {
  return { kind: "number", min: 0, max: TIMEOUT_MS_MAX, doc: `Passes when ${words}, in milliseconds.` } as const;
}

export const SCENARIO_SHAPE = {
  kind: "table",
  doc: "A Z6 load test scenario.",
  called: "the scenario",
  excludes: [["target", "targets"]],
  anyOf: ["target", "targets"],
  keys: {
    metadata: {
      kind: "table",
      doc: "What the test is called and about; nothing here changes the run.",
      keys: {
        name: { ...NAME, doc: "Name of the test; default the file's name." },
        description: { ...LINES, doc: "What the test is for." },
        version: { ...LINE, doc: "Version of the scenario." },
        author: { ...LINE, doc: "Who keeps the scenario." },
        tags: {
          kind: "list",
          itemsMin: 0,
          itemsMax: TAGS_MAX,
          item: { ...NAME, doc: "One tag." },
          doc: "Free words to find the test by.",
        },
      },
    },
    runtime: {
      kind: "table",
      doc: "How long the run is and how many users it has.",
      excludes: [["duration_seconds", "iterations"]],
      keys: {
        duration_seconds: { ...PHASE_SECONDS, doc: "Length of the run in seconds." },
        iterations: {
          kind: "integer",
          min: 1,
          max: ITERATIONS_MAX,
          doc: "Iterations that each user runs, instead of a duration.",
        },
        vus: { ...USERS, doc: "Number of virtual users; default 1." },
        prng_seed: { kind: "seed", doc: "Seed of all random choices; omitted, one is drawn and recorded." },
        graceful_stop_seconds: {
          ...OFFSET_SECONDS,
          default: 30,
          doc: "How long requests in flight may take to finish after the end, in seconds.",
        },
      },
    },
    target: {
      kind: "table",
      keys: TARGET_KEYS,
      together: [["client_cert", "client_key"]],
      doc: "The system under test.",
    },
    targets: {
      kind: "list",
      itemsMin: 1,
      itemsMax: TARGETS_MAX,
      item: {
        kind: "table",
        doc: "One of several targets.",
        together: [["client_cert", "client_key"]],
        keys: {
          name: { ...NAME, required: true, doc: "Name of the target, unique." },
          ...TARGET_KEYS,
          weight: { ...WEIGHT, doc: "Share of the requests that name no target, relative to the other targets." },
        },
      },
      doc: "Several targets instead of [target], chosen by weight.",
    },
    requests: {
      kind: "list",
      required: true,
      itemsMin: 1,
      itemsMax: REQUESTS_MAX,
      item: {
        kind: "table",
        doc: "One request that users send.",
        excludes: [["body", "body_file"]],
        keys: {
          name: { ...NAME, required: true, doc: "Name of the request, unique; reports use it." },
          method: { kind: "text", choices: METHODS, default: "GET", doc: "HTTP method." },
          path: {
            kind: "text",
            required: true,
            pattern: {
              regex: '^/[!"$-~]*$',
              says: 'must begin with "/" and hold no spaces, control characters, "#" or characters beyond ASCII',
            },
            doc: "Path and query as they are sent, joined to the target's base path.",
          },
          headers: { ...HEADERS, value: HEADER_VALUE, doc: "Headers of this request; they override the target's." },
          body: { kind: "text", doc: "Body to send." },
          body_file: { ...FILE, doc: "File with the body to send, relative to the scenario file." },
          timeout_ms: {
            kind: "number",
            min: SECONDS_MIN,
            max: TIMEOUT_MS_MAX,
            default: 30_000,
            doc: "Longest time from the planned moment to the last byte, in milliseconds.",
          },
          weight: { ...WEIGHT, doc: "How often the request is chosen, relative to the others." },
          target: { kind: "text", doc: "Name of the target to send to; default chosen by the targets' weights." },
        },
      },
      doc: "The requests that users send.",
    },
    sequence: {
      kind: "table",
      doc: "Steps that each iteration runs in order, instead of one request chosen by weight.",
      keys: {
        type: { kind: "text", choices: ["ordered"], default: "ordered", doc: "How the steps are run." },
        steps: {
          kind: "list",
          required: true,
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
        },
      },
    },
    schedule: {
      kind: "table",
      doc: "How many users there are at each moment; default a constant number.",
      variant: { key: "type", default: "constant" },
      keys: {
        type: {
          kind: "text",
          choices: ["constant", "ramp", "spike", "steps"],
          notYet: { arrivals: OPEN_MODEL },
          default: "constant",
          doc: "How the number of users changes over time.",
        },
        vus: {
          ...USERS,
          onlyFor: ["constant", "ramp", "spike"],
          doc: "Users: all the time (constant), at the end (ramp), or around the spike; default runtime.vus.",
        },
        start_vus: { ...USERS_OR_NONE, default: 0, onlyFor: ["ramp"], doc: "Users at the beginning of the ramp." },
        end_vus: { ...USERS_OR_NONE, onlyFor: ["ramp"], doc: "Users at the end of the ramp; default vus." },
        ramp_duration_seconds: {
          ...PHASE_SECONDS,
          onlyFor: ["ramp"],
          doc: "Length of the ramp in seconds; default the whole run less the hold.",
        },
        hold_duration_seconds: {
          ...OFFSET_SECONDS,
          default: 0,
          onlyFor: ["ramp"],
          doc: "How long the users of the ramp's end stay, in seconds.",
        },
        baseline_vus: { ...USERS_OR_NONE, onlyFor: ["spike"], doc: "Users before and after the spike; default vus." },
        spike_vus: { ...USERS, required: true, onlyFor: ["spike"], doc: "Users during the spike." },
        spike_start_seconds: {
          ...OFFSET_SECONDS,
          required: true,
          onlyFor: ["spike"],
          doc: "When the spike begins, in seconds since the run began.",
        },
        spike_duration_seconds: {
          ...PHASE_SECONDS,
          required: true,
          onlyFor: ["spike"],
          doc: "Length of the spike in seconds.",
        },
        steps: {
          kind: "list",
          required: true,
          onlyFor: ["steps"],
          itemsMin: 1,
          itemsMax: SCHEDULE_STEPS_MAX,
          item: {
            kind: "table",
            doc: "One step.",
            keys: {
              vus: { ...USERS_OR_NONE, required: true, doc: "Users during the step." },
              duration_seconds: { ...PHASE_SECONDS, required: true, doc: "Length of the step in seconds." },
            },
          },
          doc: "Levels that follow one another.",
        },
        rate: { kind: "notYet", doc: OPEN_MODEL },
        start_rate: { kind: "notYet", doc: OPEN_MODEL },
        end_rate: { kind: "notYet", doc: OPEN_MODEL },
        stages: { kind: "notYet", doc: OPEN_MODEL },
        distribution: { kind: "notYet", doc: OPEN_MODEL },
        max_vus: { kind: "notYet", doc: OPEN_MODEL },
      },
    },
    think_time: {
      kind: "table",
      doc: "A pause between a user's iterations.",
      variant: { key: "type", default: "constant" },
      keys: {
        type: { kind: "text", choices: ["constant", "random"], default: "constant", doc: "How the pause is chosen." },
        duration_ms: { ...PAUSE_MS, onlyFor: ["constant"], doc: "The pause in milliseconds." },
        min_ms: { ...PAUSE_MS, onlyFor: ["random"], doc: "Shortest pause in milliseconds." },
        max_ms: { ...PAUSE_MS, onlyFor: ["random"], doc: "Longest pause in milliseconds." },
      },
    },
    assertions: {
      kind: "table",
      doc: "What must hold for the test to pass, judged after the run.",
      keys: {
        ...CRITERIA_KEYS,
        requests: {
          kind: "map",
          entriesMax: REQUESTS_MAX,
          value: { kind: "table", keys: CRITERIA_KEYS, doc: "What must hold for this request." },
          doc: "The same keys for one request, by its name.",
        },
      },
    },
    limits: {
      kind: "table",
      doc: "Bounds for this test; they may lower the program's own, never raise them.",
      keys: {
        max_event_log_size_mb: {
          kind: "integer",
          min: 1,
          max: EVENT_LOG_BYTES_MAX / BYTES_PER_MB,
          doc: "Largest size of the ledger, in MB of 1,048,576 bytes.",
        },
        max_vus: { ...USERS, doc: "Largest number of users that the schedule may reach." },
        max_connections: { kind: "integer", min: 1, max: CONNECTIONS_MAX, doc: "Largest number of open connections." },
        max_memory_mb: {
          kind: "integer",
          min: 1,
          max: PROGRAM_MEMORY_MB_MAX,
          doc: "Largest memory use of the program, in MB of 1,048,576 bytes.",
        },
      },
    },
  },
} as const satisfies TableShape;

type Fields = ScenarioValue["fields"];
/** A checked scenario file and its parts; every value knows its place. */
export type ScenarioValue = ValueOf<typeof SCENARIO_SHAPE>;
export type RuntimeValue = NonNullable<Fields["runtime"]>;
export type TargetValue = NonNullable<Fields["target"]> | NonNullable<Fields["targets"]>["value"][number];
export type RequestValue = NonNullable<Fields["requests"]>["value"][number];
export type SequenceValue = NonNullable<Fields["sequence"]>;
export type ScheduleValue = NonNullable<Fields["schedule"]>;
export type ThinkTimeValue = NonNullable<Fields["think_time"]>;
export type AssertionsValue = NonNullable<Fields["assertions"]>;
export type LimitsValue = NonNullable<Fields["limits"]>;
export type CriterionName = keyof typeof CRITERIA_KEYS;
