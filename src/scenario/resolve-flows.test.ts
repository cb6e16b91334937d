import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClosedSchedule, UserGroup } from "../model/scenario.ts";
import { type LoadOptions, loadScenario } from "./load.ts";

/** Eleven lines. */
const BEGIN = `[runtime]
duration_seconds = 60
[target]
base_url = "http://h"
[[requests]]
name = "a"
path = "/a"
weight = 3
[[requests]]
name = "b"
path = "/b"
`;

function load(text: string, options: Partial<LoadOptions> = {}) {
  return loadScenario(text, { path: "x.toml", readFile: () => "none", ...options });
}

function loaded(text: string, options: Partial<LoadOptions> = {}) {
  const result = load(text, options);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

function problemsOf(added: string, options: Partial<LoadOptions> = {}): string[] {
  const result = load(BEGIN + added, options);
  if (!("problems" in result)) return [];
  return result.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`);
}

function warningsOf(added: string, options: Partial<LoadOptions> = {}): string[] {
  const { warnings } = loaded(BEGIN + added, options);
  return warnings.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function phasesOf({ schedule }: UserGroup): string[] {
  const { phases } = schedule as ClosedSchedule;
  return phases.map((p) => `${p.startNs / 1e9}+${p.durationNs / 1e9} ${p.fromUsers}-${p.toUsers}`);
}

const FLOW = (name: string, keys = "") => `[[flows]]\nname = "${name}"\nrequests = ["a", "b"]\n${keys}`;
const NO_PAUSE = { minNs: 0, maxNs: 0 };

describe("flows", () => {
  test("say what an iteration is in three ways", () => {
    const { scenario, warnings } = loaded(`${BEGIN}[think_time]
duration_ms = 5
[[flows]]
name = "steps"
steps = [{ request = "b", repeat = 3 }, { request = "a" }, { request = "b" }]
[[flows]]
name = "requests"
weight = 0.5
requests = ["a", "b", "a"]
on_failure = "continue"
[[flows]]
name = "choose"
choose = ["b", "a"]
on_failure = "stop"
think_time = { type = "random", min_ms = 1, max_ms = 2 }
`);
    expect(warnings).toEqual([]);
    const thinkTime = { minNs: 5e6, maxNs: 5e6 };
    expect(scenario.flows).toEqual([
      {
        name: "steps",
        weight: 1,
        steps: [
          { request: 1, repeat: 3 },
          { request: 0, repeat: 1 },
          { request: 1, repeat: 1 },
        ],
        requests: [1, 0],
        thinkTime,
        onFailure: "restart",
      },
      {
        name: "requests",
        weight: 0.5,
        steps: [0, 1, 0].map((request) => ({ request, repeat: 1 })),
        requests: [0, 1],
        thinkTime,
        onFailure: "continue",
      },
      {
        name: "choose",
        weight: 1,
        steps: null,
        requests: [1, 0],
        thinkTime: { minNs: 1e6, maxNs: 2e6 },
        onFailure: "stop",
      },
    ]);
    expect(scenario.groups).toEqual([
      expect.objectContaining({ name: "", flows: [0, 1, 2], firstIdentity: 0, identities: 1 }),
    ]);
  });

  test("with schedules of their own have users of their own, whose identities follow one another", () => {
    const { scenario, warnings } = loaded(
      BEGIN.replace("[runtime]", "[runtime]\nvus = 5") +
        FLOW("ramp", "[flows.schedule]\ntype = 'ramp'\nend_vus = 8\nramp_duration_seconds = 20\n") +
        FLOW("one", "weight = 2\n") +
        FLOW("open", "[flows.schedule]\ntype = 'arrivals'\nrate = 10\n") +
        FLOW("two"),
    );
    expect(warnings).toEqual([]);
    expect(
      scenario.groups.map(({ name, flows, firstIdentity, identities }) => ({ name, flows, firstIdentity, identities })),
    ).toEqual([
      { name: "", flows: [1, 3], firstIdentity: 0, identities: 5 },
      { name: "ramp", flows: [0], firstIdentity: 5, identities: 8 },
      { name: "open", flows: [2], firstIdentity: 13, identities: 600 },
    ]);
    expect(scenario).toMatchObject({ usersMax: 113, vus: 113, identities: 613, durationNs: 60e9 });
    // The ramp is over after 20 s; nobody goes on with it.
    expect(phasesOf(scenario.groups[1]!)).toEqual(["0+20 0-8", "20+40 0-0"]);
  });

  test("all with a length of their own end with the longest", () => {
    const flows =
      FLOW("short", "[flows.schedule]\ntype = 'steps'\nsteps = [{ vus = 3, duration_seconds = 10 }]\n") +
      FLOW("long", "[flows.schedule]\ntype = 'arrivals'\nstages = [{ rate = 2, duration_seconds = 25 }]\n");
    const ownEnd = loaded(BEGIN.replace("[runtime]\nduration_seconds = 60\n", "") + flows).scenario;
    expect(ownEnd).toMatchObject({ durationNs: 25e9, identities: 53 });
    expect(phasesOf(ownEnd.groups[0]!)).toEqual(["0+10 3-3", "10+15 0-0"]);
    const cut = loaded(BEGIN.replace("60", "5") + flows).scenario;
    expect(cut).toMatchObject({ durationNs: 5e9, identities: 13 });
    expect(phasesOf(cut.groups[0]!)).toEqual(["0+10 3-3"]);
    expect(loaded(BEGIN + flows).scenario.durationNs).toBe(25e9);
  });

  test("run so many iterations for each of their users", () => {
    const text =
      BEGIN.replace("duration_seconds = 60", "iterations = 4\nvus = 2") +
      FLOW("x") +
      FLOW("y", "schedule = { vus = 3 }\n");
    expect(loaded(text).scenario).toMatchObject({ iterations: 4, durationNs: null, usersMax: 5, identities: 5 });
  });

  test("take the command line's users for those of [schedule] alone", () => {
    const text = BEGIN + FLOW("x") + FLOW("y", "schedule = { vus = 3 }\n");
    const { scenario, warnings } = loaded(text, { overrides: { vus: 9 } });
    expect(warnings).toEqual([]);
    expect(scenario.groups.map((group) => group.identities)).toEqual([9, 3]);
  });

  test("in an open group have no pause", () => {
    const text = `[think_time]\nduration_ms = 5\n${FLOW("x", "schedule = { type = 'arrivals', rate = 1 }\n")}${FLOW("y")}`;
    const { flows } = loaded(BEGIN + text).scenario;
    expect(flows.map((flow) => flow.thinkTime)).toEqual([NO_PAUSE, { minNs: 5e6, maxNs: 5e6 }]);
    expect(warningsOf(text)).toEqual([]);
  });
});

describe("flows are refused", () => {
  test.each([
    ["without a name", '[[flows]]\nchoose = ["a"]', ["12:3 [[flows]] lacks `name` | Name of the flow, unique."]],
    [
      "with nothing to do",
      '[[flows]]\nname = "x"',
      [expect.stringMatching(/^12:3 \[\[flows\]\] lacks .*steps.* or .*requests.* or .*choose/)],
    ],
    [
      "with two things to do",
      '[[flows]]\nname = "x"\nrequests = ["a"]\nchoose = ["b"]',
      ["15:1 `requests` and `choose` exclude each other | keep one of the two"],
    ],
    [
      "with a weight and a schedule",
      `${FLOW("x")}weight = 2\nschedule = { vus = 3 }`,
      ["16:1 `weight` and `schedule` exclude each other | keep one of the two"],
    ],
    ["of one name", FLOW("x") + FLOW("x"), ['16:8 the flow name "x" is taken | first used in line 13']],
    [
      "with requests that are not there",
      '[[flows]]\nname = "x"\nrequests = ["a", "A"]\n[[flows]]\nname = "y"\nchoose = ["bb"]\n[[flows]]\nname = "z"\nsteps = [{ request = "c" }]',
      [
        '14:18 there is no request "A" | did you mean `a`?',
        '17:11 there is no request "bb" | did you mean `b`?',
        expect.stringMatching(/^20:22 there is no request "c" \| /),
      ],
    ],
    [
      "with a choice that is there twice",
      '[[flows]]\nname = "x"\nchoose = ["a", "b", "a"]',
      ['14:21 `choose` names "a" twice | a request\'s `weight` says how often it is chosen'],
    ],
    [
      "with no requests",
      '[[flows]]\nname = "x"\nrequests = []',
      [expect.stringMatching(/^14:12 `requests` must not be empty/)],
    ],
    [
      "beside a sequence",
      `[sequence]\nsteps = [{ request = "a" }]\n${FLOW("x")}`,
      ["14:3 `sequence` and `flows` exclude each other | keep one of the two"],
    ],
    [
      "with a misspelt key",
      FLOW("x", "on_fail = 'stop'"),
      ["15:1 unknown key `on_fail` in [[flows]] | did you mean `on_failure`?"],
    ],
    [
      "with another reaction",
      FLOW("x", "on_failure = 'abort'"),
      ['15:14 `on_failure` must not be "abort" | expected one of "continue", "restart", "stop"'],
    ],
    [
      "with a schedule that does not say how many users",
      FLOW("x", "[flows.schedule]\ntype = 'constant'\n") + FLOW("y", "schedule = { type = 'ramp' }"),
      [
        "15:2 [flows.schedule] does not say how many users there are | add `vus`",
        "20:12 [flows.schedule] does not say how many users there are | add `vus` or `end_vus`",
      ],
    ],
    [
      "with a schedule of arrivals that does not say how many",
      FLOW("x", "[flows.schedule]\ntype = 'arrivals'\n"),
      ["15:2 [flows.schedule] lacks `rate`, `end_rate` or `stages` | say how many users arrive per second"],
    ],
    [
      "with a schedule that never has a user",
      FLOW("x", "[flows.schedule]\ntype = 'ramp'\nend_vus = 0\n"),
      ["15:8 the schedule never has a user | expected at least one user at some moment"],
    ],
    [
      "with more users together than allowed",
      `[limits]\nmax_vus = 5\n${FLOW("x", "schedule = { vus = 3 }\n")}${FLOW("y", "schedule = { vus = 3 }\n")}`,
      ["13:11 the schedules together reach 6 users, above `max_vus` | raise it, or lower the schedule"],
    ],
    [
      "with more users together than any run may have",
      `${FLOW("x", "schedule = { vus = 99_999 }\n")}${FLOW("y", "schedule = { vus = 2 }\n")}`,
      ["19:1 the schedules together reach 100001 users | expected at most 100000"],
    ],
    [
      "with pauses the wrong way round",
      FLOW("x", "think_time = { type = 'random', min_ms = 2, max_ms = 1 }"),
      ["15:54 `max_ms` is below `min_ms` | expected at least 2"],
    ],
  ])("%s", (_name, added, problems) => {
    expect(problemsOf(`${added}\n`)).toEqual(problems);
  });

  test("with iterations when a schedule is not constant, and without an end", () => {
    const flows = FLOW("x") + FLOW("y", "schedule = { type = 'arrivals', rate = 1 }\n");
    const iterations = load(BEGIN.replace("duration_seconds", "iterations") + flows);
    expect(iterations).toMatchObject({
      problems: [{ line: 2, column: 1, message: '`iterations` needs a constant schedule, not "arrivals"' }],
    });
    const endless = load(BEGIN.replace("[runtime]\nduration_seconds = 60\n", "") + flows);
    expect(endless).toMatchObject({ problems: [{ line: 1, column: 1, message: "nothing says when the run ends" }] });
  });
});

describe("flows warn", () => {
  test.each([
    ["of requests that none sends", '[[flows]]\nname = "x"\nchoose = ["a"]', ['10:8 no flow sends the request "b"']],
    [
      "of a schedule that is nobody's",
      `[schedule]\nvus = 3\n${FLOW("x", "schedule = { vus = 3 }")}`,
      ["12:2 [schedule] changes nothing: every flow has a schedule of its own"],
    ],
    [
      "of a pause that none takes",
      `[think_time]\nduration_ms = 3\n${FLOW("x", "think_time = { duration_ms = 4 }")}`,
      ["12:2 this pause never comes: every flow has its own"],
    ],
    [
      "of a pause in an open group",
      FLOW("x", "think_time = { duration_ms = 4 }\nschedule = { type = 'arrivals', rate = 1 }"),
      ["15:1 this pause never comes: an arrival runs one iteration"],
    ],
    [
      "of users that a flow's schedule does not need",
      FLOW("x", "schedule = { type = 'ramp', vus = 3, end_vus = 4 }"),
      ["15:29 `vus` changes nothing: `end_vus` of [flows.schedule] says it"],
    ],
  ])("%s", (_name, added, warnings) => {
    expect(warningsOf(`${added}\n`)).toEqual(warnings);
  });

  test("of users that are nobody's, of the file or the command line", () => {
    const text = BEGIN.replace("[runtime]", "[runtime]\nvus = 3") + FLOW("x", "schedule = { vus = 4 }\n");
    const { warnings, scenario } = loaded(text, { overrides: { vus: 9 } });
    expect(warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      "2:1 `vus` changes nothing: every flow has a schedule of its own",
      "16:1 the number of users of the command line changes nothing: every flow has a schedule of its own",
    ]);
    expect(scenario).toMatchObject({ usersMax: 4, vus: 4 });
  });
});

test("flows and arrivals with one piece put elsewhere never throw, and what loads adds up", () => {
  const whole =
    BEGIN +
    FLOW("x", 'weight = 2\non_failure = "stop"\n') +
    FLOW("y", "schedule = { type = 'arrivals', end_rate = 9, ramp_duration_seconds = 3 }\n") +
    '[[flows]]\nname = "z"\nchoose = ["a"]\n[flows.schedule]\ntype = "steps"\nsteps = [{ vus = 3, duration_seconds = 5 }]\n' +
    "[assertions]\nabort_on_fail = true\nrps_min = { limit = 3, delay_seconds = 0 }\n";
  const place = fc.nat(whole.length);
  const bits = [
    "[[flows]]",
    "[flows.schedule]",
    "rate = 1\n",
    "vus = 2\n",
    "=",
    "]",
    "}",
    "\n",
    "0",
    "true",
    "[]",
    "{}",
    '"',
    "",
  ];
  fc.assert(
    fc.property(place, place, fc.constantFrom(...bits), (from, to, bit) => {
      const result = load(whole.slice(0, from) + bit + whole.slice(to));
      if ("problems" in result) return;
      const { groups, identities, flows } = result.scenario;
      let next = 0;
      for (const group of groups) {
        expect(group.firstIdentity).toBe(next);
        next += group.identities;
      }
      expect(next).toBe(identities);
      expect(groups.flatMap((group) => group.flows).sort()).toEqual(flows.map((_, index) => index));
    }),
    { numRuns: 2_000 },
  );
});
