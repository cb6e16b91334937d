/**
 * What users do in one iteration, and which users do it: [[flows]], or the one flow that [sequence] or the requests'
 * weights mean. Flows with a schedule of their own have users of their own; the others share those of [schedule].
 */
import { nsFromMs } from "../base/units.ts";
import type { Flow, RequestSpec, SequenceStep } from "../model/scenario.ts";
import { FLOWS_SHAPE, SEQUENCE_SHAPE } from "./flows-shape.ts";
import type { Report } from "./problem.ts";
import { indexOfName } from "./resolve-requests.ts";
import type {
  FlowValue,
  RequestValue,
  ScenarioValue,
  ScheduleValue,
  SequenceValue,
  ThinkTimeValue,
} from "./scenario-shape.ts";
import type { Located } from "./shape.ts";
import { reportTwins } from "./unique.ts";

const { keys: DEFAULTS } = FLOWS_SHAPE.item;
const { keys: STEP_DEFAULTS } = SEQUENCE_SHAPE.keys.steps.item;
const ONE_ITERATION = "an arrival runs one iteration";
const NO_PAUSE: Flow["thinkTime"] = { minNs: 0, maxNs: 0 };

/** Where a group of users comes from. */
export interface GroupSource {
  readonly name: string;
  /** Indices into the scenario's flows. */
  readonly flows: readonly number[];
  /** Undefined: [runtime] alone says it. */
  readonly schedule: ScheduleValue | undefined;
  /** What messages call the schedule. */
  readonly label: "[schedule]" | "[flows.schedule]";
  /** Whether these are the users of [schedule] and [runtime]. */
  readonly isShared: boolean;
}

interface Flows {
  readonly flows: readonly Flow[];
  /** Users of [schedule] first, if any flow is theirs. */
  readonly sources: readonly GroupSource[];
}

/** Flows in the order of the file. Warns of requests that no flow sends, and of pauses that never come. */
export function resolveFlows({ fields }: ScenarioValue, requests: readonly RequestSpec[], report: Report): Flows {
  const thinkTime = resolveThinkTime(fields.think_time, report);
  const written = fields.flows?.value;
  const shared = { name: "", schedule: fields.schedule, label: "[schedule]", isShared: true } as const;
  if (written === undefined) {
    const pause = isOpen(fields.schedule) ? NO_PAUSE : thinkTime;
    const flow = flowOfSequence(fields.sequence, requests, pause, report);
    if (fields.sequence !== undefined) {
      warnOfUnsent([flow], fields.requests?.value ?? [], "no step of [sequence] sends", report);
    }
    if (pause !== thinkTime) warnOfPause(fields.think_time, ONE_ITERATION, report);
    return { flows: [flow], sources: [{ ...shared, flows: [0] }] };
  }
  reportTwins(
    written.map((flow) => flow.fields.name),
    "flow",
    report,
  );
  const flows = written.map((flow) => {
    return resolveFlow(flow, requests, isOpen(flow.fields.schedule ?? fields.schedule), thinkTime, report);
  });
  warnOfUnsent(flows, fields.requests?.value ?? [], "no flow sends", report);
  const pausing = written.filter((flow) => !flow.given.has("think_time"));
  if (pausing.every((flow) => isOpen(flow.fields.schedule ?? fields.schedule))) {
    warnOfPause(fields.think_time, pausing.length === 0 ? "every flow has its own" : ONE_ITERATION, report);
  }
  const sharing = flows.flatMap((_, index) => (written[index]!.given.has("schedule") ? [] : [index]));
  if (sharing.length === 0) warnOfSharedSchedule(fields, report);
  return { flows, sources: [...(sharing.length === 0 ? [] : [{ ...shared, flows: sharing }]), ...ownSources(written)] };
}

/** A group for each flow with a schedule of its own. */
function ownSources(flows: readonly FlowValue[]): GroupSource[] {
  return flows.flatMap(({ fields, given }, index) => {
    const { name, schedule } = fields;
    if (!given.has("schedule") || schedule === undefined) return [];
    return [{ name: name?.value ?? "", flows: [index], schedule, label: "[flows.schedule]", isShared: false }];
  });
}

function isOpen(schedule: ScheduleValue | undefined): boolean {
  return schedule?.fields.type?.value === "arrivals";
}

function flowOfSequence(
  sequence: SequenceValue | undefined,
  requests: readonly RequestSpec[],
  thinkTime: Flow["thinkTime"],
  report: Report,
): Flow {
  const steps = sequence === undefined ? null : resolveSteps(sequence.fields.steps?.value ?? [], requests, report);
  return {
    name: "",
    weight: 1,
    steps,
    requests: steps === null ? requests.map((_, index) => index) : requestsOf(steps),
    thinkTime,
    onFailure: sequence?.fields.on_failure?.value ?? DEFAULTS.on_failure.default,
  };
}

