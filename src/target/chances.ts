/**
 * Seeded luck. Each seed that a request names has its own streams, one for each thing that is left to chance, so the
 * n-th request to a route with that seed draws the n-th number, whatever the other routes do.
 */
import { RandomStreams } from "../base/prng.ts";
import { SEEDS_MAX } from "./bounds.ts";
import { BadParameter } from "./params.ts";

/** What is left to chance, and the stream that decides it. */
export const CHANCE = { rootDrop: 0, rootError: 1, flaky: 2, drop: 3, delay: 4 } as const;
export type Chance = (typeof CHANCE)[keyof typeof CHANCE];

const STREAMS = Object.keys(CHANCE).length;
const TWO_POW_32 = 2 ** 32;

export class Chances {
  readonly #bySeed = new Map<string, RandomStreams>();

  /** The streams of `seed`, as far as earlier requests have drawn. Throws BadParameter when there are too many seeds. */
  streams(seed: string): RandomStreams {
    let streams = this.#bySeed.get(seed);
    if (streams === undefined) {
      if (this.#bySeed.size === SEEDS_MAX) throw new BadParameter(`more than ${SEEDS_MAX} different seeds`);
      streams = new RandomStreams(seed, STREAMS);
      this.#bySeed.set(seed, streams);
    }
    return streams;
  }

  /** Draws once: true with probability `ratio`, 0 to 1. */
  hits(seed: string, chance: Chance, ratio: number): boolean {
    return this.streams(seed).u32(chance) < Math.round(ratio * TWO_POW_32);
  }
}
