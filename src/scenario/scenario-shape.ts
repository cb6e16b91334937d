/**
 * The shape of a scenario file: every table and key, with type, bounds, default and one sentence. What ties several
 * keys together in meaning (references, schedules, TLS) is checked by the resolve files.
 */
import {
  CONNECTIONS_MAX,
  EVENT_LOG_BYTES_MAX,
  ITERATIONS_MAX,
  PROGRAM_MEMORY_MB_MAX,
  REQUESTS_MAX,
  TAGS_MAX,
  TARGETS_MAX,
} from "../base/limits.ts";
import { ASSERTIONS_SHAPE, type CRITERIA_KEYS } from "./assertions-shape.ts";
import { DATA_SHAPE } from "./data-shape.ts";
import { FLOWS_SHAPE, SEQUENCE_SHAPE, THINK_TIME_SHAPE } from "./flows-shape.ts";
import { REQUEST_SHAPE } from "./request-shape.ts";
import { SCHEDULE_SHAPE } from "./schedule-shape.ts";
import type { TableShape, ValueOf } from "./shape.ts";
import { TARGET_KEYS } from "./target-shape.ts";
import { LINE, LINES, NAME, OFFSET_SECONDS, PHASE_SECONDS, USERS, WEIGHT } from "./value-shapes.ts";

/** A megabyte of the `_mb` keys. */
export const BYTES_PER_MB = 1024 * 1024;

export const SCENARIO_SHAPE = {
  kind: "table",
  doc: "A Z6 load test scenario.",
  called: "the scenario",
  excludes: [
    ["target", "targets"],
    ["sequence", "flows"],
  ],
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
      item: REQUEST_SHAPE,
      doc: "The requests that users send.",
    },
    data: DATA_SHAPE,
    sequence: SEQUENCE_SHAPE,
    flows: FLOWS_SHAPE,
    schedule: SCHEDULE_SHAPE,
    think_time: THINK_TIME_SHAPE,
    assertions: ASSERTIONS_SHAPE,
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
export type DataValue = NonNullable<Fields["data"]>["value"] extends ReadonlyMap<string, infer V> ? V : never;
export type AuthValue = NonNullable<TargetValue["fields"]["auth"]>;
export type MultipartValue = NonNullable<RequestValue["fields"]["multipart"]>;
export type SequenceValue = NonNullable<Fields["sequence"]>;
export type FlowValue = NonNullable<Fields["flows"]>["value"][number];
export type ScheduleValue = NonNullable<Fields["schedule"]>;
export type ThinkTimeValue = NonNullable<Fields["think_time"]>;
export type AssertionsValue = NonNullable<Fields["assertions"]>;
export type LimitsValue = NonNullable<Fields["limits"]>;
export type CriterionName = keyof typeof CRITERIA_KEYS;