function resolveFlow(
  { fields, given }: FlowValue,
  requests: readonly RequestSpec[],
  isOpenGroup: boolean,
  thinkTime: Flow["thinkTime"],
  report: Report,
): Flow {
  const own = given.has("think_time") ? resolveThinkTime(fields.think_time, report) : thinkTime;
  if (isOpenGroup) warnOfPause(fields.think_time, ONE_ITERATION, report);
  const common = {
    name: fields.name?.value ?? "",
    weight: fields.weight?.value ?? DEFAULTS.weight.default,
    thinkTime: isOpenGroup ? NO_PAUSE : own,
    onFailure: fields.on_failure?.value ?? DEFAULTS.on_failure.default,
  };
  if (fields.choose !== undefined) {
    return { ...common, steps: null, requests: resolveChoice(fields.choose.value, requests, report) };
  }
  const steps =
    fields.steps === undefined
      ? indicesOf(fields.requests?.value ?? [], requests, report).map((request) => ({ request, repeat: 1 }))
      : resolveSteps(fields.steps.value, requests, report);
  return { ...common, steps, requests: requestsOf(steps) };
}

type StepValues = NonNullable<SequenceValue["fields"]["steps"]>["value"];

function resolveSteps(values: StepValues, requests: readonly RequestSpec[], report: Report): readonly SequenceStep[] {
  const names = requests.map((request) => request.name);
  const steps: SequenceStep[] = [];
  for (const { fields } of values) {
    const request = fields.request === undefined ? null : indexOfName(fields.request, names, "request", report);
    if (request !== null) steps.push({ request, repeat: fields.repeat?.value ?? STEP_DEFAULTS.repeat.default });
  }
  return steps;
}

function indicesOf(
  written: readonly Located<string>[],
  requests: readonly RequestSpec[],
  report: Report,
): readonly number[] {
  const names = requests.map((request) => request.name);
  return written.flatMap((name) => indexOfName(name, names, "request", report) ?? []);
}

/** Requests to choose from, each once. */
function resolveChoice(
  written: readonly Located<string>[],
  requests: readonly RequestSpec[],
  report: Report,
): readonly number[] {
  const seen = new Set<string>();
  for (const { value, at } of written) {
    if (seen.has(value)) {
      report.problem(at, `\`choose\` names "${value}" twice`, "a request's `weight` says how often it is chosen");
    }
    seen.add(value);
  }
  return indicesOf(written, requests, report);
}

function requestsOf(steps: readonly SequenceStep[]): readonly number[] {
  return [...new Set(steps.map((step) => step.request))];
}

function resolveThinkTime(thinkTime: ThinkTimeValue | undefined, report: Report): Flow["thinkTime"] {
  const fields = thinkTime?.fields;
  if (fields?.duration_ms !== undefined) {
    const pauseNs = nsFromMs(fields.duration_ms.value);
    return { minNs: pauseNs, maxNs: pauseNs };
  }
  if (fields?.min_ms === undefined || fields.max_ms === undefined) return NO_PAUSE;
  if (fields.min_ms.value > fields.max_ms.value) {
    report.problem(fields.max_ms.at, "`max_ms` is below `min_ms`", `expected at least ${fields.min_ms.value}`);
  }
  return { minNs: nsFromMs(fields.min_ms.value), maxNs: nsFromMs(fields.max_ms.value) };
}

/** Warns of requests that are in no flow. */
function warnOfUnsent(flows: readonly Flow[], values: readonly RequestValue[], words: string, report: Report): void {
  const used = new Set(flows.flatMap((flow) => flow.requests));
  for (const [index, { fields }] of values.entries()) {
    if (fields.name === undefined || used.has(index)) continue;
    report.warning(fields.name.at, `${words} the request "${fields.name.value}"`);
  }
}

function warnOfPause(thinkTime: ThinkTimeValue | undefined, why: string, report: Report): void {
  if (thinkTime === undefined) return;
  report.warning(thinkTime.key, `this pause never comes: ${why}`);
}

/** Warns of users that no flow is for. */
function warnOfSharedSchedule({ schedule, runtime }: ScenarioValue["fields"], report: Report): void {
  const why = "every flow has a schedule of its own";
  if (schedule !== undefined) report.warning(schedule.key, `[schedule] changes nothing: ${why}`);
  const vus = runtime?.fields.vus;
  if (vus !== undefined) report.warning(vus.key, `\`vus\` changes nothing: ${why}`);
}
