/**
 * The shape of a model file: what a simulation's server is like. Every key has a default or belongs to a table that
 * may be left out, so an empty file is the default server; docs/SIMULATION.md explains each key.
 */
import {
  BODY_BYTES_MAX,
  DURATION_SECONDS_MAX,
  QUEUE_MAX,
  SLOW_FACTOR_MAX,
  STALLS_MAX,
  TIMEOUT_MS_MAX,
  WORKERS_MAX,
} from "../base/limits.ts";
import { SERVICE_TIME_TYPES, WHEN_FULL } from "../model/server-model.ts";
import type { TableShape, ValueOf } from "./shape.ts";

const MS = { kind: "number", min: 0, max: TIMEOUT_MS_MAX } as const;
const SECONDS = { kind: "number", min: 0, max: DURATION_SECONDS_MAX } as const;
const RATIO = { kind: "number", min: 0, max: 1, default: 0 } as const;
/** The shortest stall and the shortest median: 1 us. */
const MS_MIN = 0.001;
const SECONDS_MIN = 0.000_001;
/** A way that took no time would let a user who is refused at once come back at once, for ever at the same moment. */
const ROUND_TRIP_MS_MIN = 0.01;

export const MODEL_SHAPE = {
  kind: "table",
  doc: "What the server of a Z6 simulation is like.",
  called: "the model",
  keys: {
    service_time: {
      kind: "table",
      doc: "How long a worker is busy with a request; default a long tail with a median of 20 ms and a p99 of 100 ms.",
      variant: { key: "type", default: "fixed" },
      keys: {
        type: { kind: "text", choices: SERVICE_TIME_TYPES, default: "fixed", doc: "How service times are spread." },
        duration_ms: { ...MS, required: true, onlyFor: ["fixed"], doc: "Every service time, in milliseconds." },
        min_ms: { ...MS, required: true, onlyFor: ["uniform"], doc: "Shortest service time, in milliseconds." },
        max_ms: { ...MS, required: true, onlyFor: ["uniform"], doc: "Longest service time, in milliseconds." },
        mean_ms: { ...MS, required: true, onlyFor: ["normal"], doc: "Mean service time, in milliseconds." },
        stddev_ms: { ...MS, required: true, onlyFor: ["normal"], doc: "Standard deviation, in milliseconds." },
        median_ms: {
          ...MS,
          min: MS_MIN,
          required: true,
          onlyFor: ["long_tail"],
          doc: "Half of the service times are at most this long, in milliseconds.",
        },
        p99_ms: {
          ...MS,
          min: MS_MIN,
          required: true,
          onlyFor: ["long_tail"],
          doc: "99 % of the service times are at most this long, in milliseconds.",
        },
      },
    },
    server: {
      kind: "table",
      doc: "How much the server does at once, and what it does with the rest.",
      keys: {
        workers: {
          kind: "integer",
          min: 0,
          max: WORKERS_MAX,
          default: 64,
          doc: "Requests served at the same time; 0 for no bound.",
        },
        queue_max: {
          kind: "integer",
          min: 0,
          max: QUEUE_MAX,
          default: 1024,
          doc: "Requests that wait for a worker at most.",
        },
        when_full: {
          kind: "text",
          choices: WHEN_FULL,
          default: "status_503",
          doc: "What a request meets that finds the queue full: status 503 at once, or a reset connection.",
        },
        response_bytes: {
          kind: "integer",
          min: 0,
          max: BODY_BYTES_MAX,
          default: 1024,
          doc: "Size of each answer, head and body.",
        },
      },
    },
    network: {
      kind: "table",
      doc: "The way to the server and back.",
      keys: {
        round_trip_ms: {
          ...MS,
          min: ROUND_TRIP_MS_MIN,
          default: 0.5,
          doc: "Time for the way to the server and back, in milliseconds.",
        },
      },
    },
    faults: {
      kind: "table",
      doc: "What goes wrong by chance with requests that were served.",
      keys: {
        error_ratio: { ...RATIO, doc: "Share of requests that are answered with status 500, 0 to 1." },
        drop_ratio: { ...RATIO, doc: "Share of requests whose connection is reset instead of an answer, 0 to 1." },
      },
    },
    slow_start: {
      kind: "table",
      doc: "A server that is slow at first: caches to fill, code to compile.",
      keys: {
        duration_seconds: { ...SECONDS, required: true, doc: "How long it takes to get up to speed, in seconds." },
        factor: {
          kind: "number",
          required: true,
          min: 1,
          max: SLOW_FACTOR_MAX,
          doc: "How many times as long a service takes at first; it falls linearly to 1.",
        },
      },
    },
    stalls: {
      kind: "list",
      itemsMin: 1,
      itemsMax: STALLS_MAX,
      item: {
        kind: "table",
        doc: "A time in which the server stands still.",
        keys: {
          start_seconds: { ...SECONDS, required: true, doc: "When it begins, in seconds since the run began." },
          duration_seconds: { ...SECONDS, min: SECONDS_MIN, required: true, doc: "How long it lasts, in seconds." },
          every_seconds: { ...SECONDS, min: SECONDS_MIN, doc: "From one beginning to the next; default only once." },
        },
      },
      doc: "Times in which nothing is accepted, served or answered; all of it happens later.",
    },
  },
} as const satisfies TableShape;

/** A checked model file; every value knows its place. */
export type ModelValue = ValueOf<typeof MODEL_SHAPE>;
export type ServiceTimeValue = NonNullable<ModelValue["fields"]["service_time"]>;
export type StallValue = NonNullable<ModelValue["fields"]["stalls"]>["value"][number];
