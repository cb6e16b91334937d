/**
 * What a correct client must make of the bytes that it is given on one connection: the oracle of the byte world. It
 * knows the messages behind the bytes and so needs no parser, which is what makes it a judge of the parser.
 *
 * A message counts as the answer when a request waits for one, whoever it was meant for: HTTP/1.1 has nothing by which
 * a client could tell. A message that comes while none waits spoils the connection.
 */
import { assert } from "../base/assert.ts";
import type { Message } from "./peer-message.ts";

/** An answer that the client has been given to its last byte. */
export interface ExpectedAnswer {
  readonly status: number;
  /** All bytes of the answer: interim heads, head, body, framing. */
  readonly bytes: number;
}

export class Expectation {
  readonly #messages: Message[] = [];
  /** Bytes of the first message that were delivered. */
  #delivered = 0;
  #awaiting = false;
  #spoilt = false;

  /** A request was sent on this connection and no answer to it has come. */
  get awaiting(): boolean {
    return this.#awaiting;
  }

  /** The client must have closed the connection, and must not send on it. */
  get spoilt(): boolean {
    return this.#spoilt;
  }

  /** The client sends a request. */
  sent(): void {
    assert(!this.#awaiting, "a request was sent on a connection whose last one is not answered");
    assert(!this.#spoilt, "a request was sent on a connection that must not be used again");
    this.#awaiting = true;
  }

  /** The peer puts a message on the wire. */
  queue(message: Message): void {
    if (message.bytes.length > 0) this.#messages.push(message);
  }

  /** The next `count` bytes reach the client. Returns the answer that they complete, or null. */
  deliver(count: number): ExpectedAnswer | null {
    let answer: ExpectedAnswer | null = null;
    let left = count;
    while (left > 0) {
      if (!this.#awaiting) {
        this.#spoilt = true;
        break;
      }
      const message = this.#messages[0];
      assert(message !== undefined, "bytes were delivered that no message accounts for");
      const taken = Math.min(left, message.bytes.length - this.#delivered);
      this.#delivered += taken;
      left -= taken;
      if (this.#delivered < message.bytes.length || message.endsAtClose) break;
      this.#messages.shift();
      this.#delivered = 0;
      if (message.status !== 0) answer = this.#answered(message);
    }
    return answer;
  }

  /** The peer's FIN reaches the client. Returns the answer that it completes, or null. */
  finish(): ExpectedAnswer | null {
    const message = this.#messages[0];
    const isWhole = message?.endsAtClose === true && this.#delivered === message.bytes.length;
    const answer = this.#awaiting && isWhole ? this.#answered(message) : null;
    this.#spoilt = true;
    return answer;
  }

  #answered(message: Message): ExpectedAnswer {
    this.#awaiting = false;
    if (!message.keepAlive) this.#spoilt = true;
    return { status: message.status, bytes: message.bytes.length };
  }
}
