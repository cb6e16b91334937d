/**
 * A ServerModel as the text of a model file, the same for equal models: every key written, in one order. The ledger of
 * a simulation embeds it, and loading it gives the same model.
 */
import { NS_PER_MS, NS_PER_SECOND } from "../base/units.ts";
import type { ServerModel, ServiceTime, SlowStart, Stall } from "../model/server-model.ts";

/** The model as TOML. */
export function modelText(model: ServerModel): string {
  const tables = [
    `[service_time]\n${serviceTimeText(model.serviceTime)}`,
    [
      "[server]",
      `workers = ${model.workers}`,
      `queue_max = ${model.queueMax}`,
      `when_full = "${model.whenFull}"`,
      `response_bytes = ${model.responseBytes}`,
    ].join("\n"),
    `[network]\nround_trip_ms = ${ms(model.roundTripNs)}`,
    `[faults]\nerror_ratio = ${model.errorRatio}\ndrop_ratio = ${model.dropRatio}`,
    slowStartText(model.slowStart),
    ...model.stalls.map(stallText),
  ];
  return `${tables.join("\n\n")}\n`;
}

function serviceTimeText(serviceTime: ServiceTime): string {
  const type = `type = "${serviceTime.type}"\n`;
  switch (serviceTime.type) {
    case "fixed":
      return `${type}duration_ms = ${ms(serviceTime.durationNs)}`;
    case "uniform":
      return `${type}min_ms = ${ms(serviceTime.minNs)}\nmax_ms = ${ms(serviceTime.maxNs)}`;
    case "normal":
      return `${type}mean_ms = ${ms(serviceTime.meanNs)}\nstddev_ms = ${ms(serviceTime.stddevNs)}`;
    case "long_tail":
      return `${type}median_ms = ${ms(serviceTime.medianNs)}\np99_ms = ${ms(serviceTime.p99Ns)}`;
  }
}

function slowStartText({ durationNs, factor }: SlowStart): string {
  return `[slow_start]\nduration_seconds = ${seconds(durationNs)}\nfactor = ${factor}`;
}

function stallText({ startNs, durationNs, everyNs }: Stall): string {
  const every = everyNs === null ? "" : `\nevery_seconds = ${seconds(everyNs)}`;
  return `[[stalls]]\nstart_seconds = ${seconds(startNs)}\nduration_seconds = ${seconds(durationNs)}${every}`;
}

/** The shortest decimal fraction that comes back as the same whole number of ns; TOML takes what JavaScript prints. */
function ms(ns: number): string {
  return String(ns / NS_PER_MS);
}

function seconds(ns: number): string {
  return String(ns / NS_PER_SECOND);
}
