/**
 * A peer of the byte world: one connection's server side. It reads requests with the server role of the codec and
 * decides for each how to answer, well or badly, by its dice and the fault plan.
 *
 *   reading ──► answered, reads the next          A peer that has decided to close reads no more: whatever still
 *      └──────► closing                           reaches it is answered by a reset, as a kernel does.
 */
import { assert } from "../base/assert.ts";
import { Http1RequestParser, REQUEST_COMPLETE, REQUEST_FAILED } from "../protocol/http1/request-parser.ts";
import type { Dice } from "./dice.ts";
import { type AnswerFault, type FaultPlan, HEAL_NS } from "./fault-plan.ts";
import {
  conflictingLengths,
  drawAnswer,
  garbage,
  type Message,
  secondAnswer,
  truncated,
  unaskedMessage,
} from "./peer-message.ts";

/** What a peer does because of what reached it. */
export interface Reply {
  /** The first byte leaves this long after the bytes that caused it arrived. */
  readonly afterNs: number;
  readonly messages: readonly Message[];
  /** Longest extra pause between two pieces; 0 for none. */
  readonly dripNsMax: number;
  /** What follows the messages on the wire. */
  readonly ending: "none" | "fin" | "reset";
  /** The ending comes this long after the last byte. */
  readonly endingAfterNs: number;
}

/** A message is cut into this many pieces, and one of what is left. */
export const PIECES_MAX = 48;

const SILENCE: Reply = { afterNs: 0, messages: [], dripNsMax: 0, ending: "none", endingAfterNs: 0 };

export class BytePeer {
  readonly #dice: Dice;
  readonly #faults: FaultPlan;
  readonly #parser = new Http1RequestParser();
  #closing = false;
  #received = 0;

  constructor(dice: Dice, faults: FaultPlan) {
    this.#dice = dice;
    this.#faults = faults;
    this.#parser.begin();
  }

  /** Requests that arrived whole. */
  get received(): number {
    return this.#received;
  }

  /** The connection was made: what the peer does before it is asked anything. */
  accept(nowNs: number): Reply {
    return this.#idleFault(nowNs);
  }

  /** Takes bytes [start, end) of what the client sent. */
  receive(bytes: Uint8Array, start: number, end: number, nowNs: number): Reply {
    if (this.#closing) return { ...SILENCE, ending: "reset" };
    const isFirstPiece = !this.#parser.started;
    const at = this.#parser.feed(bytes, start, end);
    assert(this.#parser.state !== REQUEST_FAILED, "the client sent what is no request");
    if (this.#parser.state !== REQUEST_COMPLETE) {
      return isFirstPiece && this.#strikes("closesUnanswered", nowNs) ? this.#close("fin", 0) : SILENCE;
    }
    assert(at === end, "the client sent bytes behind a request that was not answered");
    this.#received++;
    const toHead = this.#parser.method === "HEAD";
    this.#parser.begin();
    return this.#reply(toHead, nowNs);
  }

  #strikes(fault: AnswerFault, nowNs: number): boolean {
    return nowNs < this.#faults.healAtNs && this.#dice.chance(this.#faults.perMille[fault]);
  }

  /** A delay of a fault: after the heal moment nothing goes on hanging. */
  #faultyNs(nowNs: number, delayNs: number): number {
    return Math.min(delayNs, Math.max(0, this.#faults.healAtNs - nowNs) + HEAL_NS);
  }

  #reply(toHead: boolean, nowNs: number): Reply {
    const dice = this.#dice;
    const { lateNsMax, serviceNsMax, bodyBytesMax } = this.#faults;
    const afterNs = this.#strikes("answersLate", nowNs)
      ? this.#faultyNs(nowNs, dice.between(0, lateNsMax))
      : dice.between(0, serviceNsMax);
    if (this.#strikes("neverAnswers", nowNs)) return this.#close("reset", this.#faultyNs(nowNs, 4 * lateNsMax));
    if (this.#strikes("closesUnanswered", nowNs)) return this.#close(dice.pick(["fin", "reset"]), afterNs);
    const answer = drawAnswer(dice, toHead, bodyBytesMax);
    const badly = this.#badly(answer, toHead, nowNs);
    if (badly !== null) {
      this.#closing = true;
      return { ...SILENCE, ...badly, afterNs };
    }
    const dripNsMax = this.#strikes("drips", nowNs) ? Math.floor(this.#faultyNs(nowNs, 4 * lateNsMax) / PIECES_MAX) : 0;
    const answered = { ...SILENCE, afterNs, dripNsMax, messages: [answer] };
    if (answer.endsAtClose || !answer.keepAlive) {
      this.#closing = true;
      return { ...answered, ending: "fin", endingAfterNs: dice.between(0, serviceNsMax) };
    }
    if (this.#strikes("answersTwice", nowNs)) {
      this.#closing = true;
      const endingAfterNs = this.#faultyNs(nowNs, dice.between(0, lateNsMax));
      return { ...answered, messages: [answer, secondAnswer()], ending: "fin", endingAfterNs };
    }
    const idle = this.#idleFault(nowNs);
    if (idle === SILENCE) return answered;
    return {
      ...answered,
      messages: [answer, ...idle.messages],
      ending: idle.ending,
      endingAfterNs: idle.endingAfterNs,
    };
  }

  /** An answer that is none, or not whole. Null for a good one. */
  #badly(answer: Message, toHead: boolean, nowNs: number): Pick<Reply, "messages" | "ending"> | null {
    const dice = this.#dice;
    if (this.#strikes("resetsMidway", nowNs)) return { messages: [truncated(dice, answer)], ending: "reset" };
    if (this.#strikes("sendsGarbage", nowNs)) return { messages: [garbage(dice)], ending: "fin" };
    if (!toHead && this.#strikes("conflictingLengths", nowNs)) {
      return { messages: [conflictingLengths(dice)], ending: "fin" };
    }
    // A body that ends with its connection can be cut short without anybody noticing.
    if (!answer.endsAtClose && this.#strikes("truncates", nowNs)) {
      return { messages: [truncated(dice, answer)], ending: "fin" };
    }
    return null;
  }

  /** What a peer does to a connection that waits for a request. */
  #idleFault(nowNs: number): Reply {
    const unasked = this.#strikes("sendsUnasked", nowNs);
    if (!unasked && !this.#strikes("closesIdle", nowNs)) return SILENCE;
    this.#closing = true;
    const delayNs = this.#faultyNs(nowNs, this.#dice.between(0, this.#dice.pick([0, 4, 20]) * this.#faults.delayNsMax));
    if (!unasked) return { ...SILENCE, ending: "fin", endingAfterNs: delayNs };
    return { ...SILENCE, afterNs: delayNs, messages: [unaskedMessage()], ending: "fin" };
  }

  #close(ending: "fin" | "reset", afterNs: number): Reply {
    this.#closing = true;
    return { ...SILENCE, ending, endingAfterNs: afterNs };
  }
}
