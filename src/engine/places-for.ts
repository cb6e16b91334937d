/** Which places the users of a shard get: their own where all are known beforehand, else any that is free. */
import { Places } from "../base/places.ts";
import type { Scenario } from "../model/scenario.ts";
import { placesOf } from "./crowd.ts";

export function placesFor(scenario: Scenario, shard: number, shards: number): Places {
  const isOpen = scenario.groups.some(({ schedule }) => schedule.type === "arrivals");
  return isOpen ? Places.pooled(placesOf(scenario, shard, shards)) : Places.fixed(scenario.identities, shard, shards);
}
