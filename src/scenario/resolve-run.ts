/**
 * How many users there are when, and when the run ends: [runtime] and the schedules with the command line's overrides.
 * A run ends by its duration, by its schedules' own length, by the earlier of the two, or after its iterations.
 */
import { IDENTITIES_MAX, USERS_MAX } from "../base/limits.ts";
import { nsFromSeconds } from "../base/units.ts";
import type { ClosedSchedule, Scenario, UserGroup } from "../model/scenario.ts";
import { arrivalsNeedDuration, planArrivals } from "./plan-arrivals.ts";
import { type GroupPlan, planUsers } from "./plan-users.ts";
import { FILE_START, type Report, type Span } from "./problem.ts";
import type { GroupSource } from "./resolve-flows.ts";
import { type RuntimeValue, SCENARIO_SHAPE, type ScenarioValue, type ScheduleValue } from "./scenario-shape.ts";
import { SCHEDULE_SHAPE } from "./schedule-shape.ts";
import { warnOfNoUsers, warnOfVus } from "./warn-of-vus.ts";
import { durationWords } from "./words.ts";

/** Values of the command line, in place of the file's own. */
export interface Overrides {
  /** Replaces `duration_seconds`, and `iterations` as well. */
  readonly durationSeconds?: number;
  /** Replaces `vus`, in [runtime] and in [schedule]. */
  readonly vus?: number;
  /** Replaces `prng_seed`: decimal digits, or 0x and hex digits. */
  readonly seed?: string;
}

type Run = Pick<Scenario, "usersMax" | "identities" | "vus" | "durationNs" | "iterations" | "groups">;

interface Planned {
  readonly source: GroupSource;
  readonly plan: GroupPlan;
}

/** The run's users and end. Null after reporting that they cannot be known. @param sources in the order of the groups. */
export function resolveRun(
  { fields }: ScenarioValue,
  sources: readonly GroupSource[],
  overrides: Overrides,
  report: Report,
): Run | null {
  const { runtime } = fields;
  if (!checkOverrides(overrides, report) || sources.length === 0) return null;
  const seconds = overrides.durationSeconds ?? runtime?.fields.duration_seconds?.value;
  const iterations = overrides.durationSeconds === undefined ? runtime?.fields.iterations : undefined;
  const durationNs = seconds === undefined ? null : nsFromSeconds(seconds);
  for (const { schedule } of sources) {
    const type = typeOf(schedule);
    // A table that was refused says nothing about what else is wrong.
    if (type === undefined) return null;
    if (iterations !== undefined && type !== "constant") {
      const message = `\`iterations\` needs a constant schedule, not "${type}"`;
      report.problem(iterations.key, message, "use `duration_seconds`");
      return null;
    }
    if (durationNs === null && iterations === undefined && needsDuration(type, schedule)) {
      if (!saysItsEnd(runtime)) reportNoEnd(type, runtime, schedule, report);
      return null;
    }
  }
  const planned = sources.flatMap((source): Planned[] => {
    const plan = planOf(source, fields, overrides, durationNs, report);
    return plan === null ? [] : [{ source, plan }];
  });
  if (planned.length < sources.length) return null;
  for (const { source, plan } of planned) warnOfVus(source, runtime, overrides.vus, plan.vusImplied, report);
  if (overrides.vus !== undefined && !sources.some((source) => source.isShared)) warnOfNoUsers(sources, report);

  const endNs = endOf(planned, durationNs);
  if (overrides.durationSeconds !== undefined) warnOfDuration(planned, durationNs!, endNs!, report);
  const users = groupsUntil(planned, endNs, report);
  checkSums(users, fields.limits?.fields.max_vus, planned, report);
  return {
    ...users,
    vus: planned.reduce((sum, { plan }) => sum + plan.vus, 0),
    durationNs: endNs,
    iterations: iterations?.value ?? null,
  };
}

function planOf(
  source: GroupSource,
  { runtime, limits }: ScenarioValue["fields"],
  overrides: Overrides,
  durationNs: number | null,
  report: Report,
): GroupPlan | null {
  const { schedule, isShared } = source;
  const ofSchedule = schedule?.fields.vus?.value;
  const vus = isShared ? (overrides.vus ?? ofSchedule ?? runtime?.fields.vus?.value) : ofSchedule;
  const wanted = { durationNs, vus, usersMax: limits?.fields.max_vus?.value, report };
  const type = typeOf(schedule)!;
  return type === "arrivals" ? planArrivals(schedule!, source, wanted) : planUsers(type, source, wanted);
}

