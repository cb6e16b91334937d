/**
 * A network in virtual time, byte by byte, behind the port that the client knows. Every byte goes through the real
 * codecs of both roles; what stands between them splits, merges, delays and breaks as the fault plan says. All of it
 * follows from one seed: events are ordered by (due moment, order of arrival), and each connection has dice of its own.
 *
 *   client ── open, send, close ──► pieces with delays ──► peer
 *   client ◄── opened, received, ended, failed ── outbox ◄── replies
 *
 * It is a judge as well: beside the bytes it keeps what a correct client must make of them (expectation.ts), and it
 * asserts what a client may never do, such as sending on a connection that still owes an answer.
 */
import { assert } from "../base/assert.ts";
import { RECEIVE_BUFFER_BYTES } from "../base/limits.ts";
import { NS_PER_US } from "../base/units.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import { BytePeer, PIECES_MAX, type Reply } from "./byte-peer.ts";
import { Dice } from "./dice.ts";
import { EventQueue } from "./event-queue.ts";
import { Expectation, type ExpectedAnswer } from "./expectation.ts";
import { type FaultPlan, HEAL_NS, type OpeningFault } from "./fault-plan.ts";
import { Outbox } from "./outbox.ts";

export interface ByteNetworkPlan {
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  readonly faults: FaultPlan;
  /** By target: whether it has a name that must be resolved first. */
  readonly named: readonly boolean[];
}

/** The connections to one target, by what they are doing. */
export interface LinkCounts {
  opening: number;
  /** Open, and nothing was ever sent on it. */
  unused: number;
  awaiting: number;
  idle: number;
}

/** What the network saw, summed over the run. */
export interface ByteNetworkTotals {
  opened: number;
  failedToOpen: number;
  requestsSent: number;
  /** Requests that reached their peer whole; a cancelled one may, too. */
  requestsReceived: number;
  /** Answers that the client was given to their last byte while it waited for them. */
  answersDelivered: number;
  bytesSent: number;
  /** Bytes that the client was given. */
  bytesDelivered: number;
}

const ECONNREFUSED = 111;
const ECONNRESET = 104;
/** Overwrites what a callback was given, so that whoever kept it is found out. */
const STALE = 0xa5;

type LinkState = "opening" | "open" | "closed";

interface Link {
  readonly connection: number;
  readonly target: number;
  readonly dice: Dice;
  readonly peer: BytePeer;
  readonly expectation: Expectation;
  readonly outbox: Outbox;
  state: LinkState;
  openedAtNs: number;
  used: boolean;
  lastToPeerNs: number;
}

type Happening =
  | { readonly kind: "opening"; readonly link: Link; readonly outcome: OpeningFault | "opens" }
  | { readonly kind: "to_peer"; readonly link: Link; readonly bytes: Uint8Array }
  | { readonly kind: "to_client"; readonly link: Link };

export class ByteNetwork implements IoPort {
  readonly totals: ByteNetworkTotals = {
    opened: 0,
    failedToOpen: 0,
    requestsSent: 0,
    requestsReceived: 0,
    answersDelivered: 0,
    bytesSent: 0,
    bytesDelivered: 0,
  };
  readonly #plan: ByteNetworkPlan;
  readonly #events: IoEvents;
  readonly #queue = new EventQueue<Happening>();
  readonly #links: (Link | undefined)[] = [];
  readonly #resolved: boolean[];
  readonly #buffer = new Uint8Array(RECEIVE_BUFFER_BYTES);
  #answers: ExpectedAnswer[] = [];
  #nowNs = 0;
  #linkCount = 0;
  #inCallback = false;

  constructor(plan: ByteNetworkPlan, events: IoEvents) {
    this.#plan = plan;
    this.#events = events;
    this.#resolved = plan.named.map((named) => !named);
  }

  /** Moment of the next event, ns; NEVER when nothing is under way. */
  get nextNs(): number {
    return this.#queue.nextNs;
  }

  /** Lets everything happen that is due by `nowNs`. Called between turns; the calls that follow are made at `nowNs`. */
  advance(nowNs: number): void {
    for (;;) {
      const dueNs = this.#queue.nextNs;
      const happening = this.#queue.take(nowNs);
      if (happening === undefined) break;
      this.#nowNs = dueNs;
      this.#happen(happening);
    }
    this.#nowNs = nowNs;
  }

