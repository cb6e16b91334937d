/** The keys of [assertions]: what must hold for a run to pass, and which of it ends a run at once when it does not. */
import { REQUESTS_MAX, TIMEOUT_MS_MAX } from "../base/limits.ts";
import { OFFSET_SECONDS } from "./value-shapes.ts";

/** Time that a criterion gets before it may end the run, when the file does not say it. */
export const ABORT_DELAY_SECONDS = 10;

const SHARE = { kind: "number", min: 0, max: 1 } as const;
const DELAY = { ...OFFSET_SECONDS, default: ABORT_DELAY_SECONDS } as const;

export const CRITERIA_KEYS = {
  p50_latency_ms: latencyBound("half of all responses are at least this fast"),
  p90_latency_ms: latencyBound("90 % of all responses are at least this fast"),
  p95_latency_ms: latencyBound("95 % of all responses are at least this fast"),
  p99_latency_ms: latencyBound("99 % of all responses are at least this fast"),
  p999_latency_ms: latencyBound("99.9 % of all responses are at least this fast"),
  mean_latency_ms: latencyBound("the mean latency is at most this"),
  max_latency_ms: latencyBound("every response is at least this fast"),
  error_rate_max: bound({ ...SHARE, doc: "Largest allowed share of requests with an error, 0 to 1." }),
  success_rate_min: bound({ ...SHARE, doc: "Smallest allowed share of successful requests, 0 to 1." }),
  rps_min: bound({
    kind: "number",
    min: 0,
    max: 1e9,
    doc: "Smallest allowed rate of completed requests per second.",
  }),
  status_5xx_max_rate: bound({
    ...SHARE,
    doc: "Largest allowed share of responses with a status of 500 or more, 0 to 1.",
  }),
} as const;

function latencyBound(words: string) {
  return bound({ kind: "number", min: 0, max: TIMEOUT_MS_MAX, doc: `Passes when ${words}, in milliseconds.` });
}

/** A bound alone, or with what else is to be said about it. */
function bound(limit: { kind: "number"; min: number; max: number; doc: string }) {
  return {
    kind: "either",
    doc: limit.doc,
    options: [
      limit,
      {
        kind: "table",
        doc: limit.doc,
        keys: {
          limit: { ...limit, required: true },
          abort_on_fail: {
            kind: "boolean",
            doc: "Whether the run stops when it does not hold; default that of the table.",
          },
          delay_seconds: { ...OFFSET_SECONDS, doc: "Time that it gets before that; default that of the table." },
        },
      },
    ],
  } as const;
}

const ABORT_KEYS = {
  abort_on_fail: { kind: "boolean", doc: "Whether the run stops when one of these does not hold while it goes on." },
  abort_delay_seconds: { ...DELAY, doc: "Time that they get before that, in seconds since the run began." },
} as const;

export const ASSERTIONS_SHAPE = {
  kind: "table",
  doc: "What must hold for the test to pass, judged after the run.",
  keys: {
    ...CRITERIA_KEYS,
    ...ABORT_KEYS,
    requests: {
      kind: "map",
      entriesMax: REQUESTS_MAX,
      value: { kind: "table", keys: { ...CRITERIA_KEYS, ...ABORT_KEYS }, doc: "What must hold for this request." },
      doc: "The same keys for one request, by its name.",
    },
  },
} as const;
