/**
 * The row of each data set that a user has in an iteration, the same for all its requests. It follows from user, iteration
 * and seed alone; but which rows are used up the engine counts, so one of those is what it said.
 */
import { assert } from "../base/assert.ts";
import { RandomStreams } from "../base/prng.ts";
import type { DataSet } from "../model/data.ts";
import type { Scenario } from "../model/scenario.ts";

/** Upper half of the identities of these streams; 0 to 2 are the engine's and the simulated server's. */
const ROW_STREAMS = 4;

export class DataRows {
  readonly #sets: readonly DataSet[];
  readonly #streams: RandomStreams;
  /** By set: the row for #identity and #iteration; -1 until it is asked for. */
  readonly #rows: Float64Array;
  /** By place * sets + set: the unique row of the iteration under way. */
  readonly #unique: Uint32Array;
  #place = -1;
  #identity = -1;
  #iteration = -1;

  /** @param places that users are at. */
  constructor({ data }: Pick<Scenario, "data">, seed: string, places: number) {
    this.#sets = data;
    this.#streams = new RandomStreams(seed, 1);
    this.#rows = new Float64Array(data.length).fill(-1);
    this.#unique = new Uint32Array(data.some(({ pick }) => pick === "unique") ? places * data.length : 0);
  }

  /** As Messages has it. */
  useRow(place: number, set: number, row: number): void {
    const { pick, rows } = this.#sets[set]!;
    assert(pick === "unique" && row < rows, "an iteration begins only where there is a row for it");
    this.#unique[place * this.#sets.length + set] = row;
  }

  /** From here on rows are those of this user in this iteration. */
  choose(place: number, identity: number, iteration: number): void {
    if (identity === this.#identity && iteration === this.#iteration) return;
    this.#place = place;
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
      case "unique":
        return this.#unique[this.#place * this.#sets.length + set]!;
      case "random":
        this.#streams.branch(0, this.#identity, ROW_STREAMS, this.#iteration, set);
        return this.#streams.below(0, rows);
    }
  }
}
