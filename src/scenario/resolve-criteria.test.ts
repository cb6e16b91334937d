import { describe, expect, test } from "vitest";
import { loadScenario } from "./load.ts";

const BEGIN = `[runtime]
duration_seconds = 60
[target]
base_url = "http://h"
[[requests]]
name = "r"
path = "/"
`;

function load(added: string) {
  return loadScenario(`${BEGIN}${added}\n`, { path: "x.toml", readFile: () => "none" });
}

/** "request name bound abortAfter" of each criterion, the last in seconds, and the warnings with their places. */
function judged(added: string): { criteria: string[]; warnings: string[] } {
  const result = load(added);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return {
    criteria: result.scenario.criteria.map(({ request, name, bound, abortAfterNs }) => {
      return `${request ?? "all"} ${name} ${bound} ${abortAfterNs === null ? "never" : abortAfterNs / 1e9}`;
    }),
    warnings: result.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

describe("assertions that stop the run", () => {
  test.each<[name: string, text: string, criteria: string[]]>([
    [
      "none by default",
      "[assertions]\nrps_min = 5\np99_latency_ms = { limit = 1.5 }",
      ["all rps_min 5 never", "all p99_latency_ms 1.5 never"],
    ],
    [
      "one",
      "[assertions]\nrps_min = { limit = 5, abort_on_fail = true }\nmax_latency_ms = 9",
      ["all rps_min 5 10", "all max_latency_ms 9 never"],
    ],
    [
      "one after a delay of its own",
      "[assertions]\nrps_min = { limit = 5, abort_on_fail = true, delay_seconds = 0.5 }",
      ["all rps_min 5 0.5"],
    ],
    [
      "one at once",
      "[assertions]\nrps_min = { limit = 5, abort_on_fail = true, delay_seconds = 0 }",
      ["all rps_min 5 0"],
    ],
    [
      "all of a table but one",
      "[assertions]\nabort_on_fail = true\nabort_delay_seconds = 20\nrps_min = 5\nmax_latency_ms = { limit = 9, abort_on_fail = false }\nmean_latency_ms = { limit = 3, delay_seconds = 4 }",
      ["all rps_min 5 20", "all max_latency_ms 9 never", "all mean_latency_ms 3 4"],
    ],
    [
      "those of requests as well",
      "[assertions]\nabort_on_fail = true\n[assertions.requests.r]\nrps_min = 5",
      ["0 rps_min 5 10"],
    ],
    [
      "those of a request that says so itself",
      "[assertions]\nrps_min = 5\nabort_delay_seconds = 7\n[assertions.requests.r]\nabort_on_fail = true\nrps_min = 6",
      ["all rps_min 5 never", "0 rps_min 6 7"],
    ],
    [
      "not those of a request that says it does not",
      "[assertions]\nrps_min = 5\nabort_on_fail = true\n[assertions.requests.r]\nabort_on_fail = false\nrps_min = 6",
      ["all rps_min 5 10", "0 rps_min 6 never"],
    ],
  ])("%s", (_name, text, criteria) => {
    expect(judged(text)).toEqual({ criteria, warnings: [] });
  });

  test.each([
    [
      "a delay of a value",
      "[assertions]\nrps_min = { limit = 5, delay_seconds = 3 }",
      ["9:24 `delay_seconds` changes nothing"],
    ],
    [
      "a delay of a table",
      "[assertions]\nabort_delay_seconds = 3\nrps_min = 5\n[assertions.requests.r]\nabort_delay_seconds = 3\nrps_min = 6",
      ["9:1 `abort_delay_seconds` changes nothing", "12:1 `abort_delay_seconds` changes nothing"],
    ],
    [
      "a delay as long as the run",
      "[assertions]\nrps_min = { limit = 5, abort_on_fail = true, delay_seconds = 60 }",
      ["9:46 the run ends before this may stop it"],
    ],
    [
      "a delay of a table as long as the run, once",
      "[assertions]\nabort_on_fail = true\nabort_delay_seconds = 60\nrps_min = 5\nmax_latency_ms = 5",
      ["10:1 the run ends before this may stop it"],
    ],
  ])("warn of %s that changes nothing", (_name, text, warnings) => {
    expect(judged(text).warnings).toEqual(warnings);
  });

  test("warn where the run is shorter than the delay that is not written", () => {
    const result = loadScenario(
      `${BEGIN.replace("60", "10")}[assertions]\nrps_min = { limit = 5, abort_on_fail = true }\n`,
      { path: "x.toml", readFile: () => "none" },
    );
    expect(result).toMatchObject({ warnings: [{ line: 9, column: 24 }] });
  });

  test.each([
    [
      "rps_min = { abort_on_fail = true }",
      ["9:11 [assertions.rps_min] lacks `limit` | Smallest allowed rate of completed requests per second."],
    ],
    ["rps_min = { limit = -1 }", ["9:21 `limit` is out of bounds | expected a number from 0 to 1000000000"]],
    [
      "rps_min = { limit = 1, abort = true }",
      ["9:24 unknown key `abort` in [assertions.rps_min] | did you mean `abort_on_fail`?"],
    ],
    [
      "rps_min = { limit = 1, abort_on_fail = 1 }",
      ["9:40 `abort_on_fail` must not be a whole number | expected true or false"],
    ],
    [
      "rps_min = true",
      [expect.stringMatching(/^9:11 `rps_min` must not be .* \| expected a number from 0 to 1000000000, or a table/)],
    ],
    ["abort_delay_seconds = -1", ["9:23 `abort_delay_seconds` is out of bounds | expected a number from 0 to 2592000"]],
  ])("refuse %s", (line, problems) => {
    const result = load(`[assertions]\n${line}`);
    const found = "problems" in result ? result.problems : [];
    expect(found.map(({ line: at, column, message, hint }) => `${at}:${column} ${message} | ${hint}`)).toEqual(
      problems,
    );
  });
});
