/**
 * A peer that speaks HTTP/1.1. It reads requests with the server role of the codec and decides for each how to answer,
 * well or badly, by its dice and the fault plan.
 *
 *   reading ──► answered, reads the next          A peer that has decided to close reads no more: whatever still
 *      └──────► closing                           reaches it is answered by a reset, as a kernel does.
 */
import { assert } from "../../base/assert.ts";
import { NEVER } from "../../base/units.ts";
import { Http1RequestParser, REQUEST_COMPLETE, REQUEST_FAILED } from "../../protocol/http1/request-parser.ts";
import { type BytePeer, PIECES_MAX, type Reply, SILENCE } from "../byte-peer.ts";
import type { Dice } from "../dice.ts";
import { FaultDice } from "../fault-dice.ts";
import type { FaultPlan } from "../fault-plan.ts";
import type { Http1Expectation } from "./expectation.ts";
import {
  conflictingLengths,
  drawAnswer,
  garbage,
  type Message,
  secondAnswer,
  truncated,
  unaskedMessage,
} from "./message.ts";

/** A reply whose messages are known for what they are. */
interface Said extends Reply {
  readonly messages: readonly Message[];
}

const NOTHING: Said = { ...SILENCE, messages: [] };

export class Http1Peer implements BytePeer {
  readonly wakeAtNs = NEVER;
  readonly #dice: Dice;
  readonly #faults: FaultPlan;
  readonly #luck: FaultDice;
  readonly #expectation: Http1Expectation;
  readonly #parser = new Http1RequestParser();
  #closing = false;
  #received = 0;

  constructor(dice: Dice, faults: FaultPlan, expectation: Http1Expectation) {
    this.#dice = dice;
    this.#faults = faults;
    this.#luck = new FaultDice(dice, faults);
    this.#expectation = expectation;
    this.#parser.begin();
  }

  get received(): number {
    return this.#received;
  }

  accept(nowNs: number): Reply {
    return this.#say(this.#idleFault(nowNs));
  }

  receive(bytes: Uint8Array, start: number, end: number, nowNs: number): Reply {
    return this.#say(this.#take(bytes, start, end, nowNs));
  }

  wake(): Reply {
    return SILENCE;
  }

  /** What goes on the wire is what a client is expected to understand. */
  #say(said: Said): Reply {
    for (const message of said.messages) this.#expectation.queue(message);
    return said;
  }

  #take(bytes: Uint8Array, start: number, end: number, nowNs: number): Said {
    if (this.#closing) return { ...NOTHING, ending: "reset" };
    const isFirstPiece = !this.#parser.started;
    const at = this.#parser.feed(bytes, start, end);
    assert(this.#parser.state !== REQUEST_FAILED, "the client sent what is no request");
    if (this.#parser.state !== REQUEST_COMPLETE) {
      return isFirstPiece && this.#luck.strikes("closesUnanswered", nowNs) ? this.#close("fin", 0) : NOTHING;
    }
    assert(at === end, "the client sent bytes behind a request that was not answered");
    this.#received++;
    const toHead = this.#parser.method === "HEAD";
    this.#parser.begin();
    return this.#reply(toHead, nowNs);
  }

  #reply(toHead: boolean, nowNs: number): Said {
    const dice = this.#dice;
    const { lateNsMax, serviceNsMax } = this.#faults;
    const afterNs = this.#luck.waitNs(nowNs);
    if (this.#luck.strikes("neverAnswers", nowNs))
      return this.#close("reset", this.#luck.delayNs(nowNs, 4 * lateNsMax));
    if (this.#luck.strikes("closesUnanswered", nowNs)) return this.#close(dice.pick(["fin", "reset"]), afterNs);
    const answer = drawAnswer(dice, toHead, this.#faults);
    const badly = this.#badly(answer, toHead, nowNs);
    if (badly !== null) {
      this.#closing = true;
      return { ...NOTHING, ...badly, afterNs };
    }
    const dripNsMax = this.#luck.strikes("drips", nowNs)
      ? Math.floor(this.#luck.delayNs(nowNs, 4 * lateNsMax) / PIECES_MAX)
      : 0;
    const answered = { ...NOTHING, afterNs, dripNsMax, messages: [answer] };
    if (answer.endsAtClose || !answer.keepAlive) {
      this.#closing = true;
      return { ...answered, ending: "fin", endingAfterNs: dice.between(0, serviceNsMax) };
    }
    if (this.#luck.strikes("answersTwice", nowNs)) {
      this.#closing = true;
      const endingAfterNs = this.#luck.delayNs(nowNs, dice.between(0, lateNsMax));
      return { ...answered, messages: [answer, secondAnswer()], ending: "fin", endingAfterNs };
    }
    const idle = this.#idleFault(nowNs);
    if (idle === NOTHING) return answered;
    return {
      ...answered,
      messages: [answer, ...idle.messages],
      ending: idle.ending,
      endingAfterNs: idle.endingAfterNs,
    };
  }

  /** An answer that is none, or not whole. Null for a good one. */
  #badly(answer: Message, toHead: boolean, nowNs: number): Pick<Said, "messages" | "ending"> | null {
    const dice = this.#dice;
    if (this.#luck.strikes("resetsMidway", nowNs)) return { messages: [truncated(dice, answer)], ending: "reset" };
    if (this.#luck.strikes("sendsGarbage", nowNs)) return { messages: [garbage(dice)], ending: "fin" };
    if (!toHead && this.#luck.strikes("conflictingLengths", nowNs)) {
      return { messages: [conflictingLengths(dice)], ending: "fin" };
    }
    // A body that ends with its connection can be cut short without anybody noticing.
    if (!answer.endsAtClose && this.#luck.strikes("truncates", nowNs)) {
      return { messages: [truncated(dice, answer)], ending: "fin" };
    }
    return null;
  }

  /** What a peer does to a connection that waits for a request. */
  #idleFault(nowNs: number): Said {
    const unasked = this.#luck.strikes("sendsUnasked", nowNs);
    if (!unasked && !this.#luck.strikes("closesIdle", nowNs)) return NOTHING;
    this.#closing = true;
    const delayNs = this.#luck.delayNs(
      nowNs,
      this.#dice.between(0, this.#dice.pick([0, 4, 20]) * this.#faults.delayNsMax),
    );
    if (!unasked) return { ...NOTHING, ending: "fin", endingAfterNs: delayNs };
    return { ...NOTHING, afterNs: delayNs, messages: [unaskedMessage()], ending: "fin" };
  }

  #close(ending: "fin" | "reset", afterNs: number): Said {
    this.#closing = true;
    return { ...NOTHING, ending, endingAfterNs: afterNs };
  }
}
