/**
 * The accounts of an open model: planned = started + dropped + not reached. What was planned is known before the run,
 * to the last arrival, so that none can be lost without being missed.
 */
import type { StopReason } from "../model/entry.ts";
import type { ArrivalCounts } from "../model/summary.ts";
import type { Discrepancies } from "./discrepancies.ts";

/** What was planned for all open groups of users. */
export interface ArrivalsPlan {
  readonly planned: number;
  /** Arrivals that may be alive at once. */
  readonly aliveMax: number;
  /** The identities of each open group. */
  readonly groups: readonly { readonly firstIdentity: number; readonly identities: number }[];
}

export class ArrivalsBook {
  readonly #plan: ArrivalsPlan;
  #started = 0;

  constructor(plan: ArrivalsPlan) {
    this.#plan = plan;
  }

  /** A user was spawned; it is an arrival when its group is open. */
  addSpawned(identity: number): void {
    for (const { firstIdentity, identities } of this.#plan.groups) {
      if (identity >= firstIdentity && identity < firstIdentity + identities) this.#started++;
    }
  }

  /** Closes the book of a run that stopped for `reason`; null for a ledger that was cut off. */
  close(dropped: number, reason: StopReason | null, discrepancies: Discrepancies): ArrivalCounts {
    const { planned, aliveMax } = this.#plan;
    const notReached = planned - this.#started - dropped;
    discrepancies.add("arrival_unplanned", Math.max(0, -notReached));
    // A run that was not stopped early has come to the moment of every arrival.
    if (reason === "duration" || reason === "iterations") discrepancies.add("arrival_missing", Math.max(0, notReached));
    return {
      planned,
      started: this.#started,
      dropped,
      not_reached: Math.max(0, notReached),
      max_vus: aliveMax,
    };
  }
}
