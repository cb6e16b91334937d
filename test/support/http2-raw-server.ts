/** A server whose every byte is the test's: it reads the client's frames, and does nothing of its own accord. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { CLIENT_PREFACE, DEFAULT_FRAME_BYTES_MAX, FRAME_HEADERS } from "../../src/protocol/http2/frame.ts";
import { FrameReader } from "../../src/protocol/http2/frame-reader.ts";

export interface RawBehaviour {
  /** A connection is open. */
  connected?(socket: Socket): void;
  /** A request has come on `stream`. */
  requested?(socket: Socket, stream: number): void;
  /** Says nothing to what it hears, and leaves it where it is. */
  readonly isDeaf?: boolean;
}

export interface RawServer {
  readonly url: string;
  close(): void;
}

export async function rawHttp2Server(behaviour: RawBehaviour): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    behaviour.connected?.(socket);
    if (behaviour.isDeaf !== true) listen(socket, behaviour);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listen(socket: Socket, behaviour: RawBehaviour): void {
  const reader = new FrameReader(
    {
      frame: (type, _flags, stream) => {
        if (type === FRAME_HEADERS) behaviour.requested?.(socket, stream);
      },
      dataBegins() {},
      dataPart() {},
      dataEnds() {},
      oversized() {},
    },
    DEFAULT_FRAME_BYTES_MAX,
  );
  let prefaceLeft = CLIENT_PREFACE.length;
  socket.on("data", (bytes: Uint8Array) => {
    const skipped = Math.min(prefaceLeft, bytes.length);
    prefaceLeft -= skipped;
    reader.feed(bytes, skipped, bytes.length);
  });
}

/** Writes `part` again and again, as fast as it is taken, until the other side has had enough. */
export function flood(socket: Socket, part: Uint8Array): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(part));
  };
  socket.on("drain", write);
  write();
}
