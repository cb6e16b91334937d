/**
 * The server's own clock, which stands still during a stall. All that the server does is reckoned in the time that it
 * has *worked*; a stall then needs no rule anywhere else, because what is under way simply takes longer.
 *
 *   moment  ──────┬────stall────┬──────►
 *   worked  ──────┴ stands still ──────►     one value of `worked` for the whole stall: its moment is the stall's end
 *
 * A clock is a cursor that moves forward, like the run itself. Stalls that overlap are one. Nothing is stored for each
 * stall, so that a stall every millisecond of a month costs no memory.
 */
import { NEVER } from "../base/units.ts";
import type { Stall } from "../model/server-model.ts";

export class StallClock {
  readonly #stalls: readonly Stall[];
  /** The cursor: a moment outside every stall, or the end of the stall that it is in. */
  #momentNs = 0;
  #workedNs = 0;

  constructor(stalls: readonly Stall[]) {
    this.#stalls = stalls;
    this.#momentNs = this.#endOfStall(0);
  }

  /** Time worked until `momentNs`, which is not before the moment asked for last. */
  workedAt(momentNs: number): number {
    if (this.#stalls.length === 0) return momentNs;
    while (this.#momentNs < momentNs) {
      const stallNs = this.#nextStart(this.#momentNs);
      if (stallNs > momentNs) {
        this.#workedNs += momentNs - this.#momentNs;
        this.#momentNs = momentNs;
      } else {
        this.#workedNs += stallNs - this.#momentNs;
        this.#momentNs = this.#endOfStall(stallNs);
      }
    }
    return this.#workedNs;
  }

  /**
   * The moment at which the server has worked `workedNs`: never within a stall, and never before the cursor, which is
   * the moment asked for last (or the end of the stall that it lies in). NEVER stays NEVER.
   */
  momentOf(workedNs: number): number {
    if (this.#stalls.length === 0 || workedNs === NEVER) return workedNs;
    if (workedNs <= this.#workedNs) return this.#momentNs;
    let momentNs = this.#momentNs;
    let leftNs = workedNs - this.#workedNs;
    for (;;) {
      const stallNs = this.#nextStart(momentNs);
      if (stallNs > momentNs + leftNs) return momentNs + leftNs;
      leftNs -= stallNs - momentNs;
      momentNs = this.#endOfStall(stallNs);
    }
  }

  /** Start of the first stall at or after `fromNs`, a moment outside every stall; NEVER for none. */
  #nextStart(fromNs: number): number {
    let earliestNs = NEVER;
    for (const { startNs, everyNs } of this.#stalls) {
      let nextNs = startNs;
      if (startNs < fromNs) {
        nextNs = everyNs === null ? NEVER : startNs + Math.ceil((fromNs - startNs) / everyNs) * everyNs;
      }
      if (nextNs < earliestNs) earliestNs = nextNs;
    }
    return earliestNs;
  }

  /** The first moment at or after `momentNs` at which no stall is under way. */
  #endOfStall(momentNs: number): number {
    let endNs = momentNs;
    for (let isMoved = true; isMoved; ) {
      isMoved = false;
      for (const stall of this.#stalls) {
        const restNs = restOf(stall, endNs);
        if (restNs > 0) {
          endNs += restNs;
          isMoved = true;
        }
      }
    }
    return endNs;
  }
}

/** How much of a stall is left at `momentNs`, ns; 0 or less when none is under way. */
function restOf({ startNs, durationNs, everyNs }: Stall, momentNs: number): number {
  if (momentNs < startNs) return 0;
  const sinceNs = momentNs - startNs;
  return durationNs - (everyNs === null ? sinceNs : sinceNs % everyNs);
}
