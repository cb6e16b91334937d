/**
 * The door: one port, open for TCP or TLS, where each connection is handed to the server of the protocol that its
 * client speaks. Under TLS the handshake says which one (ALPN), without TLS the first bytes do.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { CertifiedKey } from "./certificate.ts";
import type { Connection, Connections } from "./connections.ts";
import { readProtocol } from "./first-bytes.ts";
import type { HttpVersion, Protocol } from "./options.ts";

/** What takes over a connection, by protocol. */
export type Servers = Readonly<Record<Protocol, (connection: Connection) => void>>;

/** Names of protocols in a TLS handshake (RFC 7301, section 6; RFC 9113, section 3.2). */
const ALPN = { "http1.1": ["http/1.1"], http2: ["h2"], auto: ["h2", "http/1.1"] } as const;

/** A server that does not listen yet. */
export function plainDoor(version: HttpVersion, connections: Connections, servers: Servers): Server {
  // As Node's own HTTP server: a client may end its half when it has asked.
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = connections.add(connections.addTransport(socket), socket);
    if (version === "auto") readProtocol(socket, (protocol) => servers[protocol](connection));
    else servers[version](connection);
  });
}

/** A server that does not listen yet. A client without ALPN speaks HTTP/1.1. */
export function tlsDoor(
  version: HttpVersion,
  connections: Connections,
  servers: Servers,
  { certPem, keyPem }: CertifiedKey,
): Server {
  const server = createTlsServer({ cert: certPem, key: keyPem, ALPNProtocols: [...ALPN[version]], noDelay: true });
  /** Node gives the stream above TLS, but not what is below it; the peer's address joins them. */
  const handshaking = new Map<string, Socket>();
  server.on("connection", (transport: Socket) => {
    const peer = peerOf(transport);
    handshaking.set(peer, connections.addTransport(transport));
    transport.on("close", () => {
      if (handshaking.get(peer) === transport) handshaking.delete(peer);
    });
  });
  server.on("secureConnection", (stream) => {
    const peer = peerOf(stream);
    const connection = connections.add(handshaking.get(peer) ?? stream, stream);
    handshaking.delete(peer);
    const protocol = stream.alpnProtocol === "h2" ? "http2" : "http1.1";
    if (version === "auto" || version === protocol) servers[protocol](connection);
    else stream.destroy();
  });
  server.on("tlsClientError", (_, stream) => stream.destroy());
  return server;
}

function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
