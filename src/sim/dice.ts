/**
 * Chance with an owner: one stream of seeded draws. Whoever draws from its own dice moves nobody else's luck, so that
 * a world stays the same when one of its parts learns to draw once more.
 */
import { assert } from "../base/assert.ts";
import { RandomStreams } from "../base/prng.ts";

export class Dice {
  readonly #streams: RandomStreams;

  /**
   * @param seed unsigned 64-bit integer in decimal.
   * @param owner unsigned 32-bit integer: which of the seed's independent streams.
   */
  constructor(seed: string, owner: number) {
    this.#streams = new RandomStreams(seed, 1);
    this.#streams.assign(0, owner, 0);
  }

  /** True `perMille` times out of a thousand. A chance of 0 draws nothing. */
  chance(perMille: number): boolean {
    return perMille > 0 && this.#streams.below(0, 1000) < perMille;
  }

  /** Uniform integer in [0, n). */
  below(n: number): number {
    return this.#streams.below(0, n);
  }

  /** Uniform integer in [min, max], both included. */
  between(min: number, max: number): number {
    return this.#streams.between(0, min, max);
  }

  /** One of `choices`, each as likely as the others. */
  pick<Choice>(choices: readonly Choice[]): Choice {
    assert(choices.length > 0, "a pick needs something to pick from");
    return choices[this.below(choices.length)]!;
  }
}
