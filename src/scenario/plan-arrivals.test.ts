import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OpenSchedule, Scenario } from "../model/scenario.ts";
import { type LoadOptions, loadScenario } from "./load.ts";

const END = '[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\npath = "/"\n';
const ARRIVALS = '[schedule]\ntype = "arrivals"\n';
const MICRO = 1_000_000;

function load(text: string, options: Partial<LoadOptions> = {}) {
  return loadScenario(`${text}\n${END}`, { path: "x.toml", readFile: () => "none", ...options });
}

function loaded(text: string, options: Partial<LoadOptions> = {}) {
  const result = load(text, options);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

function problemsOf(text: string, options: Partial<LoadOptions> = {}): string[] {
  const result = load(text, options);
  if (!("problems" in result)) return [];
  return result.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`);
}

function warningsOf(text: string, options: Partial<LoadOptions> = {}): string[] {
  return loaded(text, options).warnings.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function openOf({ groups }: Scenario): OpenSchedule {
  const { schedule } = groups[0]!;
  if (schedule.type !== "arrivals") throw new Error(schedule.type);
  return schedule;
}

/** Stages as "seconds from-to" in arrivals per second. */
function stagesOf(scenario: Scenario): string[] {
  return openOf(scenario).stages.map(({ durationNs, fromMicroRate, toMicroRate }) => {
    return `${durationNs / 1e9} ${fromMicroRate / MICRO}-${toMicroRate / MICRO}`;
  });
}

const run = (seconds: number) => `[runtime]\nduration_seconds = ${seconds}\n`;

describe("a schedule of arrivals becomes stages", () => {
  test.each<[name: string, text: string, stages: string[], seconds: number, arrivals: number, aliveMax: number]>([
    ["a rate", `${run(10)}${ARRIVALS}rate = 300`, ["10 300-300"], 10, 3_000, 600],
    ["a rate with a fraction", `${run(10)}${ARRIVALS}rate = 0.25`, ["10 0.25-0.25"], 10, 3, 100],
    ["the smallest rate", `${run(1)}${ARRIVALS}rate = 0.000001`, ["1 0.000001-0.000001"], 1, 1, 100],
    ["the highest rate", `${run(1)}${ARRIVALS}rate = 1e6`, ["1 1000000-1000000"], 1, 1_000_000, 100_000],
    ["a ramp over the run", `${run(10)}${ARRIVALS}end_rate = 100`, ["10 0-100"], 10, 500, 200],
    ["a ramp down", `${run(10)}${ARRIVALS}start_rate = 100\nend_rate = 0`, ["10 100-0"], 10, 500, 200],
    [
      "a ramp less its hold",
      `${run(30)}${ARRIVALS}start_rate = 10\nend_rate = 20\nhold_duration_seconds = 20`,
      ["10 10-20", "20 20-20"],
      30,
      550,
      100,
    ],
    [
      "a ramp with its own length",
      `${ARRIVALS}end_rate = 100\nramp_duration_seconds = 10\nhold_duration_seconds = 5`,
      ["10 0-100", "5 100-100"],
      15,
      1_000,
      200,
    ],
    [
      "a ramp longer than the run keeps its slope",
      `${run(5)}${ARRIVALS}end_rate = 100\nramp_duration_seconds = 10`,
      ["10 0-100"],
      5,
      125,
      200,
    ],
    [
      "stages",
      `${ARRIVALS}stages = [{ rate = 5, duration_seconds = 2 }, { start_rate = 5, rate = 0, duration_seconds = 4 }]`,
      ["2 5-5", "4 5-0"],
      6,
      20,
      100,
    ],
    [
      "stages longer than the run",
      `${run(3)}${ARRIVALS}stages = [{ rate = 5, duration_seconds = 3 }, { rate = 900, duration_seconds = 4 }]`,
      ["3 5-5"],
      3,
      15,
      1_800,
    ],
    [
      "stages shorter than the run",
      `${run(60)}${ARRIVALS}stages = [{ rate = 5, duration_seconds = 3 }]`,
      ["3 5-5"],
      3,
      15,
      100,
    ],
    ["max_vus", `${run(10)}${ARRIVALS}rate = 300\nmax_vus = 7`, ["10 300-300"], 10, 3_000, 7],
    [
      "a default below that of [limits]",
      `${run(10)}[limits]\nmax_vus = 50\n${ARRIVALS}rate = 300`,
      ["10 300-300"],
      10,
      3_000,
      50,
    ],
  ])("%s", (_name, text, stages, seconds, arrivals, aliveMax) => {
    const { scenario } = loaded(text);
    expect(stagesOf(scenario)).toEqual(stages);
    expect(openOf(scenario)).toMatchObject({ distribution: "even", aliveMax });
    expect(scenario).toMatchObject({
      durationNs: seconds * 1e9,
      iterations: null,
      usersMax: aliveMax,
      vus: aliveMax,
      identities: arrivals,
      groups: [{ name: "", flows: [0], firstIdentity: 0, identities: arrivals }],
    });
  });

  test("Poisson arrivals are as many", () => {
    const { scenario } = loaded(`${run(10)}${ARRIVALS}rate = 300\ndistribution = "poisson"`);
    expect(openOf(scenario).distribution).toBe("poisson");
    expect(scenario.identities).toBe(3_000);
  });

  test("the command line's duration cuts or sets the length", () => {
    const overrides = { durationSeconds: 2 };
    expect(loaded(`${ARRIVALS}rate = 300`, { overrides }).scenario).toMatchObject({ durationNs: 2e9, identities: 600 });
    const stages = `${ARRIVALS}stages = [{ rate = 5, duration_seconds = 3 }]`;
    expect(loaded(stages, { overrides }).scenario).toMatchObject({ durationNs: 2e9, identities: 10 });
  });

  test("whatever the rate, of up to six digits: exact millionths", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (micro) => {
        const written = `${Math.floor(micro / MICRO)}.${String(micro % MICRO).padStart(6, "0")}`;
        const { scenario } = loaded(`${run(0.001)}${ARRIVALS}rate = ${written}`);
        expect(openOf(scenario).stages).toEqual([{ durationNs: 1e6, fromMicroRate: micro, toMicroRate: micro }]);
      }),
    );
  });
});

describe("a schedule of arrivals is refused", () => {
  test.each([
    ["nothing", "", ["3:2 [schedule] lacks `rate`, `end_rate` or `stages` | say how many users arrive per second"]],
    ["a start alone", "start_rate = 3", ["5:1 `start_rate` needs `end_rate` | for a rate that stays, write `rate`"]],
    ["a rate of 0", "rate = 0", ["5:8 `rate` is out of bounds | expected a number above 0 and up to 1000000"]],
    [
      "a rate too high",
      "rate = 1000001",
      ["5:8 `rate` is out of bounds | expected a number above 0 and up to 1000000"],
    ],
    ["too many digits", "rate = 0.1234567", ["5:8 `rate` has too many digits | expected at most 6 after the point"]],
    [
      "too many digits in a ramp",
      "start_rate = 0.1234567\nend_rate = 1.00000001",
      [
        "5:14 `start_rate` has too many digits | expected at most 6 after the point",
        "6:12 `end_rate` has too many digits | expected at most 6 after the point",
      ],
    ],
    [
      "too many digits in a stage",
      "stages = [{ start_rate = 1.00000001, rate = 1e-7, duration_seconds = 1 }]",
      [
        "5:26 `start_rate` has too many digits | expected at most 6 after the point",
        "5:45 `rate` has too many digits | expected at most 6 after the point",
      ],
    ],
    [
      "a ramp beside a rate",
      "rate = 1\nend_rate = 2",
      ["6:1 `rate` and `end_rate` exclude each other | keep one of the two"],
    ],
    [
      "a hold beside a rate",
      "rate = 1\nhold_duration_seconds = 2",
      ["6:1 `rate` and `hold_duration_seconds` exclude each other | keep one of the two"],
    ],
    [
      "stages beside a rate",
      "stages = [{ rate = 1, duration_seconds = 1 }]\nrate = 1",
      ["6:1 `rate` and `stages` exclude each other | keep one of the two"],
    ],
    [
      "stages beside a ramp",
      "start_rate = 3\nstages = [{ rate = 1, duration_seconds = 1 }]",
      ["6:1 `stages` and `start_rate` exclude each other | keep one of the two"],
    ],
    [
      "vus",
      "rate = 1\nvus = 3",
      ['6:1 `vus` does not belong to type = "arrivals" | it belongs to type = "constant" or "ramp" or "spike"'],
    ],
    [
      "a hold without time for the ramp",
      "end_rate = 3\nhold_duration_seconds = 10",
      ["6:25 the hold leaves no time for the ramp | expected less than the run's duration"],
    ],
    [
      "a ramp from nothing to nothing",
      "end_rate = 0",
      ["3:2 the schedule never has an arrival | expected a rate above 0 at some moment"],
    ],
    [
      "a stage without a length",
      "stages = [{ rate = 1 }]",
      ["5:11 [[schedule.stages]] lacks `duration_seconds` | Length of the stage in seconds."],
    ],
    ["no stages", "stages = []", ["5:10 [schedule.stages] must not be empty | Rates that follow one another."]],
    [
      "stages that are too long together",
      "stages = [{ rate = 1, duration_seconds = 2592000 }, { rate = 1, duration_seconds = 1 }]",
      ["5:1 the stages are too long together | expected at most 2592000 seconds"],
    ],
    [
      "another distribution",
      'rate = 1\ndistribution = "normal"',
      ['6:16 `distribution` must not be "normal" | expected one of "even", "poisson"'],
    ],
    [
      "no users at once",
      "rate = 1\nmax_vus = 0",
      ["6:11 `max_vus` is out of bounds | expected a whole number from 1 to 100000"],
    ],
  ])("with %s", (_name, keys, problems) => {
    expect(problemsOf(`${run(10)}${ARRIVALS}${keys}`)).toEqual(problems);
  });

  test("with iterations, and without an end", () => {
    expect(problemsOf(`[runtime]\niterations = 3\n${ARRIVALS}rate = 1`)).toEqual([
      '2:1 `iterations` needs a constant schedule, not "arrivals" | use `duration_seconds`',
    ]);
    for (const keys of ["rate = 1", "end_rate = 1"]) {
      expect(problemsOf(ARRIVALS + keys)).toEqual([
        "1:2 nothing says when the run ends | add `duration_seconds` to [runtime]",
      ]);
    }
  });

  test("with more arrivals than there are identities", () => {
    const most = 2 ** 32 - 2;
    expect(loaded(`${run(most / 1e4)}${ARRIVALS}rate = 1e4`).scenario.identities).toBe(most);
    expect(problemsOf(`${run((most + 1) / 1e4)}${ARRIVALS}rate = 1e4`)).toEqual([
      "3:2 the run has 4294967295 users and arrivals in all | expected at most 4294967294: lower the rate, or shorten the run",
    ]);
  });

  test("with more users at once than [limits] allows", () => {
    expect(problemsOf(`${run(1)}[limits]\nmax_vus = 5\n${ARRIVALS}rate = 1\nmax_vus = 6`)).toEqual([
      "4:11 the schedule reaches 6 users, above `max_vus` | raise it, or lower the schedule",
    ]);
  });
});

describe("a schedule of arrivals warns", () => {
  test("of vus in [runtime]", () => {
    expect(warningsOf(`${run(1)}vus = 9\n${ARRIVALS}rate = 1`)).toEqual([
      "3:1 `vus` changes nothing: users arrive at the rate of [schedule]",
    ]);
  });

  test("of the command line's number of users", () => {
    expect(warningsOf(`${run(1)}vus = 9\n${ARRIVALS}rate = 1`, { overrides: { vus: 3 } })).toEqual([
      "5:1 the number of users of the command line changes nothing: users arrive at the rate of [schedule]",
    ]);
  });

  test("of a pause that never comes", () => {
    const text = `${run(1)}[think_time]\nduration_ms = 5\n${ARRIVALS}rate = 1`;
    expect(warningsOf(text)).toEqual(["3:2 this pause never comes: an arrival runs one iteration"]);
    expect(loaded(text).scenario.flows[0]!.thinkTime).toEqual({ minNs: 0, maxNs: 0 });
  });

  test("of a ramp that the run cuts off", () => {
    expect(warningsOf(`${run(5)}${ARRIVALS}end_rate = 100\nramp_duration_seconds = 10`)).toEqual([
      "6:25 the run ends before the ramp does",
    ]);
  });
});