/** With lengths of their own the longest schedule ends the run, unless the duration does before. */
function endOf(planned: readonly Planned[], durationNs: number | null): number | null {
  if (!planned.every(({ plan }) => plan.hasOwnLength)) return durationNs;
  const ownNs = planned.reduce((longest, { plan }) => Math.max(longest, plan.lengthNs), 0);
  return Math.min(ownNs, durationNs ?? ownNs);
}

/** Warns that the run is over before the duration that the command line gives. */
function warnOfDuration(planned: readonly Planned[], durationNs: number, endNs: number, report: Report): void {
  if (endNs === durationNs) return;
  const at = planned[0]!.source.schedule?.key ?? FILE_START;
  const [whose, length] = [planned.length === 1 ? "the schedule" : "the longest schedule", durationWords(endNs)];
  const message = `the duration of the command line does not prolong the run: ${whose} ends after ${length}`;
  report.warning(at, message, "change the schedule");
}

function groupsUntil(
  planned: readonly Planned[],
  endNs: number | null,
  report: Report,
): Pick<Run, "groups" | "usersMax" | "identities"> {
  const groups: UserGroup[] = [];
  let usersMax = 0;
  let firstIdentity = 0;
  for (const { source, plan } of planned) {
    const { schedule, identities, usersMax: ofGroup } = plan.until(endNs);
    if (identities === 0) reportNobody(schedule.type, source.schedule?.key ?? FILE_START, report);
    groups.push({ name: source.name, flows: source.flows, schedule, firstIdentity, identities });
    usersMax += ofGroup;
    firstIdentity += identities;
  }
  return { groups, usersMax, identities: firstIdentity };
}

function reportNobody(type: UserGroup["schedule"]["type"], at: Span, report: Report): void {
  if (type === "arrivals") {
    report.problem(at, "the schedule never has an arrival", "expected a rate above 0 at some moment");
  } else {
    report.problem(at, "the schedule never has a user", "expected at least one user at some moment");
  }
}

function checkSums(
  { usersMax, identities }: Pick<Run, "usersMax" | "identities">,
  limit: { readonly value: number; readonly at: Span } | undefined,
  planned: readonly Planned[],
  report: Report,
): void {
  const reach = planned.length === 1 ? "the schedule reaches" : "the schedules together reach";
  const last = planned.at(-1)!.source.schedule?.key ?? FILE_START;
  if (limit !== undefined && usersMax > limit.value) {
    report.problem(limit.at, `${reach} ${usersMax} users, above \`max_vus\``, "raise it, or lower the schedule");
  } else if (usersMax > USERS_MAX) {
    report.problem(last, `${reach} ${usersMax} users`, `expected at most ${USERS_MAX}`);
  }
  if (identities > IDENTITIES_MAX) {
    const hint = `expected at most ${IDENTITIES_MAX}: lower the rate, or shorten the run`;
    report.problem(last, `the run has ${identities} users and arrivals in all`, hint);
  }
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

type ScheduleType = ClosedSchedule["type"] | "arrivals";

/** The schedule's type; undefined when the file gives one that was refused. */
function typeOf(schedule: ScheduleValue | undefined): ScheduleType | undefined {
  if (schedule === undefined || !schedule.given.has("type")) return SCHEDULE_SHAPE.keys.type.default;
  return schedule.fields.type?.value;
}

/** A schedule without a length of its own: the duration must say when the run ends. */
function needsDuration(type: ScheduleType, schedule: ScheduleValue | undefined): boolean {
  if (type === "steps") return false;
  if (type === "arrivals") return arrivalsNeedDuration(schedule!);
  return type !== "ramp" || schedule?.given.has("ramp_duration_seconds") !== true;
}

/** Whether [runtime] gives an end, even one that was refused. */
function saysItsEnd(runtime: RuntimeValue | undefined): boolean {
  return runtime !== undefined && (runtime.given.has("duration_seconds") || runtime.given.has("iterations"));
}

function reportNoEnd(
  type: ScheduleType,
  runtime: RuntimeValue | undefined,
  schedule: ScheduleValue | undefined,
  report: Report,
): void {
  const at = runtime?.at ?? schedule?.at ?? FILE_START;
  const iterations = type === "constant" ? " (or `iterations`)" : "";
  report.problem(at, "nothing says when the run ends", `add \`duration_seconds\`${iterations} to [runtime]`);
}
