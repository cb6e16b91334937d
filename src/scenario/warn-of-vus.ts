/** Numbers of users that change nothing, because the schedule says its own, and two that differ. Warnings, not problems. */
import type { ClosedSchedule } from "../model/scenario.ts";
import { FILE_START, type Report } from "./problem.ts";
import type { GroupSource } from "./resolve-flows.ts";
import type { RuntimeValue } from "./scenario-shape.ts";
import { SCHEDULE_SHAPE } from "./schedule-shape.ts";

const OF_COMMAND_LINE = "the number of users of the command line";

/** The key of a schedule that stands in for `vus`. */
const FIXED_BY: Readonly<Record<ClosedSchedule["type"], string | null>> = {
  constant: null,
  ramp: "end_vus",
  spike: "baseline_vus",
  steps: "steps",
};

/** @param ofCommandLine its number of users, if it gives one. @param implied what the schedule alone makes of `vus`. */
export function warnOfVus(
  { schedule, label, isShared }: GroupSource,
  runtime: RuntimeValue | undefined,
  ofCommandLine: number | undefined,
  implied: number,
  report: Report,
): void {
  const type = schedule?.fields.type?.value ?? SCHEDULE_SHAPE.keys.type.default;
  const ofRuntime = isShared ? runtime?.fields.vus : undefined;
  const ofSchedule = schedule?.fields.vus;
  const override = isShared ? ofCommandLine : undefined;
  if (type === "arrivals") {
    const at = override === undefined ? ofRuntime?.key : schedule!.given.get("type");
    const what = override === undefined ? "`vus`" : OF_COMMAND_LINE;
    if (at !== undefined) report.warning(at, `${what} changes nothing: users arrive at the rate of ${label}`);
    return;
  }
  const fixed = FIXED_BY[type];
  const fixedAt = fixed === null ? undefined : schedule?.given.get(fixed);
  if (fixedAt !== undefined) {
    const inFile = ofSchedule ?? ofRuntime;
    const vus = override ?? inFile?.value ?? implied;
    if (vus === implied) return;
    const [at, what] =
      override === undefined && inFile !== undefined ? [inFile.key, "`vus`"] : [fixedAt, OF_COMMAND_LINE];
    report.warning(at, `${what} changes nothing: \`${fixed}\` of ${label} says it`);
  } else if (override === undefined && ofRuntime !== undefined && ofSchedule !== undefined) {
    if (ofRuntime.value === ofSchedule.value) return;
    report.warning(ofRuntime.at, "`vus` of [runtime] differs from that of [schedule]", "the one of [schedule] holds");
  }
}

/** Warns that no flow is for the users that the command line gives. */
export function warnOfNoUsers(sources: readonly GroupSource[], report: Report): void {
  const at = sources[0]?.schedule?.key ?? FILE_START;
  report.warning(at, `${OF_COMMAND_LINE} changes nothing: every flow has a schedule of its own`);
}
