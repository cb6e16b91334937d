/** Groups of users in words: how many there are when, or how many arrive. */
import { unreachable } from "../base/assert.ts";
import type { ClosedSchedule, OpenSchedule, RateStage, Scenario, UserGroup, UserPhase } from "../model/scenario.ts";
import { columns, countWords, durationWords, numberWords } from "./words.ts";

const PHASES_SHOWN = 24;
const MICRO = 1_000_000;

/** The lines of all groups; where there are several, each begins with the flows that its users run. */
export function userLines(scenario: Scenario): string[] {
  const { groups, flows } = scenario;
  return groups.flatMap((group) => {
    const [first, ...rest] = groupLines(group, scenario);
    const names = group.flows.map((flow) => flows[flow]!.name).join(", ");
    return groups.length === 1 ? [first!, ...rest] : [`${names}: ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function groupLines(group: UserGroup, scenario: Scenario): string[] {
  const { schedule } = group;
  return schedule.type === "arrivals" ? openLines(schedule, group) : closedLines(schedule, group, scenario);
}

function closedLines({ type, phases }: ClosedSchedule, { identities }: UserGroup, { iterations }: Scenario): string[] {
  const users = countWords(identities, "user");
  if (type === "constant" && phases.length === 1) {
    const total = iterations === null ? "" : `, ${countWords(iterations, "iteration")} each`;
    return [`${users} all the time${total}`];
  }
  return [`${type}, at most ${users}`, ...phaseLines(phases.map(phaseCells))];
}

function phaseCells({ startNs, durationNs, fromUsers, toUsers }: UserPhase): string[] {
  const users = fromUsers === toUsers ? countWords(toUsers, "user") : `${fromUsers} to ${countWords(toUsers, "user")}`;
  return [`from ${durationWords(startNs)}`, `for ${durationWords(durationNs)}`, users];
}

function openLines({ stages, distribution, aliveMax }: OpenSchedule, { identities }: UserGroup): string[] {
  const bound = `at most ${countWords(aliveMax, "user")} alive at once; an arrival beyond that is dropped`;
  const spacing = spacingWords(distribution);
  const [first] = stages;
  if (stages.length === 1 && first!.fromMicroRate === first!.toMicroRate) {
    const rate = `${numberWords(first!.toMicroRate / MICRO)} arrivals per second`;
    return [`${rate}, ${spacing}: ${numberWords(identities)} in all`, bound];
  }
  const rates = `arrivals at these rates${distribution === "even" ? "" : `, ${spacing}`}: ${numberWords(identities)} in all`;
  return [rates, ...phaseLines(stageRows(stages)), bound];
}

function spacingWords(distribution: OpenSchedule["distribution"]): string {
  switch (distribution) {
    case "even":
      return "evenly spaced";
    case "poisson":
      return "at random moments (Poisson)";
    default:
      return unreachable(distribution);
  }
}

function stageRows(stages: readonly RateStage[]): string[][] {
  let startNs = 0;
  return stages.map(({ durationNs, fromMicroRate, toMicroRate }) => {
    const to = `${numberWords(toMicroRate / MICRO)} per second`;
    const rate = fromMicroRate === toMicroRate ? to : `${numberWords(fromMicroRate / MICRO)} to ${to}`;
    startNs += durationNs;
    return [`from ${durationWords(startNs - durationNs)}`, `for ${durationWords(durationNs)}`, rate];
  });
}

function phaseLines(rows: readonly (readonly string[])[]): string[] {
  const hidden = rows.length - PHASES_SHOWN;
  return [
    ...columns(rows.slice(0, PHASES_SHOWN), [0]).map((line) => `  ${line}`),
    ...(hidden > 0 ? [`  and ${countWords(hidden, "more phase")}`] : []),
  ];
}
