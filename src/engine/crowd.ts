/**
 * A group of users as the engine sees it: when the next one comes or goes, and what its users may do. A closed group
 * changes by one user at a time, an open one by one arrival; both are cursors over a plan that no answer can move.
 */
import { shareOf } from "../base/share.ts";
import { NEVER } from "../base/units.ts";
import type { Scenario, UserGroup } from "../model/scenario.ts";
import { Arrivals } from "./arrivals.ts";
import { Population } from "./population.ts";
import { weightTable } from "./weights.ts";

export class Crowd {
  readonly firstIdentity: number;
  /** Indices into the scenario's flows, and the table to choose one by. */
  readonly flows: readonly number[];
  readonly flowBounds: Float64Array;
  /** Null in an open group. */
  readonly population: Population | null;
  readonly #arrivals: Arrivals | null;
  /** Of an open group: how many may be alive at once in this shard. */
  readonly aliveMax: number;
  /** Iterations after which a user has done its work; 0 for none. */
  readonly iterationsMax: number;
  /** Users alive in this shard. */
  alive = 0;

  /** @param seed unsigned 64-bit decimal. @param index of the group in the scenario. */
  constructor(scenario: Scenario, index: number, seed: string, shard: number, shards: number) {
    const group = scenario.groups[index]!;
    const { schedule } = group;
    this.firstIdentity = group.firstIdentity;
    this.flows = group.flows;
    this.flowBounds = weightTable(group.flows.map((flow) => scenario.flows[flow]!.weight));
    if (schedule.type === "arrivals") {
      this.population = null;
      this.#arrivals = new Arrivals(schedule, seed, index, scenario.durationNs ?? NEVER);
      this.aliveMax = shareOf(schedule.aliveMax, shard, shards);
      this.iterationsMax = 1;
    } else {
      this.population = new Population(schedule.phases);
      this.#arrivals = null;
      this.aliveMax = group.identities;
      this.iterationsMax = scenario.iterations ?? 0;
    }
  }

  /** When it changes next; NEVER when it will not change again. */
  get nextNs(): number {
    return this.population === null ? this.#arrivals!.nextNs : this.population.nextNs;
  }

  /** Makes the change at `nextNs`; returns the identity that it is about. */
  step(): number {
    const { population } = this;
    if (population === null) {
      const arrivals = this.#arrivals!;
      arrivals.step();
      return this.firstIdentity + arrivals.count - 1;
    }
    const before = population.count;
    population.step();
    return this.firstIdentity + Math.min(before, population.count);
  }

  /** Whether the schedule still wants this user. An arrival stays until it has done its work. */
  wants(identity: number): boolean {
    return this.population === null || identity - this.firstIdentity < this.population.count;
  }

  /** Its users are arrivals. */
  get isOpen(): boolean {
    return this.population === null;
  }

  /** An open group has its users' places full. */
  get isFull(): boolean {
    return this.population === null && this.alive >= this.aliveMax;
  }
}

/** Places that a shard needs for its users, at most. */
export function placesOf(scenario: Scenario, shard: number, shards: number): number {
  return scenario.groups.reduce((sum, group) => sum + aliveMaxOf(group, shard, shards), 0);
}

function aliveMaxOf({ schedule, firstIdentity, identities }: UserGroup, shard: number, shards: number): number {
  if (schedule.type === "arrivals") return shareOf(schedule.aliveMax, shard, shards);
  return ownBelow(firstIdentity + identities, shard, shards) - ownBelow(firstIdentity, shard, shards);
}

/** Identities below `end` that belong to a shard. */
function ownBelow(end: number, shard: number, shards: number): number {
  return Math.max(0, Math.ceil((end - shard) / shards));
}
