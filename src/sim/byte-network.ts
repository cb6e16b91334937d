/**
 * A network in virtual time, byte by byte, behind the port that the client knows. Every byte goes through the real
 * codecs of both roles; what stands between them splits, merges, delays and breaks as the fault plan says. All of it
 * follows from one seed: events are ordered by (due moment, order of arrival), and each connection has dice of its own.
 *
 *   client ── open, send, write, close ──► pieces with delays ──► peer
 *   client ◄── opened, received, drained, ended, failed ── outbox ◄── replies
 *
 * It is a judge as well: beside the bytes it keeps what a correct client must make of them (expectation.ts), and it
 * asserts what a client may never do, such as sending on a connection that still owes an answer.
 */
import { assert } from "../base/assert.ts";
import { RECEIVE_BUFFER_BYTES, UNSENT_BYTES_MAX } from "../base/limits.ts";
import { NEVER, NS_PER_US } from "../base/units.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import { type BytePeer, PIECES_MAX, type Reply, type WireMessage } from "./byte-peer.ts";
import { Dice } from "./dice.ts";
import { EventQueue } from "./event-queue.ts";
import type { Expectation, ExpectedOutcome } from "./expectation.ts";
import { type FaultPlan, HEAL_NS, type OpeningFault } from "./fault-plan.ts";
import { Http1Expectation } from "./http1/expectation.ts";
import { Http1Peer } from "./http1/peer.ts";
import { Http2Expectation } from "./http2/expectation.ts";
import { Http2Peer } from "./http2/peer.ts";
import { type Link, type LinkView, viewOf } from "./link.ts";
import { Outbox } from "./outbox.ts";

export interface ByteNetworkPlan {
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  readonly faults: FaultPlan;
  /** By target. */
  readonly targets: readonly {
    /** It has a name that must be resolved first. */
    readonly named: boolean;
    /** Its servers speak HTTP/2 with prior knowledge, the others HTTP/1.1. */
    readonly http2: boolean;
  }[];
}

