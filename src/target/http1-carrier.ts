/** A request over HTTP/1.1: it has its connection to itself, so whatever ends the request ends the connection. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Carrier, Ending } from "./carrier.ts";
import { type Connection, endConnection } from "./connections.ts";
import { pour } from "./pour.ts";

/** Every byte there is, from the last to the first: no HTTP, no text. */
const GARBAGE = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
const HEADER_VALUE = "z".repeat(1_000);

export class Http1Carrier implements Carrier {
  readonly received: IncomingMessage;
  readonly body: ServerResponse;
  readonly #connection: Connection;

  constructor(connection: Connection, request: IncomingMessage, response: ServerResponse) {
    this.received = request;
    this.body = response;
    this.#connection = connection;
    response.sendDate = false;
  }

  get httpVersion(): string {
    return this.received.httpVersion;
  }

  get method(): string {
    return this.received.method ?? "GET";
  }

  get url(): string {
    return this.received.url ?? "/";
  }

  get headers(): IncomingHttpHeaders {
    return this.received.headers;
  }

  get gone(): boolean {
    return this.body.destroyed;
  }

  head(status: number, headers: OutgoingHttpHeaders): void {
    this.body.writeHead(status, headers);
  }

  closeAfterAnswer(): void {
    this.#connection.closing = true;
    this.body.setHeader("connection", "close");
  }

  drop(ending: Ending): void {
    endConnection(this.#connection, ending === "close" ? "close" : "reset");
  }

  /** Nothing but the connection's end can end a body before its Content-Length. */
  endShort(): void {
    this.drop("close");
  }

  /** 256 bytes past the HTTP server, which would not allow them; then the connection closes. */
  garbage(): void {
    this.#connection.stream.write(GARBAGE, (error) => {
      if (!error) this.drop("close");
    });
  }

  /** Header after header, past the HTTP server. */
  endlessHead(): void {
    const { stream } = this.#connection;
    let headers = 0;
    stream.write("HTTP/1.1 200 OK\r\n");
    pour(
      stream,
      () => `X-Header-${headers++}: ${HEADER_VALUE}\r\n`,
      () => {},
    );
  }
}
