/**
 * What a correct client must make of an HTTP/1.1 connection. It knows the messages behind the bytes and so needs no
 * parser, which is what makes it a judge of the parser.
 *
 * A message counts as the answer when a request waits for one, whoever it was meant for: HTTP/1.1 has nothing by which
 * a client could tell. A message that comes while none waits spoils the connection. How a request fails is not foreseen.
 */
import { assert } from "../../base/assert.ts";
import { fnv1a, latin1Decode } from "../../base/bytes.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import type { AskedRequest, Expectation, ExpectedOutcome } from "../expectation.ts";
import type { Message } from "./message.ts";

export class Http1Expectation implements Expectation {
  readonly allowed = 1;
  readonly #messages: Message[] = [];
  /** Bytes of the first message that were delivered. */
  #delivered = 0;
  #sent = 0;
  #answers = 0;
  #asked: AskedRequest | null = null;
  #askedHash = 0;
  /** A byte of the answer was delivered; and the turn that knows. */
  #hasBegun = false;
  #firstByteNs: number | null = null;
  #spoilt = false;

  get sent(): number {
    return this.#sent;
  }

  get awaiting(): number {
    return this.#asked === null ? 0 : 1;
  }

  get isLeaving(): boolean {
    return this.#spoilt;
  }

  get isSpoilt(): boolean {
    return this.#spoilt;
  }

  /** One whole request. */
  send(bytes: Uint8Array, start: number, end: number, nowNs: number, isLast: boolean): ExpectedOutcome[] {
    assert(this.#asked === null, "a request was sent on a connection whose last one is not answered");
    assert(!this.#spoilt, "a request was sent on a connection that must not be used again");
    assert(!isLast, "a request was sent on a connection that is closed behind it");
    const line = latin1Decode(bytes, start, Math.min(end, bytes.indexOf(0x0d, start)));
    this.#asked = { request: line.slice(0, line.lastIndexOf(" ")), sentNs: nowNs };
    this.#askedHash = fnv1a(bytes, start, end);
    this.#hasBegun = false;
    this.#firstByteNs = null;
    this.#sent++;
    return [];
  }

  /** The peer puts a message on the wire. */
  queue(message: Message): void {
    if (message.bytes.length > 0) this.#messages.push(message);
  }

  deliver(count: number): ExpectedOutcome[] {
    const outcomes: ExpectedOutcome[] = [];
    let left = count;
    while (left > 0) {
      if (this.#asked === null) return [...outcomes, ...this.#spoil(FAILURE_CODES.invalid_response, 0)];
      const message = this.#messages[0];
      assert(message !== undefined, "bytes were delivered that no message accounts for");
      const taken = Math.min(left, message.bytes.length - this.#delivered);
      this.#delivered += taken;
      this.#hasBegun = true;
      left -= taken;
      if (this.#delivered < message.bytes.length || message.endsAtClose) break;
      this.#messages.shift();
      this.#delivered = 0;
      if (message.status !== 0) outcomes.push(this.#answered(this.#asked, message));
    }
    return outcomes;
  }

  finish(): ExpectedOutcome[] {
    const message = this.#messages[0];
    const isWhole = message?.endsAtClose === true && this.#delivered === message.bytes.length;
    const outcomes = this.#asked !== null && isWhole ? [this.#answered(this.#asked, message)] : [];
    return [...outcomes, ...this.#spoil(FAILURE_CODES.connection_closed, 0)];
  }

  lose(failure: number, errno: number): ExpectedOutcome[] {
    return this.#spoil(failure, errno);
  }

  close(): void {}

  endTurn(nowNs: number): void {
    if (this.#hasBegun) this.#firstByteNs ??= nowNs;
  }

  #spoil(failure: number, errno: number): ExpectedOutcome[] {
    this.#spoilt = true;
    return this.#sent === 0 ? [{ kind: "unsent", failure, errno }] : [];
  }

  #answered(asked: AskedRequest, message: Message): ExpectedOutcome {
    this.#asked = null;
    if (!message.keepAlive) this.#spoilt = true;
    const { status, bytes, gift } = message;
    const reused = this.#answers++ > 0;
    return {
      kind: "answered",
      ...asked,
      status,
      gift,
      hash: this.#askedHash,
      bytes: bytes.length,
      reused,
      firstByteNs: this.#firstByteNs,
    };
  }
}
