/** How busy the generator's own threads were: each shard's heartbeats say what its thread used since the last one. */
export class BusyTime {
  readonly #lastNs: Float64Array;
  #busyNs = 0;
  #elapsedNs = 0;
  #max: number | null = null;

  constructor(shardCount: number) {
    this.#lastNs = new Float64Array(shardCount);
  }

  /** A heartbeat of `shard` at `timeNs`: its thread was on a processor for `busyNs` since the one before. */
  add(shard: number, timeNs: number, busyNs: number): void {
    const elapsedNs = timeNs - this.#lastNs[shard]!;
    if (elapsedNs <= 0) return;
    this.#lastNs[shard] = timeNs;
    this.#busyNs += busyNs;
    this.#elapsedNs += elapsedNs;
    this.#max = Math.max(this.#max ?? 0, busyNs / elapsedNs);
  }

  /** Share of the time, over all shards; null before the first heartbeat. */
  get mean(): number | null {
    return this.#elapsedNs === 0 ? null : this.#busyNs / this.#elapsedNs;
  }

  /** The largest share between two heartbeats; null before the first. */
  get max(): number | null {
    return this.#max;
  }
}
