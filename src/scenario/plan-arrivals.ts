/**
 * The rates of arrivals that a schedule of type "arrivals" means, as stages, and how many arrive in all. As with users,
 * the plan is made before the run's end is known.
 */
import { ARRIVALS_ALIVE_MIN, DURATION_SECONDS_MAX, USERS_MAX } from "../base/limits.ts";
import { RateIntegral } from "../base/rate-integral.ts";
import { NS_PER_SECOND, nsFromSeconds } from "../base/units.ts";
import type { RateStage } from "../model/scenario.ts";
import { type GroupPlan, rampLengths, type Wanted } from "./plan-users.ts";
import type { Report } from "./problem.ts";
import type { GroupSource } from "./resolve-flows.ts";
import type { ScheduleValue } from "./scenario-shape.ts";
import { SCHEDULE_SHAPE } from "./schedule-shape.ts";
import type { Located } from "./shape.ts";

const { keys: DEFAULTS } = SCHEDULE_SHAPE;
const MICRO = 1_000_000;

/** Whether the run's duration has to say how long a schedule of arrivals is. */
export function arrivalsNeedDuration({ given }: ScheduleValue): boolean {
  return !given.has("stages") && !given.has("ramp_duration_seconds");
}

/** The plan of a group of arrivals. Null when something is lacking; that is reported. */
export function planArrivals(schedule: ScheduleValue, source: GroupSource, wanted: Wanted): GroupPlan | null {
  const stages = stagesOf(schedule, source.label, wanted);
  if (stages === null) return null;
  const { distribution, max_vus: maxVus } = schedule.fields;
  const aliveMax = maxVus?.value ?? aliveMaxOf(stages, wanted.usersMax ?? USERS_MAX);
  return {
    hasOwnLength: !arrivalsNeedDuration(schedule),
    lengthNs: stages.reduce((sum, stage) => sum + stage.durationNs, 0),
    vus: aliveMax,
    vusImplied: aliveMax,
    until(endNs) {
      const cut = endNs === null ? stages : beginningBefore(stages, endNs);
      return {
        schedule: {
          type: "arrivals",
          stages: cut,
          distribution: distribution?.value ?? DEFAULTS.distribution.default,
          aliveMax,
        },
        usersMax: aliveMax,
        identities: new RateIntegral(cut, endNs ?? undefined).arrivals,
      };
    },
  };
}

/** Two seconds' worth of the highest rate: enough for a server that answers, and a bound for one that stalls. */
function aliveMaxOf(stages: readonly RateStage[], usersMax: number): number {
  const peak = stages.reduce((highest, stage) => Math.max(highest, stage.fromMicroRate, stage.toMicroRate), 0);
  return Math.min(usersMax, Math.max(ARRIVALS_ALIVE_MIN, Math.ceil((2 * peak) / MICRO)));
}

/** The stages that begin before the run's end; each keeps its whole length, and so its slope. */
function beginningBefore(stages: readonly RateStage[], endNs: number): readonly RateStage[] {
  let startNs = 0;
  return stages.filter(({ durationNs }) => {
    startNs += durationNs;
    return startNs - durationNs < endNs;
  });
}

function stagesOf(schedule: ScheduleValue, label: string, wanted: Wanted): readonly RateStage[] | null {
  const { given } = schedule;
  const ways = [given.has("rate"), given.has("start_rate") || given.has("end_rate"), given.has("stages")];
  switch (ways.filter((way) => way).length) {
    case 0: {
      const hint = "say how many users arrive per second";
      wanted.report.problem(schedule.at, `${label} lacks \`rate\`, \`end_rate\` or \`stages\``, hint);
      return null;
    }
    case 1:
      if (ways[0]) return constantRate(schedule, wanted);
      return ways[1] ? rampedRate(schedule, wanted) : stagedRates(schedule, wanted);
    default:
      // They exclude each other; that is reported.
      return null;
  }
}

function constantRate({ fields }: ScheduleValue, { durationNs, report }: Wanted): readonly RateStage[] | null {
  const rate = microRate(fields.rate, "rate", report);
  if (rate === null || durationNs === null) return null;
  return [{ durationNs, fromMicroRate: rate, toMicroRate: rate }];
}

function rampedRate(schedule: ScheduleValue, wanted: Wanted): readonly RateStage[] | null {
  const { fields, given } = schedule;
  const { report } = wanted;
  if (!given.has("end_rate")) {
    report.problem(given.get("start_rate")!, "`start_rate` needs `end_rate`", "for a rate that stays, write `rate`");
    return null;
  }
  const from = given.has("start_rate")
    ? microRate(fields.start_rate, "start_rate", report)
    : DEFAULTS.start_rate.default * MICRO;
  const to = microRate(fields.end_rate, "end_rate", report);
  const ramp = rampLengths(schedule, wanted);
  if (from === null || to === null || ramp === null) return null;
  const stages = [
    { durationNs: ramp.rampNs, fromMicroRate: from, toMicroRate: to },
    { durationNs: ramp.holdNs, fromMicroRate: to, toMicroRate: to },
  ];
  return stages.filter((stage) => stage.durationNs > 0);
}

function stagedRates({ fields }: ScheduleValue, { report }: Wanted): readonly RateStage[] | null {
  const list = fields.stages;
  if (list === undefined) return null;
  const stages: RateStage[] = [];
  for (const { fields: stage, given } of list.value) {
    const to = microRate(stage.rate, "rate", report);
    const from = given.has("start_rate") ? microRate(stage.start_rate, "start_rate", report) : to;
    if (from === null || to === null || stage.duration_seconds === undefined) continue;
    const durationNs = nsFromSeconds(stage.duration_seconds.value);
    stages.push({ durationNs, fromMicroRate: from, toMicroRate: to });
  }
  const lengthNs = stages.reduce((sum, stage) => sum + stage.durationNs, 0);
  if (lengthNs > DURATION_SECONDS_MAX * NS_PER_SECOND) {
    const hint = `expected at most ${DURATION_SECONDS_MAX} seconds`;
    report.problem(list.key, "the stages are too long together", hint);
    return null;
  }
  return stages.length > 0 && stages.length === list.value.length ? stages : null;
}

/** Whole millionths per second; null when the rate was refused, or has more digits than that. */
function microRate(rate: Located<number> | undefined, key: string, report: Report): number | null {
  if (rate === undefined) return null;
  const micro = Math.round(rate.value * MICRO);
  if (micro / MICRO === rate.value) return micro;
  report.problem(rate.at, `\`${key}\` has too many digits`, "expected at most 6 after the point");
  return null;
}
