import { expect, test } from "vitest";
import type { ServerModel } from "../model/server-model.ts";
import { loadModel } from "./load-model.ts";
import { modelText } from "./model-text.ts";
import { renderProblems } from "./render-problem.ts";
import type { ModelOverrides } from "./resolve-model.ts";

function modelOf(text: string, overrides?: ModelOverrides): ServerModel {
  const loaded = loadModel(text, overrides);
  if ("problems" in loaded) throw new Error(renderProblems(loaded.problems, "model.toml"));
  return loaded.model;
}

function complaints(text: string, overrides?: ModelOverrides): string {
  const loaded = loadModel(text, overrides);
  return "problems" in loaded ? renderProblems(loaded.problems, "m") : "";
}

const EVERYTHING = `
[service_time]
type = "uniform"
min_ms = 0.000001
max_ms = 1.5
[server]
workers = 0
queue_max = 7
when_full = "reset"
response_bytes = 0
[network]
round_trip_ms = 0.3
[faults]
error_ratio = 1e-9
drop_ratio = 0.1
[slow_start]
duration_seconds = 2.5
factor = 3.75
[[stalls]]
start_seconds = 0.1
duration_seconds = 0.000001
every_seconds = 1
[[stalls]]
start_seconds = 3
duration_seconds = 2
`;

test("loadModel makes the default server of an empty text", () => {
  expect(modelOf("")).toEqual({
    serviceTime: { type: "long_tail", medianNs: 20e6, p99Ns: 100e6 },
    workers: 64,
    queueMax: 1024,
    whenFull: "status_503",
    responseBytes: 1024,
    roundTripNs: 500_000,
    errorRatio: 0,
    dropRatio: 0,
    slowStart: { durationNs: 0, factor: 1 },
    stalls: [],
  });
});

test("loadModel puts the command line above the file", () => {
  const model = modelOf(EVERYTHING, { serviceMs: 2, workers: 3, queueMax: 0, errorRatio: 0.5, dropRatio: 0 });
  expect(model).toMatchObject({ serviceTime: { type: "fixed", durationNs: 2e6 }, workers: 3, queueMax: 0 });
  expect(model).toMatchObject({ errorRatio: 0.5, dropRatio: 0, whenFull: "reset" });
});

test.each([
  ["the default model", ""],
  ["every key", EVERYTHING],
  ["a normal distribution", '[service_time]\ntype = "normal"\nmean_ms = 5\nstddev_ms = 0.1'],
  ["a fixed time that no binary fraction holds", "[service_time]\nduration_ms = 0.1"],
])("modelText is a fixed point for %s", (_, text) => {
  const model = modelOf(text);
  expect(modelOf(modelText(model))).toEqual(model);
  expect(modelText(modelOf(modelText(model)))).toBe(modelText(model));
});

test("modelText is the same for files that say the same in other words", () => {
  const one =
    "[service_time]\nduration_ms = 20\n[faults]\nerror_ratio = 0.1\n[slow_start]\nduration_seconds = 9\nfactor = 1";
  const other = 'faults = { error_ratio = 1e-1 }\nservice_time = { duration_ms = 2.0e1, type = "fixed" } # twenty';
  expect(modelText(modelOf(one))).toBe(modelText(modelOf(other)));
});

test("loadModel shows all mistakes at their places", () => {
  expect(complaints('[service_time]\ntype = "longtail"\n[server]\nworkres = 3\nqueue_max = -1\n')).toBe(
    'm:2:8: `type` must not be "longtail"\n  2 | type = "longtail"\n    |        ^^^^^^^^^^\n    = did you mean "long_tail"?\n\n' +
      "m:4:1: unknown key `workres` in [server]\n  4 | workres = 3\n    | ^^^^^^^\n    = did you mean `workers`?\n\n" +
      "m:5:13: `queue_max` is out of bounds\n  5 | queue_max = -1\n    |             ^^\n    = expected a whole number from 0 to 1000000\n",
  );
});

test.each([
  ["[servers]", "m:1:2: unknown key `servers` in the model"],
  ['[service_time]\ntype = "uniform"\nmin_ms = 2\nmax_ms = 1', "m:4:10: `max_ms` is below `min_ms`"],
  ['[service_time]\ntype = "long_tail"\nmedian_ms = 2\np99_ms = 1', "m:4:10: `p99_ms` is below `median_ms`"],
  ["[faults]\nerror_ratio = 0.6\ndrop_ratio = 0.6", "m:1:2: `error_ratio` and `drop_ratio` are more than 1"],
  ["[[stalls]]\nstart_seconds = 0\nduration_seconds = 2\nevery_seconds = 2", "m:4:17: the server would stand still"],
  ["[network]\nround_trip_ms = 0", "m:2:17: `round_trip_ms` is out of bounds"],
  ["[service_time", "m:1:"],
])("loadModel refuses %j", (text, message) => {
  expect(complaints(text)).toContain(message);
});

test("loadModel refuses stalls that together leave no time", () => {
  const half = "[[stalls]]\nstart_seconds = 0\nduration_seconds = 1\nevery_seconds = 2\n";
  expect(complaints(half)).toBe("");
  expect(complaints(half + half.replace("= 0", "= 1"))).toContain("m:8:17: the server would stand still for ever");
});

test("loadModel refuses numbers of the command line that are out of bounds", () => {
  expect(complaints("", { workers: 1e9 })).toContain("--workers is out of bounds");
  expect(complaints("", { serviceMs: 1e12 })).toContain("--service-ms is out of bounds");
});
