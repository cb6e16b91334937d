import { describe, expect, test } from "vitest";
import type { Scenario } from "../model/scenario.ts";
import { loadScenario } from "./load.ts";

function load(run: string): Scenario {
  const text = `${run}\n[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\npath = "/"\n`;
  const result = loadScenario(text, { path: "x.toml", readFile: () => "none" });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

/** Phases as "start+duration from-to" in seconds and users. */
function phasesOf({ groups: [group] }: Scenario): string[] {
  const { schedule } = group!;
  if (schedule.type === "arrivals") throw new Error("no phases");
  return schedule.phases.map((p) => `${p.startNs / 1e9}+${p.durationNs / 1e9} ${p.fromUsers}-${p.toUsers}`);
}

const RAMP = '[schedule]\ntype = "ramp"\n';
const SPIKE = '[schedule]\ntype = "spike"\nspike_vus = 50\nspike_start_seconds = 10\nspike_duration_seconds = 5\n';
const STEPS =
  '[schedule]\ntype = "steps"\nsteps = [{ vus = 3, duration_seconds = 2 }, { vus = 8, duration_seconds = 1.5 }]\n';
const run = (seconds: number, vus?: number) =>
  `[runtime]\nduration_seconds = ${seconds}\n${vus === undefined ? "" : `vus = ${vus}\n`}`;

describe("schedules become phases", () => {
  test.each<[name: string, text: string, phases: string[], seconds: number, usersMax: number, vus: number]>([
    ["constant by default", run(60, 5), ["0+60 5-5"], 60, 5, 5],
    ["constant with its own vus", `${run(60, 5)}[schedule]\nvus = 7`, ["0+60 7-7"], 60, 7, 7],
    ["ramp with only vus", `${run(60)}${RAMP}vus = 9`, ["0+60 0-9"], 60, 9, 9],
    ["ramp with runtime.vus", run(60, 9) + RAMP, ["0+60 0-9"], 60, 9, 9],
    ["ramp less its hold", `${run(60, 9)}${RAMP}hold_duration_seconds = 20`, ["0+40 0-9", "40+20 9-9"], 60, 9, 9],
    [
      "ramp with its own length",
      `${RAMP}start_vus = 2\nend_vus = 4\nramp_duration_seconds = 10\nhold_duration_seconds = 5`,
      ["0+10 2-4", "10+5 4-4"],
      15,
      4,
      4,
    ],
    ["ramp with neither a hold nor vus", `${RAMP}ramp_duration_seconds = 10`, ["0+10 0-1"], 10, 1, 1],
    ["ramp longer than the run", `${run(5)}${RAMP}end_vus = 9\nramp_duration_seconds = 10`, ["0+10 0-9"], 5, 4, 9],
    ["ramp shorter than the run", `${run(50)}${RAMP}end_vus = 9\nramp_duration_seconds = 10`, ["0+10 0-9"], 10, 9, 9],
    ["ramp down", `${run(10)}${RAMP}start_vus = 9\nend_vus = 1`, ["0+10 9-1"], 10, 9, 1],
    ["spike", `${run(60)}${SPIKE}baseline_vus = 4`, ["0+10 4-4", "10+5 50-50", "15+45 4-4"], 60, 50, 4],
    ["spike on runtime.vus", run(60, 6) + SPIKE, ["0+10 6-6", "10+5 50-50", "15+45 6-6"], 60, 50, 6],
    ["spike on nothing", `${run(60)}${SPIKE}baseline_vus = 0`, ["0+10 0-0", "10+5 50-50", "15+45 0-0"], 60, 50, 0],
    ["spike past the end", run(12, 6) + SPIKE, ["0+10 6-6", "10+5 50-50"], 12, 50, 6],
    ["spike after the end", run(10, 6) + SPIKE, ["0+10 6-6"], 10, 6, 6],
    ["spike at once", run(9, 6) + SPIKE.replace("= 10", "= 0"), ["0+5 50-50", "5+4 6-6"], 9, 50, 6],
    ["steps", STEPS, ["0+2 3-3", "2+1.5 8-8"], 3.5, 8, 8],
    ["steps longer than the run", run(1, 4) + STEPS, ["0+2 3-3"], 1, 3, 4],
    ["steps shorter than the run", run(100) + STEPS, ["0+2 3-3", "2+1.5 8-8"], 3.5, 8, 8],
  ])("%s", (_name, text, phases, seconds, usersMax, vus) => {
    const scenario = load(text);
    expect(phasesOf(scenario)).toEqual(phases);
    expect(scenario).toMatchObject({ durationNs: seconds * 1e9, usersMax, vus, iterations: null });
  });

  test("iterations end a constant run of no planned length", () => {
    const scenario = load("[runtime]\niterations = 100\nvus = 3\n");
    expect(scenario).toMatchObject({ durationNs: null, iterations: 100, usersMax: 3 });
    expect(phasesOf(scenario)).toEqual(["0+2592000 3-3"]);
  });

  test("the highest number of users is exact for a long ramp that the run's end cuts", () => {
    const text = `[runtime]\nduration_seconds = 2591999\n${RAMP}end_vus = 100000\nramp_duration_seconds = 2592000\n`;
    expect(load(text).usersMax).toBe(99_999);
  });
});
