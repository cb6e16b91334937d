/**
 * The embedded target: a server to test load tests against. It answers well, slowly, badly or not at all, just as the
 * path asks, and keeps books of what it received and did, to compare with what the load tester reports.
 */
import type { AddressInfo, Server } from "node:net";
import { BACKLOG } from "./bounds.ts";
import { makeCertificate } from "./certificate.ts";
import { plainDoor, tlsDoor } from "./door.ts";
import { http1Server } from "./http1-server.ts";
import { http2Server } from "./http2-server.ts";
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

/**
 * Starts a target in this thread and resolves when it listens. Rejects with a RangeError for an option out of bounds,
 * and with the system's error (EADDRINUSE, EACCES, ...) when it cannot listen.
 */
export async function startTarget(options: TargetOptions = {}): Promise<RunningTarget> {
  const settings = settingsFrom(options);
  const certified = settings.tls ? await makeCertificate() : null;
  const state = new TargetState(settings);
  const servers = { "http1.1": http1Server(state), http2: http2Server(state) };
  const { httpVersion } = settings;
  const door =
    certified === null
      ? plainDoor(httpVersion, state.connections, servers)
      : tlsDoor(httpVersion, state.connections, servers, certified);
  const port = await listen(door, settings.host, settings.port);
  return {
    host: settings.host,
    port,
    url: `${certified === null ? "http" : "https"}://${reachable(settings.host)}:${port}`,
    certificatePem: certified?.certPem ?? null,
    stats: () => state.stats(),
    close: () =>
      new Promise((resolve) => {
        door.close(() => resolve());
        state.waits.cancelAll();
        state.connections.endAll();
      }),
  };
}

function listen(door: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    door.once("error", reject);
    door.listen({ host, port, backlog: BACKLOG }, () => {
      door.off("error", reject);
      resolve((door.address() as AddressInfo).port);
    });
  });
}

/** The host as a URL needs it; a server that listens everywhere is reached on loopback. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
