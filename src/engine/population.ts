/**
 * How many virtual users are alive, as a pure function of time: a list of moments at which the count changes by one.
 *
 * Phases (model/scenario) are linear. Within a phase of D ns from n to m users, the k-th of its |m - n| changes happens
 * at start + ceil(k * D / |m - n|), so the last one happens exactly at the phase's end; a jump between two phases
 * happens at the later one's start. The cursor hands the changes out one at a time, in order, each with its moment:
 * the moment is the plan, however late the turn comes that acts on it.
 */
import { assert } from "../base/assert.ts";
import { NEVER } from "../base/units.ts";
import type { UserPhase } from "../model/scenario.ts";

export class Population {
  /** Users alive after the changes stepped over so far: identities 0 .. count - 1. */
  count = 0;
  /** Moment of the next change, NEVER when the count will not change again. */
  nextNs = NEVER;
  readonly #phases: readonly UserPhase[];
  #phase = 0;
  /** Changes made within the current phase's slope; -1 while the jump onto its `fromUsers` is not finished. */
  #slopeStep = -1;

  constructor(phases: readonly UserPhase[]) {
    this.#phases = phases;
    this.#findNext();
  }

  /** Makes the change at `nextNs`. */
  step(): void {
    assert(this.nextNs !== NEVER, "the population has no further change");
    const phase = this.#phases[this.#phase]!;
    if (this.#slopeStep < 0) {
      this.count += this.count < phase.fromUsers ? 1 : -1;
    } else {
      this.#slopeStep++;
      this.count += phase.toUsers > phase.fromUsers ? 1 : -1;
    }
    this.#findNext();
  }

  #findNext(): void {
    for (; this.#phase < this.#phases.length; this.#phase++, this.#slopeStep = -1) {
      const phase = this.#phases[this.#phase]!;
      if (this.#slopeStep < 0) {
        if (this.count !== phase.fromUsers) {
          this.nextNs = phase.startNs;
          return;
        }
        this.#slopeStep = 0;
      }
      const changes = Math.abs(phase.toUsers - phase.fromUsers);
      if (this.#slopeStep < changes) {
        this.nextNs = phase.startNs + ceilOfProductOver(this.#slopeStep + 1, phase.durationNs, changes);
        return;
      }
    }
    this.nextNs = NEVER;
  }
}

/** ceil(k * duration / changes), exact although the product may pass 2^53: quotient and remainder apart. */
function ceilOfProductOver(k: number, durationNs: number, changes: number): number {
  const remainder = durationNs % changes;
  const quotient = (durationNs - remainder) / changes;
  return k * quotient + Math.ceil((k * remainder) / changes);
}
