/**
 * The io port over Node's own sockets: net.connect, and tls.connect (tls-target.ts). Works wherever Node does.
 *
 * Received bytes land in one buffer that all connections share: the client consumes them within the callback,
 * so nothing is copied and nothing outlives it. A closed connection is detached first, so that whatever Node still
 * reports of it reaches nobody.
 *
 * `write` copies, because Node keeps what it is given until the kernel has taken it. `unsent` is Node's writableLength:
 * a piece counts in full until its last byte is taken. A plain connection offers each piece to the kernel within the
 * call, so `unsent` stays 0 as long as the kernel has room, and what was written then survives a `close` right behind it.
 * A TLS connection hears only after the turn that its records were taken: `unsent` is above 0 until then, `drained`
 * follows, and of several pieces written in one turn only the first has left when `close` comes.
 */
import { connect as connectTcp, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { RECEIVE_BUFFER_BYTES } from "../base/limits.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import type { Target } from "../model/scenario.ts";
import { errnoOf, failureOf, type SystemError } from "./failures.ts";
import { KeyLog } from "./key-log.ts";
import { Resolver } from "./resolver.ts";
import { TlsTarget } from "./tls-target.ts";

/** One connection, from `open` to `close`. */
interface Link {
  readonly connection: number;
  readonly target: number;
  socket: Socket | null;
  attached: boolean;
  /** Something was written that was not taken at once, and `drained` is due. */
  isBehind: boolean;
  /** Node's callback of each write; one function for all, because Node counts repeats instead of queueing them. */
  readonly written: (error?: Error | null) => void;
}

/**
 * Makes the port. `poke` is called after each event, so that the loop runs a turn. The secrets of TLS are appended to
 * the file at `keyLogPath`.
 */
export function nodeIo(
  targets: readonly Target[],
  clock: () => number,
  events: IoEvents,
  poke: () => void,
  keyLogPath: string | null = null,
): IoPort {
  const links: (Link | undefined)[] = [];
  const shared = new Uint8Array(RECEIVE_BUFFER_BYTES);
  const resolvers = targets.map(
    ({ host }, target) =>
      new Resolver(host, clock, (addresses, dnsNs) => {
        events.resolved(target, addresses, dnsNs);
        poke();
      }),
  );
  const keyLog = keyLogPath === null ? null : new KeyLog(keyLogPath);
  const tlsTargets = targets.map((target) => (target.tls === null ? null : new TlsTarget(target, target.tls, keyLog)));

  function fail(link: Link, error: SystemError): void {
    events.failed(link.connection, failureOf(error), errnoOf(error));
    poke();
  }

  /** One of the link's writes is over: the kernel took it, or the connection has failed, which "error" reports. */
  function written(link: Link, error: Error | null | undefined): void {
    const { destroyed, writableLength } = link.socket!;
    if (error || destroyed || !link.attached || !link.isBehind || writableLength > 0) return;
    link.isBehind = false;
    events.drained(link.connection);
    poke();
  }

  /** Tries the addresses one after the other; the last one's error is the connection's. */
  function tryAddresses(link: Link, addresses: readonly string[], at: number): void {
    const { port } = targets[link.target]!;
    const tls = tlsTargets[link.target] ?? null;
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
      tls === null ? connectTcp({ host, port, noDelay: true, allowHalfOpen: true, onread }) : tls.connect(host, onread);
    link.socket = socket;

    function opened(alpn: string, resumed: boolean): void {
      if (!link.attached) return;
      isOpen = true;
      for (let i = 0; i < at; i++) resolvers[link.target]!.leaveOut(addresses[i]!);
      events.opened(link.connection, tcpAtNs - startedAtNs, tls === null ? 0 : clock() - tcpAtNs, alpn, resumed);
      poke();
    }

    /** The server speaks no protocol that was offered. */
    function refuse(): void {
      if (!link.attached) return;
      link.attached = false;
      socket.destroy();
      events.failed(link.connection, FAILURE_CODES.alpn_failed, 0);
      poke();
    }

    socket.on("connect", () => {
      tcpAtNs = clock();
      if (tls === null) opened("", false);
    });
    if (tls !== null) {
      socket.on("secureConnect", () => {
        const alpn = tls.agreedProtocol(socket as TLSSocket);
        if (alpn === null) refuse();
        else opened(alpn, (socket as TLSSocket).isSessionReused());
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
      const link: Link = {
        connection,
        target,
        socket: null,
        attached: true,
        isBehind: false,
        written: (error) => written(link, error),
      };
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
      const link = links[connection]!;
      const socket = link.socket!;
      socket.write(Buffer.from(bytes.subarray(start, end)), link.written);
      if (socket.writableLength > 0) link.isBehind = true;
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
