/**
 * What a correct client must make of the bytes that it is given on one connection: the oracle of the byte world, for
 * whatever protocol. It knows the messages behind the bytes, and what the client has sent. There is one in
 * http1/expectation.ts, and one in http2/expectation.ts.
 */
import type { Gift } from "./gift.ts";

/** What becomes of a request, and when: with the bytes that have just been delivered, or sent. */
export type ExpectedOutcome =
  | (AskedRequest & {
      readonly kind: "answered";
      readonly status: number;
      readonly gift: Gift;
      /** FNV-1a of the request's bytes, when they were HTTP/1.1. */
      readonly hash?: number;
      /** All bytes of the answer: interim heads, head, body, framing. */
      readonly bytes: number;
      /** The connection had carried an answer before. */
      readonly reused: boolean;
      /** The turn that knew of its first byte; null for the one that is to come. */
      readonly firstByteNs: number | null;
    })
  | (AskedRequest &
      Failed & {
        readonly kind: "failed";
        /** Bytes of its answer that came before; not foreseen where the error is the client's own. */
        readonly bytes: number;
      })
  /** The client gives it up. */
  | (AskedRequest & { readonly kind: "cancelled" })
  /** The peer says that it never saw it: the client sends it elsewhere. */
  | (AskedRequest & { readonly kind: "returned" })
  /** The request that a connection was opened for fails, because nothing can be sent on it. */
  | (Failed & { readonly kind: "unsent" });

export interface AskedRequest {
  /** Method and path. */
  readonly request: string;
  readonly sentNs: number;
}

export interface Failed {
  readonly failure: number;
  /** What the ledger has as errno; 0 where the error is the client's own. */
  readonly errno: number;
}

export interface Expectation {
  /** Requests that were sent on this connection. */
  readonly sent: number;
  /** Requests that were sent and wait for their answer. */
  readonly awaiting: number;
  /** Requests that may wait at once, as far as the client can know. */
  readonly allowed: number;
  /** The peer takes no further request. */
  readonly isLeaving: boolean;
  /** The connection is of no more use: the client must have closed it, and must not send on it. */
  readonly isSpoilt: boolean;
  /** The client sends bytes [start, end). @param isLast it closes the connection behind them. */
  send(bytes: Uint8Array, start: number, end: number, nowNs: number, isLast: boolean): ExpectedOutcome[];
  /** The next `count` bytes reach the client. */
  deliver(count: number): ExpectedOutcome[];
  /** The peer's FIN reaches the client. */
  finish(): ExpectedOutcome[];
  /** The connection is lost. */
  lose(failure: number, errno: number): ExpectedOutcome[];
  /** The client closes the connection. */
  close(): void;
  /** The client's turn is over: what it owes its peer by then. @param unsent bytes that it wrote and that were not taken. */
  endTurn(nowNs: number, unsent: number): void;
}
