import { expect, test } from "vitest";
import { nameHint, nearestName } from "./nearest.ts";

test.each([
  ["vuss", "vus"],
  ["VUS", "vus"],
  ["duration-seconds", "duration_seconds"],
  ["durations_seconds", "duration_seconds"],
  ["iteratoins", "iterations"],
  ["uvs", "vus"],
  ["duration", "duration_seconds"],
  ["ite", undefined],
  ["something", undefined],
  ["", undefined],
  ["x".repeat(1_000_000), undefined],
])("nearestName finds for %j %j", (name, nearest) => {
  expect(nearestName(name.slice(0, 1_000_000), ["duration_seconds", "iterations", "vus"])).toBe(nearest);
});

test("nameHint falls back to what there is", () => {
  expect(nameHint("zzz", ["a", "b"], "the requests are")).toBe("the requests are: `a`, `b`");
  expect(nameHint("zzz", [], "the requests are")).toBe("");
  expect(
    nameHint(
      "zzz",
      Array.from({ length: 30 }, (_, i) => `name${i}`),
      "one of",
    ),
  ).toMatch(/`name19`, \.\.\.$/);
});
