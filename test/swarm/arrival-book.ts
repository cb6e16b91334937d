/** The arrivals of one shard: each comes once, in order, at its moment, and is dropped only when all places are taken. */
import { assert } from "../../src/base/assert.ts";
import { NS_PER_SECOND } from "../../src/base/units.ts";
import type { OpenSchedule, Scenario } from "../../src/model/scenario.ts";

export class ArrivalBook {
  readonly #schedule: OpenSchedule;
  readonly #expected: number;
  readonly #aliveMax: number;
  #alive = 0;
  #seen = 0;
  #lastIdentity = -1;
  #lastPlannedNs = 0;

  constructor({ groups, identities }: Scenario, schedule: OpenSchedule, shard: number, shards: number) {
    assert(groups.length === 1, "the worlds of the swarm have one group");
    this.#schedule = schedule;
    this.#expected = Math.ceil((identities - shard) / shards);
    this.#aliveMax = Math.ceil((schedule.aliveMax - shard) / shards);
  }

  came(identity: number): void {
    this.#comesNext(identity);
    this.#alive++;
    assert(this.#alive <= this.#aliveMax, "more users are alive than max_vus allows");
  }

  dropped(identity: number, plannedNs: number): void {
    this.#comesNext(identity);
    this.planned(identity, plannedNs);
    assert(this.#alive === this.#aliveMax, "an arrival was dropped although there was room");
  }

  left(): void {
    this.#alive--;
  }

  /** Its first request, or its drop, was planned for this moment. */
  planned(identity: number, plannedNs: number): void {
    assert(plannedNs >= this.#lastPlannedNs, "an arrival was planned before the one ahead of it");
    this.#lastPlannedNs = plannedNs;
    const { stages, distribution } = this.#schedule;
    const [{ fromMicroRate, toMicroRate }] = stages as [(typeof stages)[number]];
    if (stages.length > 1 || fromMicroRate !== toMicroRate || distribution === "poisson") return;
    const atNs = (identity * 1e6 * NS_PER_SECOND) / fromMicroRate;
    assert(Math.abs(plannedNs - atNs) <= 1, "an arrival was planned for another moment");
  }

  /** @param toItsEnd the run was not stopped before its time. */
  end(toItsEnd: boolean): void {
    assert(this.#alive === 0, "arrivals are left");
    if (toItsEnd && this.#seen !== this.#expected) {
      throw new Error(`arrivals: expected ${this.#expected}, actual ${this.#seen}`);
    }
  }

  #comesNext(identity: number): void {
    assert(identity > this.#lastIdentity, "an arrival came out of order");
    this.#lastIdentity = identity;
    this.#seen++;
  }
}
