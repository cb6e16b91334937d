/** What a checked model file means: defaults filled in, units made base units, and the rules between its keys. */
import { nsFromMs, nsFromSeconds } from "../base/units.ts";
import type { ServerModel, ServiceTime, SlowStart, Stall } from "../model/server-model.ts";
import { MODEL_SHAPE, type ModelValue, type ServiceTimeValue, type StallValue } from "./model-shape.ts";
import { FILE_START, type Report } from "./problem.ts";
import type { NumberShape } from "./shape.ts";

/** Values of the command line, in place of the file's own; their bounds are those of the file's keys. */
export interface ModelOverrides {
  /** Replaces [service_time]: fixed, this long. */
  readonly serviceMs?: number;
  readonly workers?: number;
  readonly queueMax?: number;
  readonly errorRatio?: number;
  readonly dropRatio?: number;
}

const { server: SERVER, network: NETWORK, faults: FAULTS, service_time: SERVICE_TIME } = MODEL_SHAPE.keys;
const DEFAULT_SERVICE_TIME: ServiceTime = { type: "long_tail", medianNs: nsFromMs(20), p99Ns: nsFromMs(100) };
const OVERRIDDEN: Readonly<Record<keyof ModelOverrides, NumberShape>> = {
  serviceMs: SERVICE_TIME.keys.duration_ms,
  workers: SERVER.keys.workers,
  queueMax: SERVER.keys.queue_max,
  errorRatio: FAULTS.keys.error_ratio,
  dropRatio: FAULTS.keys.drop_ratio,
};
const NO_SLOW_START: SlowStart = { durationNs: 0, factor: 1 };

/** The model; of no use when the report holds problems. */
export function resolveModel({ fields }: ModelValue, overrides: ModelOverrides, report: Report): ServerModel {
  checkOverrides(overrides, report);
  const server = fields.server?.fields;
  const errorRatio =
    overrides.errorRatio ?? fields.faults?.fields.error_ratio?.value ?? FAULTS.keys.error_ratio.default;
  const dropRatio = overrides.dropRatio ?? fields.faults?.fields.drop_ratio?.value ?? FAULTS.keys.drop_ratio.default;
  if (errorRatio + dropRatio > 1) {
    const hint = "a request that is dropped has no status: lower one of the two";
    report.problem(fields.faults?.key ?? FILE_START, "`error_ratio` and `drop_ratio` are more than 1 together", hint);
  }
  return {
    serviceTime: resolveServiceTime(fields.service_time, overrides, report),
    workers: overrides.workers ?? server?.workers?.value ?? SERVER.keys.workers.default,
    queueMax: overrides.queueMax ?? server?.queue_max?.value ?? SERVER.keys.queue_max.default,
    whenFull: server?.when_full?.value ?? SERVER.keys.when_full.default,
    responseBytes: server?.response_bytes?.value ?? SERVER.keys.response_bytes.default,
    roundTripNs: nsFromMs(fields.network?.fields.round_trip_ms?.value ?? NETWORK.keys.round_trip_ms.default),
    errorRatio,
    dropRatio,
    slowStart: resolveSlowStart(fields.slow_start),
    stalls: resolveStalls(fields.stalls?.value ?? [], report),
  };
}

function resolveServiceTime(
  table: ServiceTimeValue | undefined,
  { serviceMs }: ModelOverrides,
  report: Report,
): ServiceTime {
  const written = table === undefined ? DEFAULT_SERVICE_TIME : serviceTimeOf(table, report);
  return serviceMs === undefined ? written : { type: "fixed", durationNs: nsFromMs(serviceMs) };
}

/** A value that was refused, and so is absent, counts as 0: there is a problem already. */
function serviceTimeOf({ fields }: ServiceTimeValue, report: Report): ServiceTime {
  const { min_ms: min, max_ms: max, median_ms: median, p99_ms: p99 } = fields;
  switch (fields.type?.value ?? SERVICE_TIME.variant.default) {
    case "fixed":
      return { type: "fixed", durationNs: nsFromMs(fields.duration_ms?.value ?? 0) };
    case "uniform":
      if (min !== undefined && max !== undefined && min.value > max.value) {
        report.problem(max.at, "`max_ms` is below `min_ms`", `expected at least ${min.value}`);
      }
      return { type: "uniform", minNs: nsFromMs(min?.value ?? 0), maxNs: nsFromMs(max?.value ?? 0) };
    case "normal":
      return {
        type: "normal",
        meanNs: nsFromMs(fields.mean_ms?.value ?? 0),
        stddevNs: nsFromMs(fields.stddev_ms?.value ?? 0),
      };
    case "long_tail":
      if (median !== undefined && p99 !== undefined && median.value > p99.value) {
        report.problem(p99.at, "`p99_ms` is below `median_ms`", `expected at least ${median.value}`);
      }
      return { type: "long_tail", medianNs: nsFromMs(median?.value ?? 0), p99Ns: nsFromMs(p99?.value ?? 0) };
  }
}

function resolveSlowStart(table: ModelValue["fields"]["slow_start"]): SlowStart {
  const durationNs = nsFromSeconds(table?.fields.duration_seconds?.value ?? 0);
  const factor = table?.fields.factor?.value ?? 1;
  // One way to say that there is none, so that equal models have equal texts.
  return durationNs === 0 || factor === 1 ? NO_SLOW_START : { durationNs, factor };
}

function resolveStalls(stalls: readonly StallValue[], report: Report): Stall[] {
  let share = 0;
  return stalls.map(({ fields }) => {
    const { start_seconds: start, duration_seconds: duration, every_seconds: every } = fields;
    if (every !== undefined && duration !== undefined) {
      share += duration.value / every.value;
      if (share >= 1) {
        const hint = "stalls that come again must leave some time between them";
        report.problem(every.at, "the server would stand still for ever", hint);
      }
    }
    return {
      startNs: nsFromSeconds(start?.value ?? 0),
      durationNs: nsFromSeconds(duration?.value ?? 0),
      everyNs: every === undefined ? null : nsFromSeconds(every.value),
    };
  });
}

function checkOverrides(overrides: ModelOverrides, report: Report): void {
  for (const [name, shape] of Object.entries(OVERRIDDEN)) {
    const value = overrides[name as keyof ModelOverrides];
    if (value === undefined || (value >= shape.min && value <= shape.max)) continue;
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    report.problem(FILE_START, `--${option} is out of bounds`, `expected ${shape.min} to ${shape.max}`);
  }
}
