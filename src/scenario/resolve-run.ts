/**
 * How many users there are when, and when the run ends: [runtime] and [schedule] with the command line's overrides.
 * A run ends by its duration, by its schedule's own length, by the earlier of the two, or after its iterations.
 */
import { USERS_MAX } from "../base/limits.ts";
import { nsFromSeconds } from "../base/units.ts";
import type { Scenario, Schedule } from "../model/scenario.ts";
import { beginningBefore, lengthNs, usersMaxUntil } from "./phases.ts";
import { planOf } from "./plan-users.ts";
import { FILE_START, type Report, type Span } from "./problem.ts";
import { type RuntimeValue, SCENARIO_SHAPE, type ScenarioValue, type ScheduleValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";

/** Values of the command line, in place of the file's own. */
export interface Overrides {
  /** Replaces `duration_seconds`, and `iterations` as well. */
  readonly durationSeconds?: number;
  /** Replaces `vus`, in [runtime] and in [schedule]. */
  readonly vus?: number;
  /** Replaces `prng_seed`: decimal digits, or 0x and hex digits. */
  readonly seed?: string;
}

type Run = Pick<Scenario, "usersMax" | "vus" | "durationNs" | "iterations" | "schedule">;

const { keys: DEFAULTS } = SCENARIO_SHAPE.keys.schedule;

/** The run's users and end. Null after reporting that they cannot be known. */
export function resolveRun({ fields }: ScenarioValue, overrides: Overrides, report: Report): Run | null {
  const { runtime, schedule } = fields;
  if (!checkOverrides(overrides, report)) return null;
  const seconds = overrides.durationSeconds ?? runtime?.fields.duration_seconds?.value;
  const iterations = overrides.durationSeconds === undefined ? runtime?.fields.iterations : undefined;
  const vus = overrides.vus ?? schedule?.fields.vus?.value ?? runtime?.fields.vus?.value;
  const type = typeOf(schedule);
  // A table that was refused says nothing about what else is wrong.
  if (type === undefined) return null;
  if (iterations !== undefined && type !== "constant") {
    report.problem(iterations.key, `\`iterations\` needs a constant schedule, not "${type}"`, "use `duration_seconds`");
    return null;
  }
  const durationNs = seconds === undefined ? null : nsFromSeconds(seconds);
  if (durationNs === null && iterations === undefined && needsDuration(type, schedule)) {
    if (!saysItsEnd(runtime)) reportNoEnd(type, runtime, schedule, report);
    return null;
  }
  const plan = planOf(type, schedule, { durationNs, vus, report });
  if (plan.phases === null) return null;
  warnOfVus(type, fields, overrides, plan.vusImplied, report);
  const ownNs = lengthNs(plan.phases);
  const endNs = plan.hasOwnLength ? Math.min(ownNs, durationNs ?? ownNs) : durationNs;
  const phases = endNs === null ? plan.phases : beginningBefore(plan.phases, endNs);
  const usersMax = usersMaxUntil(phases, endNs ?? ownNs);
  checkLevel(usersMax, fields.limits?.fields.max_vus, schedule?.key ?? FILE_START, report);
  return {
    usersMax,
    vus: vus ?? plan.vusImplied,
    durationNs: endNs,
    iterations: iterations?.value ?? null,
    schedule: { type, phases },
  };
}

/** Whether the command line's numbers can be used; what is wrong with them is reported. */
function checkOverrides({ durationSeconds, vus }: Overrides, report: Report): boolean {
  const { min, max } = SCENARIO_SHAPE.keys.runtime.keys.duration_seconds;
  const durationFits = durationSeconds === undefined || (durationSeconds >= min && durationSeconds <= max);
  const vusFits = vus === undefined || (Number.isInteger(vus) && vus >= 1 && vus <= USERS_MAX);
  if (!durationFits) {
    report.problem(
      FILE_START,
      "the duration of the command line is out of bounds",
      `expected ${min} to ${max} seconds`,
    );
  }
  if (!vusFits) {
    const hint = `expected a whole number from 1 to ${USERS_MAX}`;
    report.problem(FILE_START, "the number of users of the command line is out of bounds", hint);
  }
  return durationFits && vusFits;
}

/** The schedule's type; undefined when the file gives one that was refused. */
function typeOf(schedule: ScheduleValue | undefined): Schedule["type"] | undefined {
  if (schedule === undefined || !schedule.given.has("type")) return DEFAULTS.type.default;
  return schedule.fields.type?.value;
}

/** A schedule without a length of its own: the duration must say when the run ends. */
function needsDuration(type: Schedule["type"], schedule: ScheduleValue | undefined): boolean {
  if (type === "steps") return false;
  return type !== "ramp" || schedule?.given.has("ramp_duration_seconds") !== true;
}

/** Whether [runtime] gives an end, even one that was refused. */
function saysItsEnd(runtime: RuntimeValue | undefined): boolean {
  return runtime !== undefined && (runtime.given.has("duration_seconds") || runtime.given.has("iterations"));
}

function reportNoEnd(
  type: Schedule["type"],
  runtime: RuntimeValue | undefined,
  schedule: ScheduleValue | undefined,
  report: Report,
): void {
  const at = runtime?.at ?? schedule?.at ?? FILE_START;
  const iterations = type === "constant" ? " (or `iterations`)" : "";
  report.problem(at, "nothing says when the run ends", `add \`duration_seconds\`${iterations} to [runtime]`);
}

function checkLevel(usersMax: number, limit: Located<number> | undefined, at: Span, report: Report): void {
  if (usersMax === 0) report.problem(at, "the schedule never has a user", "expected at least one user at some moment");
  if (limit !== undefined && usersMax > limit.value) {
    report.problem(
      limit.at,
      `the schedule reaches ${usersMax} users, above \`max_vus\``,
      "raise it, or lower the schedule",
    );
  }
}

/** Warns of a `vus` that changes nothing, and of two that differ. `vusPlanned` is what the schedule makes of it. */
function warnOfVus(
  type: Schedule["type"],
  { runtime, schedule }: ScenarioValue["fields"],
  overrides: Overrides,
  vusPlanned: number,
  report: Report,
): void {
  const ofRuntime = runtime?.fields.vus;
  const ofSchedule = schedule?.fields.vus;
  const fixed = FIXED_BY[type];
  const fixedAt = fixed === null ? undefined : schedule?.given.get(fixed);
  if (fixedAt !== undefined) {
    const inFile = ofSchedule ?? ofRuntime;
    const vus = overrides.vus ?? inFile?.value ?? vusPlanned;
    if (vus === vusPlanned) return;
    const [at, what] =
      overrides.vus === undefined && inFile !== undefined
        ? [inFile.key, "`vus`"]
        : [fixedAt, "the number of users of the command line"];
    report.warning(at, `${what} changes nothing: \`${fixed}\` of [schedule] says it`);
  } else if (overrides.vus === undefined && ofRuntime !== undefined && ofSchedule !== undefined) {
    if (ofRuntime.value === ofSchedule.value) return;
    report.warning(ofRuntime.at, "`vus` of [runtime] differs from that of [schedule]", "the one of [schedule] holds");
  }
}

/** The key of [schedule] that stands in for `vus`. */
const FIXED_BY: Readonly<Record<Schedule["type"], string | null>> = {
  constant: null,
  ramp: "end_vus",
  spike: "baseline_vus",
  steps: "steps",
};
