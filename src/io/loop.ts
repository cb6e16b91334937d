/** What drives a shard's turns: one after something arrived, and one at each moment that the shard asks for. */
export interface Loop {
  /** Something arrived: run a turn soon. */
  poke(): void;
  stop(): void;
}
