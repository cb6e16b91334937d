/**
 * The io port over Node's own sockets: net.connect and tls.connect. Works wherever Node does.
 *
 * Received bytes land in one buffer that all plain connections share: the client consumes them within the callback,
 * so nothing is copied and nothing outlives it. A closed connection is detached first, so that whatever Node still
 * reports of it reaches nobody.
 */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, createSecureContext, type TLSSocket } from "node:tls";
import { RECEIVE_BUFFER_BYTES } from "../base/limits.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import type { Target } from "../model/scenario.ts";
import { errnoOf, failureOf, type SystemError } from "./failures.ts";
import { Resolver } from "./resolver.ts";

/** One connection, from `open` to `close`. */
interface Link {
  readonly connection: number;
  readonly target: number;
  socket: Socket | null;
  attached: boolean;
}

/** Makes the port. `poke` is called after each event, so that the loop runs a turn. */
export function nodeIo(targets: readonly Target[], clock: () => number, events: IoEvents, poke: () => void): IoPort {
  const links: (Link | undefined)[] = [];
  const shared = new Uint8Array(RECEIVE_BUFFER_BYTES);
  const resolvers = targets.map(
    ({ host }, target) =>
      new Resolver(host, clock, (addresses, dnsNs) => {
        events.resolved(target, addresses, dnsNs);
        poke();
      }),
  );
  const tlsOptions = targets.map(tlsOptionsOf);

  function fail(link: Link, error: SystemError): void {
    events.failed(link.connection, failureOf(error), errnoOf(error));
    poke();
  }

  /** Tries the addresses one after the other; the last one's error is the connection's. */
  function tryAddresses(link: Link, addresses: readonly string[], at: number): void {
    const { port, tls } = targets[link.target]!;
    const host = addresses[at]!;
    const startedAtNs = clock();
    let tcpAtNs = 0;
    let isOpen = false;

    const onread = {
      buffer: shared,
      callback: (bytes: number): boolean => {
        if (link.attached && isOpen) {
          events.received(link.connection, shared, 0, bytes);
          poke();
        }
        return true;
      },
    };
    const socket =
      tls === null
        ? connectTcp({ host, port, noDelay: true, allowHalfOpen: true, onread })
        : connectTls({
            ...tlsOptions[link.target]!,
            host,
            port,
            noDelay: true,
            allowHalfOpen: true,
          } as ConnectionOptions);
    link.socket = socket;

    function opened(alpn: string): void {
      if (!link.attached) return;
      isOpen = true;
      for (let i = 0; i < at; i++) resolvers[link.target]!.leaveOut(addresses[i]!);
      events.opened(link.connection, tcpAtNs - startedAtNs, tls === null ? 0 : clock() - tcpAtNs, alpn, false);
      poke();
    }

    socket.on("connect", () => {
      tcpAtNs = clock();
      if (tls === null) opened("");
    });
    if (tls !== null) {
      socket.on("secureConnect", () => opened((socket as TLSSocket).alpnProtocol || ""));
      socket.on("data", (bytes: Uint8Array) => {
        if (!link.attached) return;
        events.received(link.connection, bytes, 0, bytes.length);
        poke();
      });
    }
    socket.on("end", () => {
      if (!link.attached) return;
      if (isOpen) events.ended(link.connection);
      else events.failed(link.connection, FAILURE_CODES.connection_closed, 0);
      poke();
    });
    socket.on("error", (error: SystemError) => {
      if (!link.attached) return;
      const reached = isOpen || tcpAtNs > 0;
      if (!reached && at + 1 < addresses.length) tryAddresses(link, addresses, at + 1);
      else fail(link, error);
    });
    socket.on("close", (hadError: boolean) => {
      if (!link.attached || hadError || link.socket !== socket) return;
      events.failed(link.connection, FAILURE_CODES.connection_closed, 0);
      poke();
    });
  }

  return {
    open(connection, target) {
      const link: Link = { connection, target, socket: null, attached: true };
      links[connection] = link;
      // Later, never from within this call: what it reports must come between turns.
      setImmediate(() => {
        resolvers[target]!.resolve((resolution) => {
          if (!link.attached) return;
          if ("error" in resolution) fail(link, resolution.error);
          else tryAddresses(link, resolution.addresses, 0);
        });
      });
    },
    send(connection, bytes, start, end) {
      links[connection]!.socket!.write(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
    },
    write(connection, bytes, start, end) {
      links[connection]!.socket!.write(bytes.slice(start, end));
    },
    unsent: (connection) => links[connection]!.socket!.writableLength,
    close(connection) {
      const link = links[connection]!;
      link.attached = false;
      links[connection] = undefined;
      link.socket?.destroy();
    },
  };
}

function tlsOptionsOf(target: Target): ConnectionOptions | null {
  const { tls, host } = target;
  if (tls === null) return null;
  const secureContext = createSecureContext({
    ...(tls.caBundle === null ? {} : { ca: tls.caBundle }),
    ...(tls.clientCert === null ? {} : { cert: tls.clientCert }),
    ...(tls.clientKey === null ? {} : { key: tls.clientKey }),
  });
  const name = tls.serverName || host;
  return {
    secureContext,
    rejectUnauthorized: tls.verify,
    ALPNProtocols: ["http/1.1"],
    // SNI carries names only (RFC 6066, 3); an address is checked against the certificate without it.
    ...(isIP(name) === 0 ? { servername: name } : {}),
  };
}
