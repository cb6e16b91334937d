/** The keys of a schedule, [schedule] or a flow's own: how many users there are when, or how many arrive. */
import { ARRIVAL_RATE_MAX, SCHEDULE_STEPS_MAX, USERS_MAX } from "../base/limits.ts";
import { OFFSET_SECONDS, PHASE_SECONDS, USERS } from "./value-shapes.ts";

const USERS_OR_NONE = { kind: "integer", min: 0, max: USERS_MAX } as const;
const RATE = { kind: "number", min: 0, aboveMin: true, max: ARRIVAL_RATE_MAX } as const;
const RATE_OR_NONE = { kind: "number", min: 0, max: ARRIVAL_RATE_MAX } as const;

export const SCHEDULE_SHAPE = {
  kind: "table",
  doc: "How many users there are at each moment, or how many arrive; default a constant number of users.",
  variant: { key: "type", default: "constant" },
  excludes: [
    ["rate", "start_rate"],
    ["rate", "end_rate"],
    ["rate", "ramp_duration_seconds"],
    ["rate", "hold_duration_seconds"],
    ["rate", "stages"],
    ["stages", "start_rate"],
    ["stages", "end_rate"],
    ["stages", "ramp_duration_seconds"],
    ["stages", "hold_duration_seconds"],
  ],
  keys: {
    type: {
      kind: "text",
      choices: ["constant", "ramp", "spike", "steps", "arrivals"],
      default: "constant",
      doc: "How the number of users changes over time, or that they arrive at a rate.",
    },
    vus: {
      ...USERS,
      onlyFor: ["constant", "ramp", "spike"],
      doc: "Users: all the time (constant), at the end (ramp), or around the spike; default runtime.vus in [schedule].",
    },
    start_vus: { ...USERS_OR_NONE, default: 0, onlyFor: ["ramp"], doc: "Users at the beginning of the ramp." },
    end_vus: { ...USERS_OR_NONE, onlyFor: ["ramp"], doc: "Users at the end of the ramp; default vus." },
    ramp_duration_seconds: {
      ...PHASE_SECONDS,
      onlyFor: ["ramp", "arrivals"],
      doc: "Length of the ramp in seconds; default the whole run less the hold.",
    },
    hold_duration_seconds: {
      ...OFFSET_SECONDS,
      default: 0,
      onlyFor: ["ramp", "arrivals"],
      doc: "How long the ramp's end stays, in seconds.",
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
    rate: { ...RATE, onlyFor: ["arrivals"], doc: "Arrivals per second, all the time." },
    start_rate: {
      ...RATE_OR_NONE,
      default: 0,
      onlyFor: ["arrivals"],
      doc: "Arrivals per second at the beginning of the ramp.",
    },
    end_rate: { ...RATE_OR_NONE, onlyFor: ["arrivals"], doc: "Arrivals per second at the end of the ramp." },
    stages: {
      kind: "list",
      onlyFor: ["arrivals"],
      itemsMin: 1,
      itemsMax: SCHEDULE_STEPS_MAX,
      item: {
        kind: "table",
        doc: "One stage.",
        keys: {
          rate: { ...RATE_OR_NONE, required: true, doc: "Arrivals per second, at the end of the stage." },
          start_rate: { ...RATE_OR_NONE, doc: "Arrivals per second at its beginning; default rate." },
          duration_seconds: { ...PHASE_SECONDS, required: true, doc: "Length of the stage in seconds." },
        },
      },
      doc: "Rates that follow one another.",
    },
    distribution: {
      kind: "text",
      choices: ["even", "poisson"],
      default: "even",
      onlyFor: ["arrivals"],
      doc: "Whether arrivals are evenly spaced, or come at random moments from the seed; as many either way.",
    },
    max_vus: {
      ...USERS,
      onlyFor: ["arrivals"],
      doc: "Users alive at once, at most; one more arrival is dropped. Default twice the highest rate, at least 100.",
    },
  },
} as const;
