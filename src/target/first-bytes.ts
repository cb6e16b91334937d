/**
 * Which protocol a connection without TLS speaks. An HTTP/2 client with prior knowledge begins with a preface that no
 * HTTP/1.1 request can begin with (RFC 9113, section 3.4); a connection is HTTP/1.1 as soon as one byte differs.
 */
import type { Socket } from "node:net";
import type { Protocol } from "./options.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** The protocol that `bytes`, the first of a connection, begin; null when more are needed to tell. */
export function protocolOf(bytes: Uint8Array): Protocol | null {
  const length = Math.min(bytes.length, PREFACE.length);
  if (!PREFACE.subarray(0, length).equals(bytes.subarray(0, length))) return "http1.1";
  return length === PREFACE.length ? "http2" : null;
}

/**
 * Reads until the protocol is known, puts back what was read, and calls `decided`. A client that ends before that has
 * asked for nothing, and its connection is closed.
 */
export function readProtocol(socket: Socket, decided: (protocol: Protocol) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const look = () => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const protocol = protocolOf(seen);
    if (protocol === null) return;
    socket.off("readable", look);
    socket.off("end", giveUp);
    socket.unshift(seen);
    decided(protocol);
  };
  const giveUp = () => socket.destroy();
  socket.on("readable", look);
  socket.on("end", giveUp);
}
