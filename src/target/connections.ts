/**
 * The connections of the server: counted, their bytes added up, and ended the hard way when a route asks for it.
 * Under TLS a connection has two sockets: the transport below, and the stream above that carries HTTP.
 */
import type { Socket } from "node:net";

/** A connection that is ready for HTTP: at once for plain TCP, after the handshake for TLS. */
export interface Connection {
  readonly transport: Socket;
  readonly stream: Socket;
  /** Requests that it has served or is serving. */
  requests: number;
  /** HTTP/1.1: its last request has come; none that follows is served. */
  closing: boolean;
  /** Bytes that belong to the time before the last `resetCounts`. */
  bytesBefore: number;
}

export class Connections {
  readonly #transports = new Set<Socket>();
  readonly #ready = new Set<Connection>();
  #accepted = 0;
  #bytesOfClosed = 0;

  get accepted(): number {
    return this.#accepted;
  }

  get open(): number {
    return this.#transports.size;
  }

  /** Bytes of HTTP read from all connections, open and closed. */
  get bytesIn(): number {
    let bytes = this.#bytesOfClosed;
    for (const { stream, bytesBefore } of this.#ready) bytes += stream.bytesRead - bytesBefore;
    return bytes;
  }

  /** A client has connected. */
  addTransport(transport: Socket): Socket {
    this.#accepted++;
    this.#transports.add(transport);
    // Its end is what matters, not why; between two owners nobody else listens.
    transport.on("error", () => {});
    transport.on("close", () => this.#transports.delete(transport));
    return transport;
  }

  /** A connection is ready for HTTP. */
  add(transport: Socket, stream: Socket): Connection {
    const connection: Connection = { transport, stream, requests: 0, closing: false, bytesBefore: 0 };
    this.#ready.add(connection);
    stream.on("close", () => {
      this.#bytesOfClosed += stream.bytesRead - connection.bytesBefore;
      this.#ready.delete(connection);
    });
    return connection;
  }

  endAll(): void {
    for (const transport of this.#transports) transport.destroy();
  }

  /** Counts from zero; open connections stay open. */
  resetCounts(): void {
    this.#accepted = 0;
    this.#bytesOfClosed = 0;
    for (const connection of this.#ready) connection.bytesBefore = connection.stream.bytesRead;
  }
}

/** Ends a connection by a TCP reset or in an orderly way. What was written and not yet sent is lost. */
export function endConnection({ transport, stream }: Connection, how: "reset" | "close"): void {
  if (how === "reset") transport.resetAndDestroy();
  stream.destroy();
}