/** What the network saw, summed over the run. */
export interface ByteNetworkTotals {
  opened: number;
  failedToOpen: number;
  /** Requests that were sent; one that is sent again counts again. */
  requestsSent: number;
  /** Requests that a peer has given back unseen. */
  requestsReturned: number;
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
/** What a client may write beside contents while its bytes are not taken. */
const HEADS_BYTES_MAX = 64 * 1024;
/** Overwrites what a callback was given, so that whoever kept it is found out. */
const STALE = 0xa5;

type Happening =
  | { readonly kind: "opening"; readonly link: Link; readonly outcome: OpeningFault | "opens" }
  | { readonly kind: "to_peer"; readonly link: Link; readonly bytes: Uint8Array }
  | { readonly kind: "to_client"; readonly link: Link }
  | { readonly kind: "wakes"; readonly link: Link }
  | { readonly kind: "drains"; readonly link: Link };

export class ByteNetwork implements IoPort {
  readonly totals: ByteNetworkTotals = {
    opened: 0,
    failedToOpen: 0,
    requestsSent: 0,
    requestsReturned: 0,
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
  #outcomes: ExpectedOutcome[] = [];
  #nowNs = 0;
  #linkCount = 0;
  #inCallback = false;
  /** The connection that the client writes to within a callback: its last words. */
  #speaking: Link | null = null;

  constructor(plan: ByteNetworkPlan, events: IoEvents) {
    this.#plan = plan;
    this.#events = events;
    this.#resolved = plan.targets.map(({ named }) => !named);
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

  /** The client's turn is over. Returns what has become of requests since the last call, in order. */
  endTurn(): readonly ExpectedOutcome[] {
    for (const link of this.#links) if (link?.state === "open") link.expectation.endTurn(this.#nowNs, link.unsent);
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }

  /** The connections to `target` that the client holds. */
  links(target: number): LinkView[] {
    const links = this.#links.filter((link) => link !== undefined);
    return links.filter((link) => link.target === target).map(viewOf);
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
      ...this.#conversation(dice, this.#plan.targets[target]!.http2),
      outbox: new Outbox(),
      state: "opening",
      openedAtNs: this.#nowNs,
      lastToPeerNs: 0,
      unsent: 0,
      drainsAtNs: 0,
      wakeAtNs: NEVER,
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
    const link = this.#openLink(connection);
    this.#put(link, bytes, start, end, Math.max(link.lastToPeerNs, this.#nowNs));
  }

  write(connection: number, bytes: Uint8Array, start: number, end: number): void {
    const link = this.#openLink(connection);
    const { unsentPerMille, delayNsMax } = this.#plan.faults;
    if (link.unsent > 0 || link.dice.chance(unsentPerMille)) {
      link.unsent += end - start;
      // A request of HTTP/1.1 is written whole.
      const isBounded = !this.#plan.targets[link.target]!.http2 || link.unsent <= UNSENT_BYTES_MAX + HEADS_BYTES_MAX;
      assert(isBounded, "content is written that nobody takes");
      link.drainsAtNs = Math.max(link.drainsAtNs, this.#nowNs + 1 + link.dice.below(delayNsMax));
      link.lastToPeerNs = Math.max(link.lastToPeerNs, link.drainsAtNs);
      this.#queue.push(link.drainsAtNs, { kind: "drains", link });
    }
    if (this.#inCallback) this.#speaking = link;
    // Not behind what was written before: whoever writes often would wait ever longer.
    this.#put(link, bytes.slice(start, end), 0, end - start, this.#nowNs);
  }

  unsent(connection: number): number {
    return this.#openLink(connection).unsent;
  }

  close(connection: number): void {
    const link = this.#links[connection];
    assert(link !== undefined, "a connection was closed that is not in use");
    link.expectation.close();
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
      case "wakes":
        if (link.state !== "open" || link.wakeAtNs > this.#nowNs) return;
        link.wakeAtNs = NEVER;
        this.#transmit(link, link.peer.wake(this.#nowNs));
        return;
      case "drains":
        if (link.state !== "open" || link.unsent === 0 || link.drainsAtNs > this.#nowNs) return;
        link.unsent = 0;
        this.#call(() => this.#events.drained(link.connection));
        return;
    }
  }

  /** A peer, and what a client must make of it. */
  #conversation(dice: Dice, http2: boolean): { readonly peer: BytePeer; readonly expectation: Expectation } {
    const { faults } = this.#plan;
    if (http2) {
      const expectation = new Http2Expectation();
      return { peer: new Http2Peer(dice, faults, expectation, this.#nowNs), expectation };
    }
    const expectation = new Http1Expectation();
    return { peer: new Http1Peer(dice, faults, expectation), expectation };
  }

  #openLink(connection: number): Link {
    const link = this.#links[connection];
    assert(link !== undefined && link.state === "open", "something was sent on a connection that is not open");
    return link;
  }

  /** Puts bytes on the wire to the peer: they leave at `fromNs`, and arrive in order. */
  #put(link: Link, bytes: Uint8Array, start: number, end: number, fromNs: number): void {
    const { dice, expectation } = link;
    const before = expectation.sent;
    this.#note(expectation.send(bytes, start, end, this.#nowNs, this.#inCallback));
    this.totals.requestsSent += expectation.sent - before;
    this.totals.bytesSent += end - start;
    let atNs = fromNs;
    for (const piece of this.#cut(dice, { bytes: bytes.subarray(start, end) })) {
      atNs += this.#delayNs(dice);
      link.lastToPeerNs = Math.max(link.lastToPeerNs, atNs);
      this.#queue.push(link.lastToPeerNs, { kind: "to_peer", link, bytes: piece });
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
      this.#note([{ kind: "unsent", failure, errno }]);
      this.#call(() => this.#events.failed(connection, failure, errno));
      assert(this.#links[connection] !== link, "a connection that could not be made is closed");
      return;
    }
    this.totals.opened++;
    link.state = "open";
    this.#call(() => this.#events.opened(connection, this.#nowNs - link.openedAtNs, 0, "", false));
    this.#transmit(link, link.peer.accept(this.#nowNs));
  }

  /** Puts a reply on the wire to the client, and notes when its peer wants to go on. */
  #transmit(link: Link, reply: Reply): void {
    let atNs = this.#nowNs + reply.afterNs;
    for (const message of reply.messages) {
      for (const piece of this.#cut(link.dice, message)) {
        atNs += this.#delayNs(link.dice) + (reply.dripNsMax > 0 ? link.dice.below(reply.dripNsMax) : 0);
        this.#queue.push(link.outbox.put(atNs, piece), { kind: "to_client", link });
      }
    }
    if (reply.ending !== "none") {
      atNs += reply.endingAfterNs + this.#delayNs(link.dice);
      this.#queue.push(link.outbox.put(atNs, reply.ending), { kind: "to_client", link });
    }
    const { wakeAtNs } = link.peer;
    if (wakeAtNs >= link.wakeAtNs) return;
    link.wakeAtNs = wakeAtNs;
    this.#queue.push(wakeAtNs, { kind: "wakes", link });
  }

  /** The next piece reaches the client, and those that have arrived behind it may come along. */
  #deliver(link: Link): void {
    const piece = link.outbox.take(this.#nowNs);
    if (piece === undefined || link.state !== "open") return;
    if (piece === "fin") this.#deliverEnd(link);
    else if (piece === "reset") this.#deliverReset(link);
    else this.#deliverBytes(link, piece);
    assert(!link.expectation.isSpoilt || this.#isClosed(link), "the client keeps a connection that is of no more use");
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
    this.#note(link.expectation.deliver(end - start));
    this.#call(() => this.#events.received(link.connection, this.#buffer, start, end));
    this.#buffer.fill(STALE, start, end);
  }

  #deliverEnd(link: Link): void {
    this.#note(link.expectation.finish());
    this.#call(() => this.#events.ended(link.connection));
    assert(this.#isClosed(link), "the client keeps a connection that the peer has ended");
  }

  #deliverReset(link: Link): void {
    this.#note(link.expectation.lose(FAILURE_CODES.connection_reset, ECONNRESET));
    this.#call(() => this.#events.failed(link.connection, FAILURE_CODES.connection_reset, ECONNRESET));
    assert(this.#isClosed(link), "the client keeps a connection that was reset");
  }

  #isClosed(link: Link): boolean {
    return this.#links[link.connection] !== link;
  }

  #note(outcomes: readonly ExpectedOutcome[]): void {
    for (const outcome of outcomes) {
      this.#outcomes.push(outcome);
      if (outcome.kind === "answered") this.totals.answersDelivered++;
      if (outcome.kind === "returned") this.totals.requestsReturned++;
    }
  }

  #call(callback: () => void): void {
    this.#inCallback = true;
    callback();
    this.#inCallback = false;
    assert(this.#speaking === null || this.#isClosed(this.#speaking), "something is sent within a turn");
    this.#speaking = null;
  }

  /** Most pieces follow their predecessor at once; only so can they meet again. */
  #delayNs(dice: Dice): number {
    return dice.chance(400) ? dice.between(0, this.#plan.faults.delayNsMax) : 0;
  }

  /** The same bytes in one piece or several, cut anywhere; none is longer than a receive buffer takes. */
  #cut(dice: Dice, { bytes, isWhole = false }: WireMessage): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    const cuts = !isWhole && dice.chance(this.#plan.faults.cutPerMille);
    const longest = this.#buffer.length >> 1;
    assert(!isWhole || bytes.length <= longest, "a message that arrives in one piece fits into a receive buffer");
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
