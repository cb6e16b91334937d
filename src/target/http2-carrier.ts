/**
 * A request over HTTP/2: a stream among others on its connection, so most of what ends the request leaves the
 * connection alone. Frames go through Node's HTTP/2 alone: a byte written past it would abort the process.
 */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type {
  IncomingHttpHeaders as Http2Headers,
  ServerHttp2Session,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from "node:http2";
import { unreachable } from "../base/assert.ts";
import { ENDLESS_HEAD_FRAMES_QUEUED_MAX, LINGER_MS_MAX } from "./bounds.ts";
import type { Carrier, Ending } from "./carrier.ts";
import { type Connection, endConnection } from "./connections.ts";

const HEADER_VALUE = "z".repeat(1_000);
/** One for all: what makes an Error dear is its stack, and nobody reads this one. */
const DROPPED = new Error("dropped as asked");
/** How long to wait for a client that is behind; HTTP/2 tells nobody when frames of heads have left. */
const BEHIND_MS = 1;
/** Equal requests get equal bytes, so answers carry no date (`sendDate` is younger than the types). */
const BODY_FOLLOWS: ServerStreamResponseOptions & { sendDate: boolean } = { endStream: false, sendDate: false };
const HEAD_ALONE: ServerStreamResponseOptions & { sendDate: boolean } = { endStream: true, sendDate: false };

export class Http2Carrier implements Carrier {
  readonly httpVersion = "2";
  readonly received: ServerHttp2Stream;
  readonly body: ServerHttp2Stream;
  readonly #connection: Connection;
  readonly #session: ServerHttp2Session;
  readonly #headers: Http2Headers;

  constructor(connection: Connection, session: ServerHttp2Session, stream: ServerHttp2Stream, headers: Http2Headers) {
    this.received = stream;
    this.body = stream;
    this.#connection = connection;
    this.#session = session;
    this.#headers = headers;
  }

  get method(): string {
    return this.#headers[":method"] ?? "GET";
  }

  get url(): string {
    return this.#headers[":path"] ?? "/";
  }

  /** Pseudo-header fields are no headers (RFC 9113, section 8.3). */
  get headers(): IncomingHttpHeaders {
    const authority = this.#headers[":authority"];
    const fields = Object.entries(this.#headers).filter(([name]) => !name.startsWith(":"));
    return { ...(authority === undefined ? {} : { host: authority }), ...Object.fromEntries(fields) };
  }

  get gone(): boolean {
    return this.body.closed || this.body.destroyed;
  }

  head(status: number, headers: OutgoingHttpHeaders, hasBody: boolean): void {
    this.body.respond({ ...headers, ":status": status }, hasBody ? BODY_FOLLOWS : HEAD_ALONE);
  }

  /** GOAWAY names the latest stream that has come; when all up to it have their answers, Node closes the connection. */
  closeAfterAnswer(): void {
    this.#session.close();
  }

  /** Subtle: to close a stream with a code would first end its body in good order; to destroy it does not. */
  drop(ending: Ending): void {
    switch (ending) {
      case "reset":
        this.body.destroy(DROPPED);
        return;
      case "close":
        this.#endInOrder();
        return;
      case "tcp_reset":
        endConnection(this.#connection, "reset");
        return;
      default:
        unreachable(ending);
    }
  }

  /**
   * Ends the connection between two frames and without GOAWAY. Clients send frames at any time, and a socket that is
   * closed would answer them by a reset: so this ends its own half first, and reads on until the client has ended too.
   */
  #endInOrder(): void {
    const { stream } = this.#connection;
    stream.end();
    this.#session.close();
    this.#session.destroy();
    const lingering = setTimeout(() => stream.destroy(), LINGER_MS_MAX);
    stream.on("close", () => clearTimeout(lingering));
  }

  /** The end of the stream is the end of the body, and makes the answer malformed (RFC 9113, section 8.1.1). */
  endShort(): void {
    this.body.end();
  }

  /** A malformed head: a length that is no number, and control characters (RFC 9113, sections 8.1.1 and 8.2.1). */
  garbage(): void {
    this.head(200, { "content-length": "garbage", "x-garbage": "\u0001\r\n\u007f" }, false);
  }

  /** Interim answers without end: the final one never comes. */
  endlessHead(): void {
    const { body } = this;
    const step = () => {
      if (this.gone) return;
      if ((this.#session.state.outboundQueueSize ?? 0) > ENDLESS_HEAD_FRAMES_QUEUED_MAX) {
        setTimeout(step, BEHIND_MS);
        return;
      }
      body.additionalHeaders({ ":status": 103, "x-header": HEADER_VALUE });
      // Node would remember every one of them.
      body.sentInfoHeaders!.length = 0;
      setImmediate(step);
    };
    step();
  }
}
