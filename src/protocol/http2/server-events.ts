/** What the server's side of a connection says of its client. All of it is said within `feed` or an answer's call. */
import type { ReceivedRequest } from "./server-stream.ts";

export interface Http2ServerEvents {
  /** The head of a request has come; `request` is the session's own and goes on to say how much of it there is. */
  began(request: ReceivedRequest): void;
  /** Bytes [start, end) of a request's content; valid during the call only. */
  content(request: ReceivedRequest, bytes: Uint8Array, start: number, end: number): void;
  completed(request: ReceivedRequest): void;
  /** The client gave a request up. Its stream takes no answer any more. */
  cancelled(request: ReceivedRequest, error: number): void;
  /** The last frame of an answer is in `out`. */
  answered(request: ReceivedRequest): void;
  /** The client says that it goes. */
  leaving(error: number): void;
  /** The client broke a rule. Nothing more is read. */
  violated(reason: string): void;
}
