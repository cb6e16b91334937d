/** A peer's bad luck: which faults strike, and for how long. After the heal moment none does, and none goes on. */
import type { Dice } from "./dice.ts";
import { type AnswerFault, type FaultPlan, HEAL_NS, type StreamFault } from "./fault-plan.ts";

export class FaultDice {
  readonly #dice: Dice;
  readonly #faults: FaultPlan;

  constructor(dice: Dice, faults: FaultPlan) {
    this.#dice = dice;
    this.#faults = faults;
  }

  strikes(fault: AnswerFault | StreamFault, nowNs: number): boolean {
    return nowNs < this.#faults.healAtNs && this.#dice.chance(this.#faults.perMille[fault]);
  }

  /** A delay of a fault: after the heal moment nothing goes on hanging. */
  delayNs(nowNs: number, delayNs: number): number {
    return Math.min(delayNs, Math.max(0, this.#faults.healAtNs - nowNs) + HEAL_NS);
  }

  /** How long a request waits for its answer: as long as the service takes, or too long. */
  waitNs(nowNs: number): number {
    return this.strikes("answersLate", nowNs)
      ? this.delayNs(nowNs, this.#dice.between(0, this.#faults.lateNsMax))
      : this.#dice.between(0, this.#faults.serviceNsMax);
  }
}
