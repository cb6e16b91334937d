/**
 * One request and its answer, as routes see them whatever protocol carries them. What HTTP/1.1 and HTTP/2 have to do
 * each in its own way, such as dropping a request or breaking the protocol, is a method here; http1-carrier.ts and
 * http2-carrier.ts are the two ways.
 */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Readable, Writable } from "node:stream";

/**
 * How a request is dropped. `reset` is the smallest reset that the protocol has: TCP's, or of one HTTP/2 stream.
 * `close` ends the connection in an orderly way (the peer sees the end), `tcp_reset` by a reset (ECONNRESET).
 */
export type Ending = "reset" | "close" | "tcp_reset";

export interface Carrier {
  /** "1.0", "1.1" or "2". */
  readonly httpVersion: string;
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /** Names in lower case; HTTP/2's authority is `host`, as in HTTP/1.1. */
  readonly headers: IncomingHttpHeaders;
  /** The body of the request. */
  readonly received: Readable;
  /** The body of the answer. Its "close" comes once: after the answer, or when the client has gone away. */
  readonly body: Writable;
  /** The client has taken the request back or gone away: no answer can be sent. */
  readonly gone: boolean;
  /** Sends the head of the answer; `hasBody` says whether anything will be written to `body`. */
  head(status: number, headers: OutgoingHttpHeaders, hasBody: boolean): void;
  /** Before the head: tells the client to send no further request on this connection, which then closes. */
  closeAfterAnswer(): void;
  /** Ends the request without (the rest of) an answer. What was written and not yet sent is lost. */
  drop(ending: Ending): void;
  /** Ends a body that is shorter than its head has promised. */
  endShort(): void;
  /** Answers with what is no HTTP. */
  garbage(): void;
  /** Sends a head that never ends, as fast as the client reads, until it goes away. */
  endlessHead(): void;
}
