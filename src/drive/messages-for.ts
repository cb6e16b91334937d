/** The messages of one shard: what its requests say that are not the same each time. */
import { placesFor } from "../engine/places-for.ts";
import { UserMessages } from "../render/user-messages.ts";
import type { RunPlan } from "./run-plan.ts";

export interface MessagesShare {
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  readonly shard: number;
  readonly shards: number;
  /** Whether what is rendered will be sent; a replay and a simulation keep no bytes. */
  readonly sends: boolean;
}

/** Null for a scenario whose requests are all fixed, and which captures nothing. */
export function messagesFor(plan: Pick<RunPlan, "scenario" | "rendered">, share: MessagesShare): UserMessages | null {
  const { scenario, rendered } = plan;
  if (!rendered.dynamic.includes(1) && scenario.captures.length === 0) return null;
  const { seed, shard, shards, sends } = share;
  return new UserMessages({ scenario, seed, places: placesFor(scenario, shard, shards).capacity, sends });
}
