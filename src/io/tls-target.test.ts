/**
 * TLS as the node io speaks it, against real servers on the loopback: each option has its effect where it counts, in
 * what the server sees.
 */
import { constants, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TlsOptions as ServerOptions, type TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { failureKind } from "../model/failure.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import type { HttpVersion, Target, TlsOptions } from "../model/scenario.ts";
import { makeCertificate } from "../target/certificate.ts";
import { clockSince, monotonicNs } from "./clock.ts";
import { nodeIo } from "./node-io.ts";

const CERTIFICATE = await makeCertificate();
const TLS: TlsOptions = {
  verify: true,
  serverName: "localhost",
  caBundle: CERTIFICATE.certPem,
  clientCert: null,
  clientKey: null,
  minVersion: "1.2",
  maxVersion: "1.3",
  ciphers: null,
  sessionResumption: false,
};

interface Server {
  readonly port: number;
  /** What it saw of each connection, in order. */
  readonly seen: { protocol: string | null; cipher: string; alpn: string | false | null; resumed: boolean }[];
  /** The secrets as the server has them, a line each. */
  readonly keyLines: string[];
  /** New keys: tickets that were given before are worth nothing. */
  forgetTickets(): void;
}

/** A server that greets each connection: who hears it has got the tickets that were sent before. */
async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { certPem: cert, keyPem: key } = CERTIFICATE;
  const server = createServer({ ALPNProtocols: ["http/1.1"], ...options, cert, key });
  const seen: Server["seen"] = [];
  const keyLines: string[] = [];
  const sockets: TLSSocket[] = [];
  server.on("secureConnection", (socket) => {
    sockets.push(socket);
    seen.push({
      protocol: socket.getProtocol(),
      cipher: socket.getCipher().name,
      alpn: socket.alpnProtocol,
      resumed: socket.isSessionReused(),
    });
    socket.on("error", () => {});
    socket.write("hello");
  });
  server.on("keylog", (line) => keyLines.push(line.toString("latin1")));
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { port, seen, keyLines, forgetTickets: () => server.setTicketKeys(randomBytes(48)) };
}

interface Way {
  readonly httpVersion?: HttpVersion;
  readonly tls?: Partial<TlsOptions>;
}

function targetAt({ port }: Server, { httpVersion = "auto", tls = {} }: Way = {}): Target {
  return { host: "127.0.0.1", port, httpVersion, tls: { ...TLS, ...tls } } as Target;
}

/** What an io said of a connection up to the server's greeting, or to its end. */
type Outcome = { readonly alpn: string; readonly resumed: boolean } | { readonly failure: string | undefined };

/** An io, and a function that opens one connection after the other. */
function dialer(targets: readonly Target[], keyLogPath: string | null = null): (target?: number) => Promise<Outcome> {
  const outcomes: Outcome[] = [];
  const waiting: ((outcome: Outcome) => void)[] = [];
  const end = (connection: number, outcome: Outcome): void => {
    outcomes[connection] = outcome;
    waiting[connection]!(outcome);
    io.close(connection);
  };
  const events: IoEvents = {
    opened(connection, tcpNs, tlsNs, alpn, resumed) {
      expect(outcomes[connection]).toBeUndefined();
      expect(tcpNs).toBeGreaterThan(0);
      expect(tlsNs).toBeGreaterThan(0);
      outcomes[connection] = { alpn, resumed };
    },
    received: (connection) => end(connection, outcomes[connection]!),
    failed(connection, failure) {
      expect(outcomes[connection]).toBeUndefined();
      end(connection, { failure: failureKind(failure) });
    },
    drained: () => {},
    ended: () => {},
    resolved: () => {},
  };
  const io: IoPort = nodeIo(targets, clockSince(monotonicNs()), events, () => {}, keyLogPath);
  return (target = 0) =>
    new Promise((resolve) => {
      const connection = waiting.push(resolve) - 1;
      io.open(connection, target);
    });
}

