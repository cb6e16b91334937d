/**
 * A peer that speaks HTTP/2. It reads requests with the server role of the codec, answers each when its time has come,
 * whatever becomes of the others, and does so well or badly by its dice and the fault plan.
 *
 *   open ──► going (GOAWAY): takes no stream above the last, finishes the others ──► closing
 *     └────────────────────────────────────────────────────────────────────────────►   reads no more
 *
 * What it has decided to do later is on its agenda; whatever happens meanwhile, an act looks first whether there is
 * still somebody to do it to.
 */
import { fail } from "../../base/assert.ts";
import { NEVER } from "../../base/units.ts";
import {
  CANCEL,
  ENHANCE_YOUR_CALM,
  NO_ERROR,
  PROTOCOL_ERROR,
  REFUSED_STREAM,
  STREAM_ID_MAX,
} from "../../protocol/http2/frame.ts";
import type { Http2ServerEvents } from "../../protocol/http2/server-events.ts";
import { Http2ServerSession } from "../../protocol/http2/server-session.ts";
import type { ReceivedRequest } from "../../protocol/http2/server-stream.ts";
import { type BytePeer, type Reply, SILENCE, type WireMessage } from "../byte-peer.ts";
import type { Dice } from "../dice.ts";
import { EventQueue } from "../event-queue.ts";
import { FaultDice } from "../fault-dice.ts";
import type { FaultPlan } from "../fault-plan.ts";
import { drawAnswer } from "./answer.ts";
import type { Http2Expectation } from "./expectation.ts";
import { drawConnectionFlaw, drawForeignBytes, drawStreamFlaw, endlessBlock, type FlawedBytes } from "./flaws.ts";
import { drawStrays, secondAnswer } from "./strays.ts";

const INTERNAL_ERROR = 2;
/** Why a stream is reset, other than that it is refused. */
const RESET_ERRORS = [NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, CANCEL, ENHANCE_YOUR_CALM, 0xdead];
const GOAWAY_ERRORS = [PROTOCOL_ERROR, INTERNAL_ERROR, ENHANCE_YOUR_CALM];
const DRIPS_MAX = 8;

export class Http2Peer implements BytePeer, Http2ServerEvents {
  readonly #dice: Dice;
  readonly #faults: FaultPlan;
  readonly #luck: FaultDice;
  readonly #expectation: Http2Expectation;
  readonly #session: Http2ServerSession;
  readonly #agenda = new EventQueue<() => void>();
  /** Streams of which it is decided how they are answered. */
  readonly #decided = new Set<number>();
  #nowNs: number;
  #received = 0;
  /** The highest stream of which the client has heard something: a GOAWAY must not leave it out. */
  #heardOf = 0;
  #isGoing = false;
  #isClosing = false;
  #messages: WireMessage[] = [];
  #ending: Reply["ending"] = "none";

  constructor(dice: Dice, faults: FaultPlan, expectation: Http2Expectation, nowNs: number) {
    this.#dice = dice;
    this.#faults = faults;
    this.#luck = new FaultDice(dice, faults);
    this.#expectation = expectation;
    this.#nowNs = nowNs;
    const options = {
      maxConcurrentStreams: dice.pick([1, 1 + dice.below(10), 100, Number.POSITIVE_INFINITY]),
      initialWindowBytes: dice.pick([0, dice.below(2_000), 65_535, 65_535, 1_000_000]),
      headerTableBytes: dice.pick([0, dice.below(500), 4_096, 4_096, 65_536]),
      frameBytesMax: dice.pick([16_384, 16_384, 100_000]),
      connectionWindowBytes: dice.pick([65_535, 65_535, 1_000_000]),
    };
    this.#session = new Http2ServerSession(options, this);
  }

  get received(): number {
    return this.#received;
  }

  get wakeAtNs(): number {
    return this.#isClosing ? NEVER : this.#agenda.nextNs;
  }

