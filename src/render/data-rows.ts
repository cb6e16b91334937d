/**
 * The row of each data set that a user has in an iteration. It follows from user, iteration and seed alone, so that all
 * requests of an iteration, wherever they are rendered, see the same row.
 */
import { assert } from "../base/assert.ts";
import { RandomStreams } from "../base/prng.ts";
import type { DataSet } from "../model/data.ts";
import type { Scenario } from "../model/scenario.ts";

/** Upper half of the identities of these streams; 0 to 2 are the engine's and the simulated server's. */
const ROW_STREAMS = 4;

export class DataRows {
  readonly #sets: readonly DataSet[];
  readonly #identities: number;
  readonly #streams: RandomStreams;
  /** By set: the row for #identity and #iteration; -1 until it is asked for. */
  readonly #rows: Float64Array;
  #identity = -1;
  #iteration = -1;

  constructor({ data, identities }: Pick<Scenario, "data" | "identities">, seed: string) {
    this.#sets = data;
    this.#identities = identities;
    this.#streams = new RandomStreams(seed, 1);
    this.#rows = new Float64Array(data.length).fill(-1);
  }

  /** From here on rows are those of this user in this iteration. */
  choose(identity: number, iteration: number): void {
    if (identity === this.#identity && iteration === this.#iteration) return;
    this.#identity = identity;
    this.#iteration = iteration;
    for (let set = 0; set < this.#rows.length; set++) this.#rows[set] = -1;
  }

  row(set: number): number {
    const known = this.#rows[set]!;
    if (known >= 0) return known;
    const row = this.#find(set);
    this.#rows[set] = row;
    return row;
  }

  #find(set: number): number {
    const { pick, rows } = this.#sets[set]!;
    switch (pick) {
      case "by_user":
        return this.#identity % rows;
      case "unique": {
        const row = this.#iteration * this.#identities + this.#identity;
        assert(row < rows, "an iteration begins only where there is a row for it");
        return row;
      }
      case "random":
        this.#streams.branch(0, this.#identity, ROW_STREAMS, this.#iteration, set);
        return this.#streams.below(0, rows);
    }
  }
}