/** One connection to a server of its own: what the client was told and what the server saw. */
async function meet(way: Way, options: ServerOptions = {}): Promise<[Outcome, Server["seen"][number] | undefined]> {
  const server = await startServer(options);
  const outcome = await dialer([targetAt(server, way)])();
  return [outcome, server.seen[0]];
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "z6-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("ALPN", () => {
  const both = ["h2", "http/1.1"];

  test.each<[HttpVersion, string[], string]>([
    ["http1.1", both, "http/1.1"],
    ["http2", both, "h2"],
    ["auto", both, "h2"],
    ["auto", ["http/1.1", "h2"], "http/1.1"],
    ["auto", ["http/1.1"], "http/1.1"],
    ["auto", ["h2"], "h2"],
  ])("%s with a server that prefers %j agrees on %s", async (httpVersion, ALPNProtocols, alpn) => {
    const [outcome, seen] = await meet({ httpVersion }, { ALPNProtocols });
    expect(outcome).toEqual({ alpn, resumed: false });
    expect(seen).toMatchObject({ alpn });
  });

  test.each<[HttpVersion, string[]]>([
    ["http2", ["http/1.1"]],
    ["http1.1", ["h2"]],
    ["auto", ["spdy/3"]],
  ])("%s with a server that insists on %j fails as alpn_failed", async (httpVersion, ALPNProtocols) => {
    expect(await meet({ httpVersion }, { ALPNProtocols })).toEqual([{ failure: "alpn_failed" }, undefined]);
  });

  test.each<[HttpVersion, Outcome]>([
    ["http1.1", { alpn: "", resumed: false }],
    ["auto", { alpn: "", resumed: false }],
    ["http2", { failure: "alpn_failed" }],
  ])("%s with a server that knows no ALPN ends in %j", async (httpVersion, outcome) => {
    expect((await meet({ httpVersion }, { ALPNProtocols: [] }))[0]).toEqual(outcome);
  });
});

describe("versions and ciphers", () => {
  test.each([
    ["1.2", "1.3", "TLSv1.3"],
    ["1.3", "1.3", "TLSv1.3"],
    ["1.2", "1.2", "TLSv1.2"],
  ] as const)("from %s to %s is %s", async (minVersion, maxVersion, protocol) => {
    const [outcome, seen] = await meet({ tls: { minVersion, maxVersion } });
    expect(outcome).toEqual({ alpn: "http/1.1", resumed: false });
    expect(seen).toMatchObject({ protocol });
  });

  test("a server below the oldest version, or above the newest, fails as tls_failed", async () => {
    const old = await meet({ tls: { minVersion: "1.3" } }, { maxVersion: "TLSv1.2" });
    const young = await meet({ tls: { maxVersion: "1.2" } }, { minVersion: "TLSv1.3" });
    expect([old, young]).toEqual(Array(2).fill([{ failure: "tls_failed" }, undefined]));
  });

  test.each([
    ["TLS_CHACHA20_POLY1305_SHA256", "TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"],
    ["AES128-GCM-SHA256", "TLSv1.3", "TLS_AES_256_GCM_SHA384"],
    ["AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256", "TLSv1.3", "TLS_AES_128_GCM_SHA256"],
  ])("the list %s gives %s with %s", async (ciphers, protocol, cipher) => {
    expect((await meet({ tls: { ciphers } }))[1]).toMatchObject({ protocol, cipher });
  });

  test("a list decides in TLS 1.2, and one of TLS 1.3 alone rules that version out", async () => {
    const maxVersion = "TLSv1.2";
    const listed = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384";
    for (const cipher of listed.split(":")) {
      expect((await meet({ tls: { ciphers: cipher } }, { maxVersion }))[1]).toMatchObject({
        protocol: maxVersion,
        cipher,
      });
    }
    const outcome = await meet({ tls: { ciphers: "TLS_AES_128_GCM_SHA256" } }, { maxVersion });
    expect(outcome).toEqual([{ failure: "tls_failed" }, undefined]);
  });

  test("a cipher that the server does not have fails as tls_failed", async () => {
    const way: Way = { tls: { ciphers: "ECDHE-RSA-AES256-GCM-SHA384", maxVersion: "1.2" } };
    expect((await meet(way, { ciphers: "ECDHE-RSA-AES128-GCM-SHA256" }))[0]).toEqual({ failure: "tls_failed" });
  });
});

