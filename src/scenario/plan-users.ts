/**
 * The number of users over time that each type of schedule means, as phases. A plan is made before the run's end is
 * known: some schedules say themselves how long they are, the others fill the run's duration.
 */
import { DURATION_SECONDS_MAX } from "../base/limits.ts";
import { nsFromSeconds } from "../base/units.ts";
import type { ClosedSchedule, Schedule, UserPhase } from "../model/scenario.ts";
import { beginningBefore, lengthNs, levels, rampThenHold, usersMaxUntil } from "./phases.ts";
import type { Report } from "./problem.ts";
import type { GroupSource } from "./resolve-flows.ts";
import type { ScheduleValue } from "./scenario-shape.ts";
import { SCHEDULE_SHAPE } from "./schedule-shape.ts";

const { keys: DEFAULTS } = SCHEDULE_SHAPE;
const VUS_DEFAULT = 1;

/** What a plan is made from. */
export interface Wanted {
  /** Null without a duration. */
  readonly durationNs: number | null;
  /** `vus` as the command line, the schedule or [runtime] says it. */
  readonly vus: number | undefined;
  /** `max_vus` of [limits]. */
  readonly usersMax: number | undefined;
  readonly report: Report;
}

/** A group's schedule before the run's end is known. */
export interface GroupPlan {
  /** Whether the schedule says how long the run is. */
  readonly hasOwnLength: boolean;
  readonly lengthNs: number;
  /** `vus` as it is given, and what the schedule implies where it is not. */
  readonly vus: number;
  readonly vusImplied: number;
  /** What it is in a run with this end; null: iterations end it. */
  until(endNs: number | null): GroupUsers;
}

export interface GroupUsers {
  readonly schedule: Schedule;
  /** Alive at once, at most. */
  readonly usersMax: number;
  readonly identities: number;
}

/** A closed schedule's phases. */
interface Plan {
  /** Null when the file lacks what it takes; that is reported. */
  readonly phases: readonly UserPhase[] | null;
  readonly hasOwnLength: boolean;
  readonly vusImplied: number;
}

/** The plan of a group of users with a schedule of this type. Null when something is lacking; that is reported. */
export function planUsers(type: ClosedSchedule["type"], source: GroupSource, wanted: Wanted): GroupPlan | null {
  if (!saysUsers(type, source, wanted)) return null;
  const { phases, hasOwnLength, vusImplied } = planOf(type, source.schedule, wanted);
  if (phases === null) return null;
  const ownNs = lengthNs(phases);
  return {
    hasOwnLength,
    lengthNs: ownNs,
    vus: wanted.vus ?? vusImplied,
    vusImplied,
    until(endNs) {
      const usersMax = usersMaxUntil(phases, endNs ?? ownNs);
      return { schedule: { type, phases: phasesUntil(phases, endNs) }, usersMax, identities: usersMax };
    },
  };
}

/** The phases of a run that ends then. Where others go on for longer, nobody is left after the group's own end. */
function phasesUntil(phases: readonly UserPhase[], endNs: number | null): readonly UserPhase[] {
  if (endNs === null) return phases;
  const ownNs = lengthNs(phases);
  if (ownNs >= endNs) return beginningBefore(phases, endNs);
  return [...phases, { startNs: ownNs, durationNs: endNs - ownNs, fromUsers: 0, toUsers: 0 }];
}

/** A schedule that somebody wrote for one flow has no [runtime] to fall back on. */
function saysUsers(type: ClosedSchedule["type"], { schedule, label, isShared }: GroupSource, wanted: Wanted): boolean {
  if (isShared || schedule === undefined || type === "steps" || wanted.vus !== undefined) return true;
  const instead = { constant: null, ramp: "end_vus", spike: "baseline_vus" }[type];
  if (schedule.given.has("vus") || (instead !== null && schedule.given.has(instead))) return true;
  const hint = instead === null ? "add `vus`" : `add \`vus\` or \`${instead}\``;
  wanted.report.problem(schedule.at, `${label} does not say how many users there are`, hint);
  return false;
}

function planOf(type: ClosedSchedule["type"], schedule: ScheduleValue | undefined, wanted: Wanted): Plan {
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

function planRamp(schedule: ScheduleValue | undefined, wanted: Wanted): Plan {
  const { vus } = wanted;
  const fields = schedule?.fields;
  const end = fields?.end_vus?.value ?? vus ?? VUS_DEFAULT;
  const start = fields?.start_vus?.value ?? DEFAULTS.start_vus.default;
  const ramp = rampLengths(schedule, wanted);
  const hasOwnLength = ramp?.isGiven === true;
  if (ramp === null) return { phases: null, hasOwnLength, vusImplied: end };
  return { phases: rampThenHold(start, end, ramp.rampNs, ramp.holdNs), hasOwnLength, vusImplied: end };
}

/** How long a ramp takes and its end stays, of users or of a rate; null when there is no time for it. */
export function rampLengths(
  schedule: ScheduleValue | undefined,
  { durationNs, report }: Wanted,
): { readonly rampNs: number; readonly holdNs: number; readonly isGiven: boolean } | null {
  const ramp = schedule?.fields.ramp_duration_seconds;
  const hold = schedule?.fields.hold_duration_seconds;
  const holdNs = nsFromSeconds(hold?.value ?? DEFAULTS.hold_duration_seconds.default);
  const rampNs = ramp === undefined ? (durationNs ?? 0) - holdNs : nsFromSeconds(ramp.value);
  if (rampNs <= 0) {
    if (hold !== undefined && durationNs !== null) {
      report.problem(hold.at, "the hold leaves no time for the ramp", "expected less than the run's duration");
    }
    return null;
  }
  if (ramp !== undefined && durationNs !== null && durationNs < rampNs) {
    report.warning(ramp.at, "the run ends before the ramp does");
  }
  return { rampNs, holdNs, isGiven: ramp !== undefined };
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
  const spikeNs = nsFromSeconds(length.value);
  if (startNs >= durationNs) report.warning(start.at, "the run ends before the spike begins");
  const phases = levels([
    { users: baseline, durationNs: startNs },
    { users: spike.value, durationNs: spikeNs },
    { users: baseline, durationNs: Math.max(0, durationNs - startNs - spikeNs) },
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
