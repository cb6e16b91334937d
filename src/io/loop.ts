/** What drives a shard's turns: one after something arrived, and one at each moment that the shard asks for. */
export interface Loop {
  /** Something arrived: run a turn soon. */
  poke(): void;
  /** Time that went into nothing but looking at the clock, since it was last asked, ns: the thread is not busy then. */
  watchedNs(): number;
  stop(): void;
}
