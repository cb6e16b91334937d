/**
 * The embedded target: a server to test load tests against. It answers well, slowly, badly or not at all, just as the
 * path asks, and keeps books of what it received and did, to compare with what the load tester reports.
 */
import { createServer, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { BACKLOG, REQUEST_HEAD_BYTES_MAX } from "./bounds.ts";
import { makeCertificate } from "./certificate.ts";
import { dispatch } from "./dispatch.ts";
import { settingsFrom, type TargetOptions } from "./options.ts";
import { TargetState } from "./state.ts";
import type { TargetStats } from "./stats.ts";

/** Where a target listens. Plain data. */
export interface TargetAddress {
  readonly host: string;
  readonly port: number;
  /** With scheme and port, without a trailing slash. */
  readonly url: string;
  /** What a client must trust to verify the server; null without TLS. */
  readonly certificatePem: string | null;
}

export interface RunningTarget extends TargetAddress {
  stats(): TargetStats;
  /** Stops listening, ends all connections, cancels all waits. */
  close(): Promise<void>;
}

/** No connection is ever closed for being idle or slow: when one closes, a route or the client wanted it. */
const PATIENT: ServerOptions = {
  keepAliveTimeout: 0,
  headersTimeout: 0,
  requestTimeout: 0,
  maxHeaderSize: REQUEST_HEAD_BYTES_MAX,
};

/**
 * Starts a target in this thread and resolves when it listens. Rejects with a RangeError for an option out of bounds,
 * and with the system's error (EADDRINUSE, EACCES, ...) when it cannot listen.
 */
export async function startTarget(options: TargetOptions = {}): Promise<RunningTarget> {
  const settings = settingsFrom(options);
  const certified = settings.tls ? await makeCertificate() : null;
  const server =
    certified === null
      ? createServer(PATIENT)
      : createTlsServer({ ...PATIENT, cert: certified.certPem, key: certified.keyPem });
  const state = new TargetState(settings);
  server.on("connection", (transport: Socket) => state.connections.addTransport(transport));
  server.on(certified === null ? "connection" : "secureConnection", (stream: Socket) =>
    state.connections.addStream(stream),
  );
  server.on("request", (request, response) => dispatch(state, request, response));
  const port = await listen(server, settings.host, settings.port);
  return {
    host: settings.host,
    port,
    url: `${certified === null ? "http" : "https"}://${reachable(settings.host)}:${port}`,
    certificatePem: certified?.certPem ?? null,
    stats: () => state.stats(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        state.waits.cancelAll();
        state.connections.endAll();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** The host as a URL needs it; a server that listens everywhere is reached on loopback. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