describe.each(["1.2", "1.3"] as const)("sessions of TLS %s", (version) => {
  const tls = (sessionResumption: boolean): Way => ({
    tls: { minVersion: version, maxVersion: version, sessionResumption },
  });

  async function connectTimes(count: number, dial: () => Promise<Outcome>): Promise<boolean[]> {
    const resumed: boolean[] = [];
    for (let i = 0; i < count; i++) {
      const outcome = await dial();
      if (!("resumed" in outcome)) throw new Error(`failed: ${outcome.failure}`);
      resumed.push(outcome.resumed);
    }
    return resumed;
  }

  test("without resumption every connection makes a full handshake", async () => {
    const server = await startServer();
    expect(await connectTimes(4, dialer([targetAt(server, tls(false))]))).toEqual([false, false, false, false]);
    expect(server.seen.map(({ resumed }) => resumed)).toEqual([false, false, false, false]);
  });

  test("with resumption every connection but the first resumes, and the server says so too", async () => {
    const server = await startServer();
    expect(await connectTimes(4, dialer([targetAt(server, tls(true))]))).toEqual([false, true, true, true]);
    expect(server.seen.map(({ resumed }) => resumed)).toEqual([false, true, true, true]);
  });

  test("a ticket that is worth nothing costs a full handshake, and the newest one is taken from then on", async () => {
    const server = await startServer();
    const dial = dialer([targetAt(server, tls(true))]);
    expect(await connectTimes(2, dial)).toEqual([false, true]);
    server.forgetTickets();
    expect(await connectTimes(3, dial)).toEqual([false, true, true]);
  });

  test("targets share no session, nor do ios", async () => {
    const server = await startServer();
    const targets = [targetAt(server, tls(true)), targetAt(server, tls(true))];
    const dial = dialer(targets);
    const order = [0, 1, 0, 1];
    expect(await connectTimes(4, () => dial(order.shift()))).toEqual([false, false, true, true]);
    expect(await connectTimes(1, dialer(targets))).toEqual([false]);
  });

  test("a server that resumes nothing is none the worse", async () => {
    const server = await startServer({ secureOptions: constants.SSL_OP_NO_TICKET });
    expect(await connectTimes(3, dialer([targetAt(server, tls(true))]))).toEqual([false, false, false]);
  });
});

describe("the key log", () => {
  test.each([
    ["1.2", ["CLIENT_RANDOM"]],
    [
      "1.3",
      [
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "EXPORTER_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_TRAFFIC_SECRET_0",
      ],
    ],
  ] as const)("has the secrets of TLS %s as the server knows them, after what was there", async (version, labels) => {
    const path = join(temporaryFolder(), "keys.log");
    writeFileSync(path, "# from before\n");
    const server = await startServer();
    const target = targetAt(server, { tls: { minVersion: version, maxVersion: version } });
    const [one, other] = [dialer([target], path), dialer([target], path)];
    await Promise.all([one(), other(), one(), other()]);
    const [first, ...lines] = readFileSync(path, "latin1").split(/(?<=\n)/);
    expect(first).toBe("# from before\n");
    expect(lines.toSorted()).toEqual(server.keyLines.toSorted());
    for (const line of lines) expect(line).toMatch(/^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{64,96}\n$/);
    expect([...new Set(lines.map((line) => line.split(" ")[0]))].sort()).toEqual(labels);
    expect(lines).toHaveLength(4 * labels.length);
  });

  test("is for its owner's eyes, and made only for connections with TLS", async () => {
    const path = join(temporaryFolder(), "keys.log");
    const server = await startServer();
    const dial = dialer([targetAt(server)], path);
    expect(existsSync(path)).toBe(false);
    await dial();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.skipIf(!existsSync("/dev/full"))("that the disk refuses keeps no connection from opening", async () => {
    const dial = dialer([targetAt(await startServer())], "/dev/full");
    expect(await dial()).toEqual({ alpn: "http/1.1", resumed: false });
    expect(await dial()).toEqual({ alpn: "http/1.1", resumed: false });
  });
});
