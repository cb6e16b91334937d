/**
 * Schedules as phases (model/scenario): a level is a phase that stays, a ramp one that moves, and a jump is the step
 * from one phase's end to the next one's beginning. Pure arithmetic on whole nanoseconds.
 */
import type { UserPhase } from "../model/scenario.ts";

export interface Level {
  readonly users: number;
  readonly durationNs: number;
}

/** Flat phases that follow one another from the run's beginning; empty ones are left out. */
export function levels(list: readonly Level[]): readonly UserPhase[] {
  return chain(list.map(({ users, durationNs }) => ({ fromUsers: users, toUsers: users, durationNs })));
}

/** A ramp, then a hold at its end. */
export function rampThenHold(fromUsers: number, toUsers: number, rampNs: number, holdNs: number): readonly UserPhase[] {
  return chain([
    { fromUsers, toUsers, durationNs: rampNs },
    { fromUsers: toUsers, toUsers, durationNs: holdNs },
  ]);
}

function chain(parts: readonly Omit<UserPhase, "startNs">[]): readonly UserPhase[] {
  const phases: UserPhase[] = [];
  let startNs = 0;
  for (const part of parts) {
    if (part.durationNs === 0) continue;
    phases.push({ startNs, ...part });
    startNs += part.durationNs;
  }
  return phases;
}

/** Moment at which the last phase ends. */
export function lengthNs(phases: readonly UserPhase[]): number {
  const last = phases.at(-1);
  return last === undefined ? 0 : last.startNs + last.durationNs;
}

/** The phases that begin before the run's end; each keeps its whole length, and so its slope. */
export function beginningBefore(phases: readonly UserPhase[], endNs: number): readonly UserPhase[] {
  return phases.filter((phase) => phase.startNs < endNs);
}

/** Highest number of users at any moment from 0 to `endNs`, both included. */
export function usersMaxUntil(phases: readonly UserPhase[], endNs: number): number {
  let usersMax = 0;
  for (const phase of phases) {
    if (phase.startNs >= endNs) continue;
    usersMax = Math.max(usersMax, phase.fromUsers, usersAt(phase, Math.min(endNs - phase.startNs, phase.durationNs)));
  }
  return usersMax;
}

/** Users of one phase `elapsedNs` after it began: the k-th of n changes comes at ceil(k * duration / n). */
function usersAt({ fromUsers, toUsers, durationNs }: UserPhase, elapsedNs: number): number {
  // The product may pass 2^53.
  const changes = Number((BigInt(Math.abs(toUsers - fromUsers)) * BigInt(elapsedNs)) / BigInt(durationNs));
  return toUsers > fromUsers ? fromUsers + changes : fromUsers - changes;
}
