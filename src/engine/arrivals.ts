/**
 * The arrivals of an open group, one after the other: arrival n comes when the integral of the rate reaches its
 * position. Even positions are 0, 1, 2, ...; with Poisson arrivals as many are drawn from a stream of the group's own.
 */
import { RandomStreams } from "../base/prng.ts";
import { RateIntegral } from "../base/rate-integral.ts";
import { NEVER } from "../base/units.ts";
import type { OpenSchedule } from "../model/scenario.ts";
import { PoissonPositions } from "./poisson.ts";

/** Second half of the identity of this stream; those of users have 0 there. */
const ARRIVALS_STREAM = 2;

export class Arrivals {
  /** Arrivals so far; the next one has this number. */
  count = 0;
  /** When it comes; NEVER when there is none. */
  nextNs = NEVER;
  readonly #integral: RateIntegral;
  readonly #positions: PoissonPositions | null;
  readonly #lastNs: number;

  /**
   * @param seed unsigned 64-bit decimal. @param group the group's index.
   * @param untilNs the run's end: every arrival comes before it.
   */
  constructor(schedule: OpenSchedule, seed: string, group: number, untilNs: number) {
    const { stages, distribution } = schedule;
    this.#integral = new RateIntegral(stages, untilNs);
    const lengthNs = stages.reduce((sum, stage) => sum + stage.durationNs, 0);
    this.#lastNs = Math.min(lengthNs, untilNs) - 1;
    if (distribution === "poisson") {
      const streams = new RandomStreams(seed, 1);
      streams.assign(0, group, ARRIVALS_STREAM);
      this.#positions = new PoissonPositions(streams, 0, this.#integral.arrivals, this.#integral.end);
    } else {
      this.#positions = null;
    }
    this.#plan(0);
  }

  /** All that will ever come. */
  get total(): number {
    return this.#integral.arrivals;
  }

  /** The arrival at `nextNs` has come. */
  step(): void {
    this.count++;
    this.#plan(this.nextNs);
  }

  #plan(notBeforeNs: number): void {
    if (this.count === this.total) {
      this.nextNs = NEVER;
      return;
    }
    const position = this.#positions?.next() ?? this.count;
    // Positions rise, but two that are close may be rounded apart in the wrong order.
    this.nextNs = Math.max(notBeforeNs, Math.min(this.#integral.momentOf(position), this.#lastNs));
  }
}
