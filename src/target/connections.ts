/**
 * The connections of the server: counted, their bytes added up, and ended the hard way when a route asks for it.
 * Under TLS a connection has two sockets: the transport below, and the stream above that carries HTTP.
 */
import type { Socket } from "node:net";

/** How a connection is ended: a TCP reset (the peer sees ECONNRESET), or an orderly close (the peer sees the end). */
export type Ending = "reset" | "close";

export class Connections {
  readonly #transports = new Set<Socket>();
  /** Streams that carry HTTP, each with its bytes that belong to the time before the last `resetCounts`. */
  readonly #streams = new Map<Socket, number>();
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
    for (const [stream, bytesBefore] of this.#streams) bytes += stream.bytesRead - bytesBefore;
    return bytes;
  }

  /** A client has connected. */
  addTransport(transport: Socket): void {
    this.#accepted++;
    this.#transports.add(transport);
    transport.on("close", () => this.#transports.delete(transport));
  }

  /** A connection is ready for HTTP: at once for plain TCP, after the handshake for TLS. */
  addStream(stream: Socket): void {
    this.#streams.set(stream, 0);
    stream.on("close", () => {
      this.#bytesOfClosed += stream.bytesRead - this.#streams.get(stream)!;
      this.#streams.delete(stream);
    });
  }

  /** Ends the connection of `stream`. What was written and not yet sent is lost. */
  end(stream: Socket, ending: Ending): void {
    if (ending === "reset") this.#transportOf(stream)?.resetAndDestroy();
    stream.destroy();
  }

  endAll(): void {
    for (const transport of this.#transports) transport.destroy();
  }

  /** Counts from zero; open connections stay open. */
  resetCounts(): void {
    this.#accepted = 0;
    this.#bytesOfClosed = 0;
    for (const stream of this.#streams.keys()) this.#streams.set(stream, stream.bytesRead);
  }

  /** Only the transport can be reset; a TLS stream does not give its own away, so the peer's address finds it. */
  #transportOf(stream: Socket): Socket | undefined {
    if (this.#transports.has(stream)) return stream;
    for (const transport of this.#transports) {
      if (transport.remotePort === stream.remotePort && transport.remoteAddress === stream.remoteAddress) {
        return transport;
      }
    }
    return undefined;
  }
}
