/** What an engine is made from; with the inputs, all that its decisions depend on. */
import type { Messages } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";

export interface EnginePlan {
  readonly scenario: Scenario;
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  /** This engine owns the users u with u mod shards = shard. */
  readonly shard: number;
  readonly shards: number;
  /** What each request looks like when rendered for each target; index request * targets + target. */
  readonly rendered: RenderedTable;
  /** Renders those that are not the same each time; null when there are none. */
  readonly messages: Messages | null;
}

export interface RenderedTable {
  /** FNV-1a of the bytes. */
  readonly hash: Uint32Array;
  readonly bytes: Float64Array;
  /** 1 for requests that differ from one sending to the next; they have neither hash nor bytes. */
  readonly dynamic: Uint8Array;
}