  /** The answers that the client was given whole since the last call, in order. */
  takeAnswers(): readonly ExpectedAnswer[] {
    const answers = this.#answers;
    this.#answers = [];
    return answers;
  }

  /** What the connections to `target` that the client holds are doing. */
  count(target: number): LinkCounts {
    const counts: LinkCounts = { opening: 0, unused: 0, awaiting: 0, idle: 0 };
    for (const link of this.#links) {
      if (link === undefined || link.target !== target) continue;
      if (link.state === "opening") counts.opening++;
      else if (!link.used) counts.unused++;
      else if (link.expectation.awaiting) counts.awaiting++;
      else counts.idle++;
    }
    return counts;
  }

  // ---- IoPort

  open(connection: number, target: number): void {
    assert(!this.#inCallback, "a connection is opened within a turn");
    assert(this.#links[connection] === undefined, "a connection number in use was opened again");
    const dice = new Dice(this.#plan.seed, this.#linkCount++);
    const link: Link = {
      connection,
      target,
      dice,
      peer: new BytePeer(dice, this.#plan.faults),
      expectation: new Expectation(),
      outbox: new Outbox(),
      state: "opening",
      openedAtNs: this.#nowNs,
      used: false,
      lastToPeerNs: 0,
    };
    this.#links[connection] = link;
    const outcome = this.#outcomeOfOpening(dice);
    const { healAtNs } = this.#plan.faults;
    const dueNs =
      outcome === "neverOpens"
        ? Math.max(healAtNs, this.#nowNs) + HEAL_NS
        : this.#nowNs + NS_PER_US + this.#delayNs(dice);
    this.#queue.push(dueNs, { kind: "opening", link, outcome });
  }

  send(connection: number, bytes: Uint8Array, start: number, end: number): void {
    assert(!this.#inCallback, "a request is sent within a turn");
    const link = this.#links[connection];
    assert(link !== undefined && link.state === "open", "a request was sent on a connection that is not open");
    link.expectation.sent();
    link.used = true;
    this.totals.requestsSent++;
    this.totals.bytesSent += end - start;
    for (const piece of this.#cut(link.dice, bytes.subarray(start, end))) {
      link.lastToPeerNs = Math.max(link.lastToPeerNs, this.#nowNs) + this.#delayNs(link.dice);
      this.#queue.push(link.lastToPeerNs, { kind: "to_peer", link, bytes: piece });
    }
  }

  write(connection: number, bytes: Uint8Array, start: number, end: number): void {
    this.send(connection, bytes.slice(start, end), 0, end - start);
  }

  unsent(): number {
    return 0;
  }

  close(connection: number): void {
    const link = this.#links[connection];
    assert(link !== undefined, "a connection was closed that is not in use");
    link.state = "closed";
    this.#links[connection] = undefined;
  }

  // ---- what happens

  #happen(happening: Happening): void {
    const { link } = happening;
    switch (happening.kind) {
      case "opening":
        if (link.state === "opening") this.#finishOpening(link, happening.outcome);
        return;
      case "to_peer": {
        const before = link.peer.received;
        const reply = link.peer.receive(happening.bytes, 0, happening.bytes.length, this.#nowNs);
        this.totals.requestsReceived += link.peer.received - before;
        this.#transmit(link, reply);
        return;
      }
      case "to_client":
        this.#deliver(link);
        return;
    }
  }

  #outcomeOfOpening(dice: Dice): OpeningFault | "opens" {
    const { perMille, healAtNs } = this.#plan.faults;
    if (this.#nowNs >= healAtNs) return "opens";
    if (dice.chance(perMille.refused)) return "refused";
    if (dice.chance(perMille.resetsOpening)) return "resetsOpening";
    return dice.chance(perMille.neverOpens) ? "neverOpens" : "opens";
  }

  #finishOpening(link: Link, outcome: OpeningFault | "opens"): void {
    const { connection, target } = link;
    if (!this.#resolved[target]) {
      this.#resolved[target] = true;
      this.#call(() => this.#events.resolved(target, 1 + link.dice.below(3), NS_PER_US));
    }
    if (outcome === "refused" || outcome === "resetsOpening") {
      this.totals.failedToOpen++;
      const [failure, errno] =
        outcome === "refused"
          ? [FAILURE_CODES.connection_refused, ECONNREFUSED]
          : [FAILURE_CODES.connection_reset, ECONNRESET];
      this.#call(() => this.#events.failed(connection, failure, errno));
      assert(this.#links[connection] !== link, "a connection that could not be made is closed");
      return;
    }
    this.totals.opened++;
    link.state = "open";
    this.#call(() => this.#events.opened(connection, this.#nowNs - link.openedAtNs, 0, "", false));
    this.#transmit(link, link.peer.accept(this.#nowNs));
  }

  /** Puts a reply on the wire to the client. */
  #transmit(link: Link, reply: Reply): void {
    let atNs = this.#nowNs + reply.afterNs;
    for (const message of reply.messages) {
      link.expectation.queue(message);
      for (const piece of this.#cut(link.dice, message.bytes)) {
        atNs += this.#delayNs(link.dice) + (reply.dripNsMax > 0 ? link.dice.below(reply.dripNsMax) : 0);
        this.#queue.push(link.outbox.put(atNs, piece), { kind: "to_client", link });
      }
    }
    if (reply.ending === "none") return;
    atNs += reply.endingAfterNs + this.#delayNs(link.dice);
    this.#queue.push(link.outbox.put(atNs, reply.ending), { kind: "to_client", link });
  }

  /** The next piece reaches the client, and those that have arrived behind it may come along. */
  #deliver(link: Link): void {
    const piece = link.outbox.take(this.#nowNs);
    if (piece === undefined || link.state !== "open") return;
    if (piece === "fin") this.#deliverEnd(link);
    else if (piece === "reset") this.#deliverReset(link);
    else this.#deliverBytes(link, piece);
    assert(!link.expectation.spoilt || this.#isClosed(link), "the client keeps a connection that is of no more use");
  }

  #deliverBytes(link: Link, piece: Uint8Array): void {
    const start = link.dice.below(16);
    let end = start;
    for (let next: Uint8Array | undefined = piece; next !== undefined; ) {
      this.#buffer.set(next, end);
      end += next.length;
      next = link.dice.chance(500) ? link.outbox.takeBytes(this.#nowNs, this.#buffer.length - end) : undefined;
    }
    this.totals.bytesDelivered += end - start;
    this.#expect(link.expectation.deliver(end - start));
    this.#call(() => this.#events.received(link.connection, this.#buffer, start, end));
    this.#buffer.fill(STALE, start, end);
  }

  #deliverEnd(link: Link): void {
    this.#expect(link.expectation.finish());
    this.#call(() => this.#events.ended(link.connection));
    assert(this.#isClosed(link), "the client keeps a connection that the peer has ended");
  }

  #deliverReset(link: Link): void {
    this.#call(() => this.#events.failed(link.connection, FAILURE_CODES.connection_reset, ECONNRESET));
    assert(this.#isClosed(link), "the client keeps a connection that was reset");
  }

  #isClosed(link: Link): boolean {
    return this.#links[link.connection] !== link;
  }

  #expect(answer: ExpectedAnswer | null): void {
    if (answer === null) return;
    this.#answers.push(answer);
    this.totals.answersDelivered++;
  }

  #call(callback: () => void): void {
    this.#inCallback = true;
    callback();
    this.#inCallback = false;
  }

  /** Most pieces follow their predecessor at once; only so can they meet again. */
  #delayNs(dice: Dice): number {
    return dice.chance(400) ? dice.between(0, this.#plan.faults.delayNsMax) : 0;
  }

  /** The same bytes in one piece or several, cut anywhere; none is longer than a receive buffer takes. */
  #cut(dice: Dice, bytes: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    const cuts = dice.chance(this.#plan.faults.cutPerMille);
    const longest = this.#buffer.length >> 1;
    let at = 0;
    while (at < bytes.length) {
      const left = bytes.length - at;
      let length = Math.min(left, longest);
      if (cuts && pieces.length < PIECES_MAX) length = Math.min(length, 1 + dice.below(dice.pick([2, 30, left])));
      pieces.push(bytes.subarray(at, at + length));
      at += length;
    }
    return pieces;
  }
}