  accept(nowNs: number): Reply {
    this.#nowNs = nowNs;
    if (this.#luck.strikes("sendsGarbage", nowNs)) {
      this.#session.out.clear();
      this.#breach(drawForeignBytes(this.#dice));
    }
    if (this.#luck.strikes("goesAway", nowNs)) this.#goAway();
    if (this.#luck.strikes("goesAwayInError", nowNs)) this.#goAwayInError();
    this.#closeWhenIdle();
    return this.#reply();
  }

  receive(bytes: Uint8Array, start: number, end: number, nowNs: number): Reply {
    if (this.#isClosing) return { ...SILENCE, ending: "reset" };
    this.#nowNs = nowNs;
    this.#session.feed(bytes, start, end);
    return this.#reply();
  }

  wake(nowNs: number): Reply {
    this.#nowNs = nowNs;
    for (let act = this.#agenda.take(nowNs); act !== undefined && !this.#isClosing; act = this.#agenda.take(nowNs))
      act();
    return this.#reply();
  }

  // ---- Http2ServerEvents

  began(request: ReceivedRequest): void {
    if (this.#isClosing) return;
    const { stream } = request;
    this.#disturb();
    if (this.#luck.strikes("refusesStream", this.#nowNs)) {
      this.#decided.add(stream);
      this.#soon(() => this.#reset(stream, REFUSED_STREAM));
    } else if (this.#luck.strikes("answersEarly", this.#nowNs)) {
      this.#decide(stream);
    }
  }

  content(): void {}

  completed({ stream }: ReceivedRequest): void {
    this.#received++;
    if (!this.#isClosing && !this.#decided.has(stream)) this.#decide(stream);
  }

  cancelled(): void {}

  answered({ stream, ended }: ReceivedRequest): void {
    // The client need not send the rest of the request (RFC 9113, 8.1).
    if (!ended && this.#dice.chance(500)) this.#soon(() => this.#reset(stream, NO_ERROR));
    if (this.#luck.strikes("answersTwice", this.#nowNs)) this.#soon(() => this.#emit(secondAnswer(stream)));
    this.#closeWhenIdle();
  }

  leaving(): void {}

  violated(reason: string): void {
    fail(`the client breaks HTTP/2: ${reason}`);
  }

  // ---- how a request is answered

  #decide(stream: number): void {
    this.#decided.add(stream);
    const waitNs = this.#luck.waitNs(this.#nowNs);
    if (this.#luck.strikes("neverAnswers", this.#nowNs)) {
      const act = this.#dice.chance(500) ? () => this.#close("reset") : () => this.#reset(stream, INTERNAL_ERROR);
      this.#later(this.#luck.delayNs(this.#nowNs, 4 * this.#faults.lateNsMax), act);
    } else {
      const act = this.#drawAct(stream);
      this.#later(waitNs, () => {
        if (this.#session.request(stream) !== null) act();
      });
    }
  }

  /** What is done to a stream that is still open then. */
  #drawAct(stream: number): () => void {
    const strikes = (fault: Parameters<FaultDice["strikes"]>[0]): boolean => this.#luck.strikes(fault, this.#nowNs);
    if (strikes("closesUnanswered")) return () => this.#close(this.#dice.pick(["fin", "reset"]));
    if (strikes("resetsStream")) return () => this.#reset(stream, this.#dice.pick(RESET_ERRORS));
    if (strikes("malformsAnswer")) return () => this.#malform(stream);
    if (strikes("resetsStreamMidway")) return () => this.#answerInParts(stream, true);
    if (strikes("resetsMidway")) return () => this.#breakOff(stream, "reset");
    if (strikes("truncates")) return () => this.#breakOff(stream, "fin");
    if (strikes("sendsGarbage")) return () => this.#breach(drawConnectionFlaw(this.#dice, this.#session.lastStream));
    if (strikes("conflictingLengths")) return () => this.#malform(stream);
    if (strikes("drips")) return () => this.#answerInParts(stream, false);
    return () => this.#answer(stream);
  }

  #answer(stream: number): void {
    const { interims, answer } = this.#drawAnswer(stream);
    for (const status of interims) this.#session.interim(stream, status);
    this.#session.respond(stream, answer);
  }

  /** An answer whose content comes bit by bit, and perhaps never to its end. */
  #answerInParts(stream: number, breaksOff: boolean): void {
    const { answer } = this.#drawAnswer(stream);
    const { body, status, fields, layout } = answer;
    const parts = 1 + this.#dice.below(DRIPS_MAX);
    const partBytes = Math.ceil(body.length / parts);
    const rest = breaksOff ? Math.floor(this.#dice.below(body.length + 1) / 2) : body.length;
    this.#session.respond(stream, {
      status,
      fields,
      body: new Uint8Array(0),
      isOpen: true,
      ...(layout === undefined ? {} : { layout }),
    });
    this.#drip(stream, body.subarray(0, rest), partBytes, breaksOff);
  }

  #drip(stream: number, rest: Uint8Array, partBytes: number, breaksOff: boolean): void {
    const delayNs = this.#luck.delayNs(
      this.#nowNs,
      this.#dice.between(0, Math.ceil(this.#faults.lateNsMax / DRIPS_MAX)),
    );
    this.#later(delayNs, () => {
      if (this.#session.request(stream) === null) return;
      const isLast = rest.length <= partBytes;
      if (rest.length > 0 || !breaksOff) {
        this.#session.append(stream, rest.subarray(0, partBytes), !isLast || breaksOff);
      }
      if (!isLast) this.#drip(stream, rest.subarray(partBytes), partBytes, breaksOff);
      else if (breaksOff) this.#soon(() => this.#reset(stream, this.#dice.pick(RESET_ERRORS)));
    });
  }

  /** The first part of an answer, at least one byte short, and the end of the connection. */
  #breakOff(stream: number, ending: "fin" | "reset"): void {
    this.#flush();
    this.#answer(stream);
    const { out } = this.#session;
    const whole = out.bytes.slice(0, out.length);
    out.clear();
    this.#emit(whole.subarray(0, this.#dice.below(whole.length)));
    this.#close(ending);
  }

  #malform(stream: number): void {
    const request = this.#session.request(stream);
    if (request === null) return;
    this.#heard(stream);
    this.#emitFlawed(drawStreamFlaw(this.#dice, stream, request.toHead));
  }

  #reset(stream: number, error: number): void {
    if (this.#session.request(stream) === null) return;
    this.#heard(stream);
    this.#session.reset(stream, error);
  }

  #drawAnswer(stream: number): ReturnType<typeof drawAnswer> {
    const drawn = drawAnswer(this.#dice, this.#session.request(stream)!.toHead, this.#faults);
    this.#heard(stream);
    this.#expectation.answers(stream, drawn.answer.status, drawn.gift);
    return drawn;
  }

  #heard(stream: number): void {
    this.#heardOf = Math.max(this.#heardOf, stream);
  }

  // ---- what is done to the connection

  /** A request has come: does its peer do something to the connection? */
  #disturb(): void {
    const strikes = (fault: Parameters<FaultDice["strikes"]>[0]): boolean => this.#luck.strikes(fault, this.#nowNs);
    if (strikes("goesAway")) this.#soon(() => this.#goAway());
    if (strikes("goesAwayInError")) this.#soon(() => this.#goAwayInError());
    if (strikes("breaksProtocol")) this.#soon(() => this.#breach(this.#drawBreach()));
    if (strikes("sendsUnasked")) this.#soon(() => this.#breach(drawConnectionFlaw(this.#dice, 0)));
    if (strikes("changesSettings")) this.#soon(() => this.#changeSettings());
    if (strikes("withholdsWindows")) this.#soon(() => this.#withholdWindows());
    if (strikes("pings")) this.#soon(() => this.#pingOften());
    if (strikes("strays")) this.#soon(() => this.#emit(drawStrays(this.#dice, this.#session.lastStream)));
  }

  #drawBreach(): FlawedBytes {
    const { lastStream } = this.#session;
    return this.#dice.chance(100) ? endlessBlock(lastStream) : drawConnectionFlaw(this.#dice, lastStream);
  }

  /** In peace: perhaps announced first, then with the last stream that is answered. */
  #goAway(): void {
    if (this.#isGoing) return;
    if (this.#dice.chance(300)) {
      this.#session.goaway(STREAM_ID_MAX, NO_ERROR);
      this.#soon(() => this.#goNow(NO_ERROR));
    } else {
      this.#goNow(NO_ERROR);
    }
  }

  #goAwayInError(): void {
    if (this.#isGoing) return;
    this.#goNow(this.#dice.pick(GOAWAY_ERRORS));
    const ending = this.#dice.pick(["fin", "reset"] as const);
    this.#later(this.#luck.delayNs(this.#nowNs, this.#dice.between(0, this.#faults.lateNsMax)), () =>
      this.#close(ending),
    );
  }

  #goNow(error: number): void {
    if (this.#isGoing) return;
    const { lastStream } = this.#session;
    this.#isGoing = true;
    this.#session.goaway(
      this.#dice.pick([this.#heardOf, this.#dice.between(this.#heardOf, lastStream), lastStream]),
      error,
    );
  }

  #breach(flawed: FlawedBytes): void {
    this.#emitFlawed(flawed);
    this.#close(this.#dice.pick(["fin", "reset"]));
  }

  /** Tighter settings, and wider ones before they hang anybody for good. */
  #changeSettings(): void {
    const dice = this.#dice;
    this.#session.settings({
      ...(dice.chance(600) ? { maxConcurrentStreams: dice.pick([0, 1, 1 + dice.below(5)]) } : {}),
      ...(dice.chance(600) ? { initialWindowBytes: dice.pick([0, dice.below(100), dice.below(5_000)]) } : {}),
      ...(dice.chance(400) ? { headerTableBytes: dice.pick([0, dice.below(300), 4_096]) } : {}),
    });
    this.#later(this.#luck.delayNs(this.#nowNs, dice.between(0, this.#faults.lateNsMax)), () =>
      this.#session.settings({
        maxConcurrentStreams: dice.pick([2, 100]),
        ...(dice.chance(500) ? { initialWindowBytes: dice.pick([1_000, 65_535, 200_000]) } : {}),
        ...(dice.chance(300) ? { headerTableBytes: 4_096 } : {}),
      }),
    );
  }

  #withholdWindows(): void {
    this.#session.withholdWindows(true);
    this.#later(this.#luck.delayNs(this.#nowNs, this.#dice.between(0, this.#faults.lateNsMax)), () =>
      this.#session.withholdWindows(false),
    );
  }

  #pingOften(): void {
    const count = 1 + this.#dice.below(this.#dice.pick([2, 200]));
    for (let i = 0; i < count; i++) this.#session.ping();
    if (this.#dice.chance(300)) this.#session.settings({});
  }

  /** Nobody waits: does the peer close the connection, a moment before or after the next request? */
  #closeWhenIdle(): void {
    if (this.#session.requests.length > 0 || !this.#luck.strikes("closesIdle", this.#nowNs)) return;
    const { delayNsMax } = this.#faults;
    const delayNs = this.#luck.delayNs(this.#nowNs, this.#dice.between(0, this.#dice.pick([0, 4, 20]) * delayNsMax));
    this.#later(delayNs, () => this.#close("fin"));
  }

  // ---- agenda and wire

  #soon(act: () => void): void {
    this.#later(this.#dice.between(0, this.#faults.serviceNsMax), act);
  }

  #later(delayNs: number, act: () => void): void {
    this.#agenda.push(this.#nowNs + delayNs, act);
  }

  /** Puts on the wire what the session has said so far. */
  #flush(): void {
    const { out } = this.#session;
    if (out.length === 0) return;
    const bytes = out.bytes.slice(0, out.length);
    out.clear();
    this.#messages.push({ bytes });
    this.#expectation.queue(bytes, null);
  }

  #emit(bytes: Uint8Array): void {
    this.#flush();
    this.#messages.push({ bytes });
    this.#expectation.queue(bytes, null);
  }

  #emitFlawed({ bytes, flaw }: FlawedBytes): void {
    this.#flush();
    this.#messages.push({ bytes, isWhole: true });
    this.#expectation.queue(bytes, flaw);
  }

  #close(ending: "fin" | "reset"): void {
    if (this.#isClosing) return;
    this.#flush();
    this.#isClosing = true;
    this.#ending = ending;
  }

  #reply(): Reply {
    if (this.#isGoing && this.#session.requests.length === 0) this.#close("fin");
    if (!this.#isClosing) this.#flush();
    const reply: Reply = { ...SILENCE, messages: this.#messages, ending: this.#ending };
    this.#messages = [];
    this.#ending = "none";
    return reply;
  }
}
