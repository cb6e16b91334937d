/**
 * The number of users over time that each type of schedule means, as phases. A plan is made before the run's end is
 * known: some schedules say themselves how long they are, the others fill the run's duration.
 */
import { DURATION_SECONDS_MAX } from "../base/limits.ts";
import { nsFromSeconds } from "../base/units.ts";
import type { Schedule, UserPhase } from "../model/scenario.ts";
import { lengthNs, levels, rampThenHold } from "./phases.ts";
import type { Report } from "./problem.ts";
import { SCENARIO_SHAPE, type ScheduleValue } from "./scenario-shape.ts";

const { keys: DEFAULTS } = SCENARIO_SHAPE.keys.schedule;
const VUS_DEFAULT = 1;

/** A schedule before the run's end is known. */
export interface Plan {
  /** Null when the file lacks what it takes; that is reported. */
  readonly phases: readonly UserPhase[] | null;
  /** Whether the phases say how long the run is. */
  readonly hasOwnLength: boolean;
  /** `vus` when the file does not say it. */
  readonly vusImplied: number;
}

/** What the plan of users is made from. */
export interface Wanted {
  /** Null without a duration. */
  readonly durationNs: number | null;
  /** `vus` as the command line, [schedule] or [runtime] says it. */
  readonly vus: number | undefined;
  readonly report: Report;
}

/** The plan of users of a schedule of this type; what it lacks is reported or was refused before. */
export function planOf(type: Schedule["type"], schedule: ScheduleValue | undefined, wanted: Wanted): Plan {
  switch (type) {
    case "constant":
      return planConstant(wanted);
    case "ramp":
      return planRamp(schedule, wanted);
    case "spike":
      return planSpike(schedule, wanted);
    case "steps":
      return planSteps(schedule, wanted);
  }
}

function planConstant({ durationNs, vus = VUS_DEFAULT }: Wanted): Plan {
  // Ended by iterations, the one level stays for as long as any run may.
  const phases = levels([{ users: vus, durationNs: durationNs ?? nsFromSeconds(DURATION_SECONDS_MAX) }]);
  return { phases, hasOwnLength: false, vusImplied: VUS_DEFAULT };
}

function planRamp(schedule: ScheduleValue | undefined, { durationNs, vus, report }: Wanted): Plan {
  const fields = schedule?.fields;
  const end = fields?.end_vus?.value ?? vus ?? VUS_DEFAULT;
  const start = fields?.start_vus?.value ?? DEFAULTS.start_vus.default;
  const hold = fields?.hold_duration_seconds;
  const holdNs = nsFromSeconds(hold?.value ?? DEFAULTS.hold_duration_seconds.default);
  const ramp = fields?.ramp_duration_seconds;
  const hasOwnLength = ramp !== undefined;
  const rampNs = ramp === undefined ? (durationNs ?? 0) - holdNs : nsFromSeconds(ramp.value);
  if (rampNs <= 0) {
    if (hold !== undefined && durationNs !== null) {
      report.problem(hold.at, "the hold leaves no time for the ramp", "expected less than the run's duration");
    }
    return { phases: null, hasOwnLength, vusImplied: end };
  }
  if (ramp !== undefined && durationNs !== null && durationNs < rampNs) {
    report.warning(ramp.at, "the run ends before the ramp does");
  }
  return { phases: rampThenHold(start, end, rampNs, holdNs), hasOwnLength, vusImplied: end };
}

function planSpike(schedule: ScheduleValue | undefined, { durationNs, vus, report }: Wanted): Plan {
  const fields = schedule?.fields;
  const baseline = fields?.baseline_vus?.value ?? vus ?? VUS_DEFAULT;
  const spike = fields?.spike_vus;
  const start = fields?.spike_start_seconds;
  const length = fields?.spike_duration_seconds;
  if (spike === undefined || start === undefined || length === undefined || durationNs === null) {
    return { phases: null, hasOwnLength: false, vusImplied: baseline };
  }
  const startNs = nsFromSeconds(start.value);
  const lengthNs = nsFromSeconds(length.value);
  if (startNs >= durationNs) report.warning(start.at, "the run ends before the spike begins");
  const phases = levels([
    { users: baseline, durationNs: startNs },
    { users: spike.value, durationNs: lengthNs },
    { users: baseline, durationNs: Math.max(0, durationNs - startNs - lengthNs) },
  ]);
  return { phases, hasOwnLength: false, vusImplied: baseline };
}

function planSteps(schedule: ScheduleValue | undefined, { report }: Wanted): Plan {
  const steps = schedule?.fields.steps;
  const list = [];
  for (const { fields } of steps?.value ?? []) {
    if (fields.vus === undefined || fields.duration_seconds === undefined) continue;
    list.push({ users: fields.vus.value, durationNs: nsFromSeconds(fields.duration_seconds.value) });
  }
  const phases = levels(list);
  if (steps !== undefined && lengthNs(phases) > nsFromSeconds(DURATION_SECONDS_MAX)) {
    report.problem(steps.key, "the steps are too long together", `expected at most ${DURATION_SECONDS_MAX} seconds`);
  }
  const peak = list.reduce((highest, step) => Math.max(highest, step.users), 0);
  const isWhole = list.length > 0 && list.length === steps?.value.length;
  return { phases: isWhole ? phases : null, hasOwnLength: true, vusImplied: peak };
}
