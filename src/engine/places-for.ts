/**
 * Which places the users of a shard get: their own where all are known beforehand, else any that is free. Users of a
 * closed group keep theirs even then, because they come again.
 */
import { Places } from "../base/places.ts";
import type { Scenario } from "../model/scenario.ts";
import { placesOf } from "./crowd.ts";

export function placesFor(scenario: Scenario, shard: number, shards: number): Places {
  const isOpen = scenario.groups.some(({ schedule }) => schedule.type === "arrivals");
  if (!isOpen) return Places.fixed(scenario.identities, shard, shards);
  const closed = scenario.groups.filter(({ schedule }) => schedule.type !== "arrivals");
  const kept = closed.map(({ firstIdentity, identities }) => ({ from: firstIdentity, to: firstIdentity + identities }));
  return Places.pooled(placesOf(scenario, shard, shards), kept);
}
