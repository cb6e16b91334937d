/**
 * TLS to one target: what its connections offer in their handshakes, and what they share. By default that is nothing,
 * so each makes a full handshake, as a cold client does. With resumption the newest session of any of them is offered
 * by all that follow: the newest ticket wins (RFC 8446, section 4.6.1; for TLS 1.2 RFC 5077).
 */
import { isIP, type OnReadOpts } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { HttpVersion, Target, TlsOptions } from "../model/scenario.ts";
import type { KeyLog } from "./key-log.ts";
import { secureContextOf } from "./tls-context.ts";

/** By HTTP version, in the order of preference (RFC 7301). */
const ALPN_PROTOCOLS: Readonly<Record<HttpVersion, string[]>> = {
  "http1.1": ["http/1.1"],
  http2: ["h2"],
  auto: ["h2", "http/1.1"],
};

export class TlsTarget {
  readonly #options: ConnectionOptions;
  readonly #httpVersion: HttpVersion;
  readonly #resumes: boolean;
  readonly #keyLog: KeyLog | null;
  #session: Buffer | undefined;

  constructor({ host, port, httpVersion }: Target, tls: TlsOptions, keyLog: KeyLog | null) {
    const name = tls.serverName || host;
    this.#options = {
      port,
      secureContext: secureContextOf(tls),
      rejectUnauthorized: tls.verify,
      ALPNProtocols: ALPN_PROTOCOLS[httpVersion],
      // SNI carries names only (RFC 6066, 3); an address is checked against the certificate without it.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      // Of net.connect, which takes the same options; their type does not say so.
      ...{ noDelay: true, allowHalfOpen: true },
    };
    this.#httpVersion = httpVersion;
    this.#resumes = tls.sessionResumption;
    this.#keyLog = keyLog;
  }

  /** Starts a connection to one of the target's addresses; what it brings goes to `onread`, as with net.connect. */
  connect(address: string, onread: OnReadOpts): TLSSocket {
    const session = this.#session;
    const socket = connect({
      ...this.#options,
      host: address,
      ...{ onread },
      ...(session === undefined ? {} : { session }),
    });
    if (this.#resumes) {
      socket.on("session", (newest: Buffer) => {
        this.#session = newest;
      });
    }
    const keyLog = this.#keyLog;
    if (keyLog !== null) socket.on("keylog", (line: Buffer) => keyLog.append(line));
    return socket;
  }

  /**
   * The protocol that a finished handshake agreed on, "" for none; or null when that will not do: a server without
   * ALPN cannot be meant to speak HTTP/2 (RFC 9113, section 3.2).
   */
  agreedProtocol(socket: TLSSocket): string | null {
    const { alpnProtocol } = socket;
    if (typeof alpnProtocol === "string") return alpnProtocol;
    return this.#httpVersion === "http2" ? null : "";
  }
}
