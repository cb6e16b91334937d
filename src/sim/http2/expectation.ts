/**
 * What a correct client must make of an HTTP/2 connection. It knows which streams the client has open, from what the
 * client writes, and what becomes of them, from the outside of the frames that reach the client. What is inside them,
 * and which bytes are flawed, it is told by the peer: so it judges the client's parsers without having one.
 */
import { assert } from "../../base/assert.ts";
import { UNSENT_BYTES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { CANCEL, FRAME_HEADER_BYTES, NO_ERROR, REFUSED_STREAM, STREAM_ID_MAX } from "../../protocol/http2/frame.ts";
import type { AskedRequest, Expectation, ExpectedOutcome, Failed } from "../expectation.ts";
import type { Gift } from "../gift.ts";
import { type ClientActs, ClientFrames } from "./client-frames.ts";
import { type BlockStep, type Flaw, PeerFrames, type PeerStep } from "./peer-frames.ts";
import { SendWindows } from "./send-windows.ts";

/** Payload of RST_STREAM. */
const RESET_BYTES = 4;

interface OpenStream {
  readonly asked: AskedRequest;
  /** Bytes of its answer's frames that were delivered; those of a header block under way apart. */
  bytes: number;
  blockBytes: number;
  /** A header block of its answer was delivered; and the turn that knows. */
  hasBegun: boolean;
  firstByteNs: number | null;
}

export class Http2Expectation implements Expectation, ClientActs {
  readonly #client = new ClientFrames(this);
  readonly #peer = new PeerFrames();
  readonly #steps: PeerStep[] = [];
  readonly #streams = new Map<number, OpenStream>();
  readonly #given = new Map<number, { readonly status: number; readonly gift: Gift }>();
  readonly #windows = new SendWindows();
  #outcomes: ExpectedOutcome[] = [];
  #delivered = 0;
  #sent = 0;
  #answers = 0;
  #nowNs = 0;
  #writesLast = false;
  #hasSettings = false;
  #concurrentMax = Number.POSITIVE_INFINITY;
  /** The highest stream that the peer will answer. */
  #lastStream = STREAM_ID_MAX;
  #isLeaving = false;
  #goawayError = NO_ERROR;
  #isLost = false;
  #lostBy: Failed | null = null;
  #settingsOwed = 0;
  #pingsOwed = 0;

  get sent(): number {
    return this.#sent;
  }

  get awaiting(): number {
    return this.#streams.size;
  }

  /** Until the client knows the peer's settings it has one request open: it could be the only one that is allowed. */
  get allowed(): number {
    return this.#hasSettings ? this.#concurrentMax : 1;
  }

  get isLeaving(): boolean {
    return this.#isLeaving || this.#isLost;
  }

  get isSpoilt(): boolean {
    return this.#isLost || (this.#isLeaving && this.#streams.size === 0);
  }

  // ---- what the peer says of itself

  /** The peer puts frames on the wire. @param flaw what is wrong with them. */
  queue(bytes: Uint8Array, flaw: Flaw | null): void {
    this.#steps.push(...(flaw === null ? this.#peer.read(bytes) : this.#peer.readFlawed(bytes, flaw)));
  }

  /** The peer answers a stream with this status, and gives this. */
  answers(stream: number, status: number, gift: Gift): void {
    this.#given.set(stream, { status, gift });
  }

  // ---- what the network sees

  send(bytes: Uint8Array, start: number, end: number, nowNs: number, isLast: boolean): ExpectedOutcome[] {
    this.#nowNs = nowNs;
    this.#writesLast = isLast;
    this.#client.feed(bytes, start, end);
    return this.#takeOutcomes();
  }

  deliver(count: number): ExpectedOutcome[] {
    this.#delivered += count;
    for (let step = this.#steps[0]; step !== undefined && step.at <= this.#delivered; step = this.#steps[0]) {
      this.#steps.shift();
      if (!this.#isLost) this.#take(step);
    }
    this.#judgeUnused();
    return this.#takeOutcomes();
  }

  finish(): ExpectedOutcome[] {
    return this.lose(FAILURE_CODES.connection_closed, 0);
  }

  lose(failure: number, errno: number): ExpectedOutcome[] {
    this.#lose({ failure, errno });
    this.#judgeUnused();
    return this.#takeOutcomes();
  }

  close(): void {
    assert(this.#streams.size === 0, "a connection was closed on which requests wait for their answers");
    this.#isLost = true;
  }

  endTurn(nowNs: number, unsent: number): void {
    assert(!this.isSpoilt, "the client keeps a connection that is of no more use");
    assert(this.#settingsOwed === 0, "the client has not acknowledged the peer's settings");
    assert(this.#pingsOwed === 0, "the client has not answered a PING");
    const isFull = unsent + FRAME_HEADER_BYTES >= UNSENT_BYTES_MAX;
    assert(isFull || !this.#windows.isOpen, "the client holds back content that its peer would take");
    for (const open of this.#streams.values()) if (open.hasBegun) open.firstByteNs ??= nowNs;
  }

  // ---- what the client does

  opened(stream: number, request: string, ends: boolean): void {
    assert(!this.isLeaving, "a request was sent on a connection that takes none any more");
    assert(!this.#writesLast, "a request was sent on a connection that is closed behind it");
    assert(this.#streams.size < this.allowed, "more requests were sent on a connection than its peer allows");
    const asked = { request, sentNs: this.#nowNs };
    this.#streams.set(stream, { asked, bytes: 0, blockBytes: 0, hasBegun: false, firstByteNs: null });
    this.#sent++;
    if (!ends) this.#windows.open(stream);
  }

  sentContent(stream: number, bytes: number, ends: boolean): void {
    this.#windows.send(stream, bytes);
    if (ends) this.#windows.close(stream);
  }

  gaveUp(stream: number, error: number): void {
    const open = this.#streams.get(stream);
    if (open === undefined) return;
    assert(error === CANCEL, "the client finds fault with a stream that had none");
    this.#close(stream);
    this.#outcomes.push({ kind: "cancelled", ...open.asked });
  }

  acknowledgedSettings(): void {
    this.#settingsOwed--;
  }

  answeredPing(): void {
    this.#pingsOwed--;
  }

  // ---- what that comes to

  #take(step: PeerStep): void {
    switch (step.kind) {
      case "block":
        this.#takeBlock(step);
        return;
      case "content":
        this.#takeContent(step.stream, step.at - step.from, step.ends);
        return;
      case "reset": {
        const { stream_refused, stream_reset } = FAILURE_CODES;
        const failure = step.error === REFUSED_STREAM ? stream_refused : stream_reset;
        this.#fail(step.stream, { failure, errno: step.error }, FRAME_HEADER_BYTES + RESET_BYTES);
        return;
      }
      case "goaway":
        this.#takeGoaway(step.lastStream, step.error);
        return;
      case "settings":
        this.#hasSettings = true;
        this.#settingsOwed++;
        if (step.concurrentMax !== null) this.#concurrentMax = step.concurrentMax;
        if (step.initialWindow !== null) this.#windows.changeInitial(step.initialWindow);
        return;
      case "window":
        this.#windows.widen(step.stream, step.increment);
        return;
      case "ping":
        this.#pingsOwed++;
        return;
      case "flaw":
        if (step.flaw.stream === 0) this.#lose({ failure: step.flaw.failure, errno: NO_ERROR });
        else this.#fail(step.flaw.stream, { failure: step.flaw.failure, errno: NO_ERROR });
        return;
    }
  }

  #takeBlock({ stream, bytes, isWhole, ends }: BlockStep): void {
    const open = this.#streams.get(stream);
    if (open === undefined) return;
    open.blockBytes += bytes;
    if (!isWhole) return;
    open.bytes += open.blockBytes;
    open.blockBytes = 0;
    open.hasBegun = true;
    if (ends) this.#answered(stream, open);
  }

  #takeContent(stream: number, bytes: number, ends: boolean): void {
    const open = this.#streams.get(stream);
    if (open === undefined) return;
    open.bytes += bytes;
    if (ends) this.#answered(stream, open);
  }

  #answered(stream: number, { asked, bytes, firstByteNs }: OpenStream): void {
    const given = this.#given.get(stream);
    assert(given !== undefined, "the peer has said what it answers");
    this.#close(stream);
    const reused = this.#answers++ > 0;
    this.#outcomes.push({ kind: "answered", ...asked, ...given, bytes, reused, firstByteNs });
  }

  #takeGoaway(lastStream: number, error: number): void {
    this.#isLeaving = true;
    if (error !== NO_ERROR) this.#goawayError = error;
    this.#lastStream = Math.min(this.#lastStream, lastStream);
    for (const [stream, { asked }] of this.#streams) {
      if (stream <= this.#lastStream) continue;
      if (error !== NO_ERROR) {
        this.#fail(stream, { failure: FAILURE_CODES.goaway, errno: error });
      } else {
        this.#close(stream);
        this.#outcomes.push({ kind: "returned", ...asked });
      }
    }
  }

  #lose(failed: Failed): void {
    this.#isLost = true;
    this.#lostBy = failed;
    const next = this.#steps[0];
    for (const stream of this.#streams.keys()) {
      const isCutOff = next?.kind === "content" && next.stream === stream;
      const cutBytes = isCutOff ? this.#delivered - next.from : 0;
      // A frame counts from when its header is known.
      this.#fail(stream, failed, cutBytes >= FRAME_HEADER_BYTES ? cutBytes : 0);
    }
  }

  /** @param lastBytes of the frame that says so, or that is cut off. */
  #fail(stream: number, failed: Failed, lastBytes = 0): void {
    const open = this.#streams.get(stream);
    if (open === undefined) return;
    this.#close(stream);
    this.#outcomes.push({ kind: "failed", ...open.asked, ...failed, bytes: open.bytes + lastBytes });
  }

  /** Whoever the connection was opened for has not been heard of: if the peer goes in peace, it is sent elsewhere. */
  #judgeUnused(): void {
    if (this.#sent > 0) return;
    if (this.#lostBy !== null) this.#outcomes.push({ kind: "unsent", ...this.#lostBy });
    else if (this.#goawayError !== NO_ERROR) {
      this.#outcomes.push({ kind: "unsent", failure: FAILURE_CODES.goaway, errno: this.#goawayError });
    }
  }

  #close(stream: number): void {
    this.#streams.delete(stream);
    this.#windows.close(stream);
  }

  #takeOutcomes(): ExpectedOutcome[] {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }
}
