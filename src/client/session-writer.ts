/** What HTTP/2 sessions have to say is written once a turn, and once more when one is closed. */
import { UNSENT_BYTES_MAX } from "../base/limits.ts";
import type { IoPort } from "../model/ports.ts";
import type { Http2ClientSession } from "../protocol/http2/client-session.ts";
import type { Connections } from "./connections.ts";

export class SessionWriter {
  readonly #io: IoPort;
  readonly #connections: Connections;
  /** Connections that may have something to write, each once. */
  readonly #waiting: Int32Array;
  #waitingCount = 0;
  readonly #waits: Uint8Array;

  constructor(io: IoPort, connections: Connections) {
    this.#io = io;
    this.#connections = connections;
    this.#waiting = new Int32Array(connections.capacity);
    this.#waits = new Uint8Array(connections.capacity);
  }

  /** Something may have to be written at the end of the turn. */
  later(connection: number): void {
    if (this.#waits[connection] !== 0) return;
    this.#waits[connection] = 1;
    this.#waiting[this.#waitingCount++] = connection;
  }

  /** The end of the turn. */
  flush(): void {
    for (let i = 0; i < this.#waitingCount; i++) {
      const connection = this.#waiting[i]!;
      this.#waits[connection] = 0;
      const session = this.#connections.session(connection);
      if (session !== undefined) this.now(connection, session);
    }
    this.#waitingCount = 0;
  }

  /** Writes what the session has, and goes on with request bodies for as long as the operating system takes them. */
  now(connection: number, session: Http2ClientSession): void {
    const { out } = session;
    for (;;) {
      session.pump(UNSENT_BYTES_MAX - this.#io.unsent(connection));
      if (out.length === 0) return;
      this.#connections.bytesOut[connection]! += out.length;
      this.#io.write(connection, out.bytes, 0, out.length);
      out.clear();
    }
  }
}
