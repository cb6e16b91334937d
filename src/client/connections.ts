/**
 * The connections of one shard, as struct-of-arrays: what the client knows about each, and the numbers that are free.
 *
 *           opening ─────► ready ─────► busy ◄─────► idle
 *              │             │            │            │
 *              └─────────────┴────────────┴────────────┴────► free (its number is used again)
 *
 * Ready: open, and the request that it was opened for is sent with the next turn.
 */
import { assert } from "../base/assert.ts";
import { Http1ResponseParser } from "../protocol/http1/response-parser.ts";
import type { Http2ClientSession } from "../protocol/http2/client-session.ts";

export const FREE = 0;
export const OPENING = 1;
export const READY = 2;
export const BUSY = 3;
export const IDLE = 4;

/** No user, no connection. */
export const NONE = -1;

export class Connections {
  readonly state: Uint8Array;
  readonly target: Uint16Array;
  /** Place of the user whose request it carries or, with HTTP/2, whom it was opened for; NONE. */
  readonly user: Int32Array;
  readonly openedAtNs: Float64Array;
  /** Requests answered on it. */
  readonly served: Uint32Array;
  readonly bytesIn: Float64Array;
  readonly bytesOut: Float64Array;
  /** With HTTP/2, what it speaks and carries. */
  readonly #sessions: (Http2ClientSession | undefined)[];
  readonly #parsers: (Http1ResponseParser | undefined)[];
  readonly #free: Int32Array;
  #freeCount: number;

  constructor(capacity: number) {
    this.state = new Uint8Array(capacity);
    this.target = new Uint16Array(capacity);
    this.user = new Int32Array(capacity).fill(NONE);
    this.openedAtNs = new Float64Array(capacity);
    this.served = new Uint32Array(capacity);
    this.bytesIn = new Float64Array(capacity);
    this.bytesOut = new Float64Array(capacity);
    this.#sessions = new Array(capacity);
    this.#parsers = new Array(capacity);
    this.#free = new Int32Array(capacity);
    this.#freeCount = capacity;
    for (let i = 0; i < capacity; i++) this.#free[i] = capacity - 1 - i;
  }

  get capacity(): number {
    return this.state.length;
  }

  /** Connections that are not free. */
  get inUse(): number {
    return this.capacity - this.#freeCount;
  }

  /** Takes a free number for a connection that is opened to `target` for the user at `place`. */
  allocate(target: number, place: number, nowNs: number): number {
    assert(this.#freeCount > 0, "no free connection number");
    const connection = this.#free[--this.#freeCount]!;
    this.state[connection] = OPENING;
    this.target[connection] = target;
    this.user[connection] = place;
    this.openedAtNs[connection] = nowNs;
    this.served[connection] = 0;
    this.bytesIn[connection] = 0;
    this.bytesOut[connection] = 0;
    return connection;
  }

  release(connection: number): void {
    assert(this.state[connection] !== FREE, "a connection is released once");
    this.state[connection] = FREE;
    this.user[connection] = NONE;
    this.#sessions[connection] = undefined;
    this.#free[this.#freeCount++] = connection;
  }

  /** The connection's HTTP/2 session; undefined while it speaks HTTP/1.1, or nothing yet. */
  session(connection: number): Http2ClientSession | undefined {
    return this.#sessions[connection];
  }

  /** From now on the connection speaks HTTP/2. */
  setSession(connection: number, session: Http2ClientSession): void {
    this.#sessions[connection] = session;
  }

  /** The connection's parser; made on first use and kept for every later connection of that number. */
  parser(connection: number): Http1ResponseParser {
    let parser = this.#parsers[connection];
    if (parser === undefined) {
      parser = new Http1ResponseParser();
      this.#parsers[connection] = parser;
    }
    return parser;
  }
}
