/**
 * `write`, `unsent` and `drained` against real peers on the loopback, the same suite for each io: in order, whole, of
 * any size, at any pace of the peer; and nothing is called back from within a call.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import type { Target, TlsOptions } from "../model/scenario.ts";
import { type CertifiedKey, makeCertificate } from "../target/certificate.ts";
import { chooseIo } from "./choose-io.ts";
import { clockSince, monotonicNs } from "./clock.ts";
import type { Loop } from "./loop.ts";
import { nodeIo } from "./node-io.ts";
import { startNodeLoop } from "./node-loop.ts";
import { uringIo } from "./uring-io.ts";

/** How a connection is made. */
interface Way {
  readonly name: string;
  readonly io: "node" | "uring";
  readonly certificate: CertifiedKey | null;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const WAIT_MS_MAX = 10_000;
const BOUND = { timeout: 20_000 };
const TLS: TlsOptions = {
  verify: false,
  serverName: "localhost",
  caBundle: null,
  clientCert: null,
  clientKey: null,
  minVersion: "1.2",
  maxVersion: "1.3",
  ciphers: null,
  sessionResumption: false,
};

const NODE: Way = { name: "node", io: "node", certificate: null };
const NODE_TLS: Way = { name: "node over TLS", io: "node", certificate: await makeCertificate() };
const URING: Way = { name: "uring", io: "uring", certificate: null };
const obstacle = chooseIo("auto", []);
const HAS_URING = obstacle.io === "uring";
if (!HAS_URING) process.stderr.write(`writes on io_uring are skipped: ${obstacle.reason}\n`);
const WAYS = HAS_URING ? [NODE, NODE_TLS, URING] : [NODE, NODE_TLS];

/** What one connection of a peer received. */
interface PeerConnection {
  /** The TCP connection itself, below TLS. */
  readonly raw: Socket;
  readonly chunks: Buffer[];
  bytes: number;
  isOver: boolean;
}

interface Peer {
  readonly port: number;
  /** In the order in which they were accepted. */
  readonly connections: PeerConnection[];
  /** From now on it reads, on all its connections. */
  read(): void;
}

/** A server that keeps what it receives; with `isSlow` it does not read before it is told. */
async function startPeer({ certificate }: Way, isSlow = false): Promise<Peer> {
  const connections: PeerConnection[] = [];
  const waiting: (() => void)[] = [];
  let reads = !isSlow;
  const server: Server =
    certificate === null
      ? createServer()
      : createTlsServer({ key: certificate.keyPem, cert: certificate.certPem, highWaterMark: 64 * KIB });
  server.on("connection", (raw: Socket) => {
    raw.on("error", () => {});
    connections.push({ raw, chunks: [], bytes: 0, isOver: false });
  });
  server.on(certificate === null ? "connection" : "secureConnection", (stream: Socket) => {
    // TLS names the same TCP connection by its remote port.
    const connection = connections.find(({ raw }) => raw === stream || raw.remotePort === stream.remotePort)!;
    const read = (): void => {
      stream.on("data", (bytes: Buffer) => {
        connection.chunks.push(bytes);
        connection.bytes += bytes.length;
      });
    };
    stream.on("error", () => {});
    stream.on("close", () => {
      connection.isOver = true;
    });
    if (reads) read();
    else waiting.push(read);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const { raw } of connections) raw.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    port,
    connections,
    read() {
      reads = true;
      for (const read of waiting) read();
    },
  };
}

/** What an io reported of one connection, in order. */
type Report = "opened" | "drained" | "ended" | { readonly failure: number } | { readonly received: string };

interface Session {
  readonly io: IoPort;
  /** Reports by connection. */
  readonly reports: Report[][];
  /** Calls of the events that came from within a call of the port. */
  callbacksWithin: number;
  turns: number;
  /** What each turn does. */
  onTurn: () => void;
  /** Asks for a turn. */
  poke(): void;
  /** `unsent` of each connection that was reported as drained, at that moment. */
  readonly unsentAtDrained: number[];
}

/** An io with its loop, connected to `peer` by connections 0 to `connections` - 1. */
async function connect({ io, certificate }: Way, peer: Peer, connections = 1): Promise<Session> {
  const tls = certificate === null ? null : TLS;
  const targets = [{ host: "127.0.0.1", port: peer.port, tls, httpVersion: "http1.1" } as Target];
  const clock = clockSince(monotonicNs());
  let isWithin = false;
  let loop: Loop | null = null;

  function report(connection: number, what: Report): void {
    if (isWithin) session.callbacksWithin++;
    session.reports[connection]!.push(what);
  }
  const events: IoEvents = {
    opened: (connection) => report(connection, "opened"),
    received: (connection, bytes, start, end) =>
      report(connection, { received: Buffer.from(bytes.subarray(start, end)).toString() }),
    drained(connection) {
      session.unsentAtDrained.push(session.io.unsent(connection));
      report(connection, "drained");
    },
    ended: (connection) => report(connection, "ended"),
    failed: (connection, failure) => report(connection, { failure }),
    resolved() {},
  };
  const uring = io === "uring" ? uringIo(targets, [], clock, events) : null;
  const port = uring?.port ?? nodeIo(targets, clock, events, () => loop?.poke());

  function within<Arguments extends unknown[]>(call: (...all: Arguments) => void): (...all: Arguments) => void {
    return (...all) => {
      isWithin = true;
      call(...all);
      isWithin = false;
    };
  }
  const session: Session = {
    io: {
      open: within(port.open),
      send: within(port.send),
      write: within(port.write),
      unsent: port.unsent,
      close: within(port.close),
    },
    reports: [],
    callbacksWithin: 0,
    turns: 0,
    onTurn() {},
    poke: () => loop!.poke(),
    unsentAtDrained: [],
  };
  const startLoop = uring?.startLoop ?? ((turn) => startNodeLoop(clock, turn));
  loop = startLoop((nowNs) => {
    session.turns++;
    session.onTurn();
    return nowNs + 1e9;
  });
  onTestFinished(() => loop!.stop());
  for (let connection = 0; connection < connections; connection++) {
    session.reports[connection] = [];
    session.io.open(connection, 0);
    // One after the other, so that the peer counts them alike.
    await until("opened", () => session.reports[connection]!.length > 0 && peer.connections.length > connection);
  }
  for (const reports of session.reports) expect(reports.splice(0)).toEqual(["opened"]);
  return session;
}

/** Lets everything else run until `condition` holds. */
async function until(what: string, condition: () => boolean): Promise<void> {
  const endMs = performance.now() + WAIT_MS_MAX;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`Cannot wait any longer: not ${what}`);
    await rounds(1);
  }
}

/** So many rounds of the event loop. */
async function rounds(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

const failuresOf = (reports: readonly Report[]): Report[] =>
  reports.filter((report) => typeof report === "object" && "failure" in report);
const sha256 = (parts: readonly Uint8Array[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

describe.each(WAYS)("$name", (way) => {
  test("many small writes from one buffer, which changes after each, arrive in order and whole", BOUND, async () => {
    const peer = await startPeer(way);
    const session = await connect(way, peer);
    const { io, reports } = session;
    const buffer = new Uint8Array(256);
    const expected: Buffer[] = [];
    for (let i = 0; i < 10_000; i++) {
      const start = i % 19;
      const end = start + (i % 67);
      for (let at = start; at < end; at++) buffer[at] = (i * 31 + at) & 0xff;
      expected.push(Buffer.from(buffer.subarray(start, end)));
      io.write(0, buffer, start, end);
      buffer.fill(0xee);
      if (i % 100 === 0) await rounds(1);
    }
    const whole = Buffer.concat(expected);
    await until("received", () => peer.connections[0]!.bytes >= whole.length);
    expect(Buffer.concat(peer.connections[0]!.chunks).equals(whole)).toBe(true);
    expect(failuresOf(reports[0]!)).toEqual([]);
    expect(session.callbacksWithin).toBe(0);
    io.close(0);
  });

  test(
    "32 MiB to a peer that reads nothing for 300 ms: unsent grows, drained comes once, all arrives",
    BOUND,
    async () => {
      const peer = await startPeer(way, true);
      const session = await connect(way, peer);
      const { io, reports } = session;
      const buffer = new Uint8Array(64 * KIB);
      const hash = createHash("sha256");
      const total = 32 * MIB;
      let unsent = 0;
      for (let written = 0; written < total; written += buffer.length) {
        for (let at = 0; at < buffer.length; at += 61) buffer[at] = (written / buffer.length) * 7 + at;
        hash.update(buffer);
        io.write(0, buffer, 0, buffer.length);
        buffer.fill(0xee);
        const unsentNow = io.unsent(0);
        expect(unsentNow).toBeGreaterThanOrEqual(unsent);
        expect(unsentNow - unsent).toBeLessThanOrEqual(buffer.length);
        unsent = unsentNow;
      }
      expect(unsent).toBeGreaterThan(total / 2);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(io.unsent(0)).toBeGreaterThan(0);
      expect(reports[0]).toEqual([]);
      const turnsBefore = session.turns;
      peer.read();
      await until("received", () => peer.connections[0]!.bytes >= total);
      await until("drained, and a turn after it", () => reports[0]!.length > 0 && session.turns > turnsBefore);
      await rounds(3);
      expect(reports[0]).toEqual(["drained"]);
      expect(session.unsentAtDrained).toEqual([0]);
      expect(io.unsent(0)).toBe(0);
      expect(peer.connections[0]!.bytes).toBe(total);
      expect(sha256(peer.connections[0]!.chunks)).toBe(hash.digest("hex"));
      expect(session.callbacksWithin).toBe(0);
      io.close(0);
    },
  );

  test(
    "small writes, one a turn, to a peer that reads nothing at first: none is lost where room ends",
    BOUND,
    async () => {
      const peer = await startPeer(way, true);
      const session = await connect(way, peer);
      const { io, reports } = session;
      const buffer = new Uint8Array(10_007);
      const hash = createHash("sha256");
      let total = 0;
      let behind = 0;
      session.onTurn = () => {
        if (behind === 20) return;
        buffer.fill(total);
        hash.update(buffer);
        io.write(0, buffer, 0, buffer.length);
        buffer.fill(0xee);
        total += buffer.length;
        session.poke();
      };
      session.poke();
      while (behind < 20) {
        await rounds(1);
        if (io.unsent(0) > 0) behind++;
      }
      peer.read();
      await until("received", () => peer.connections[0]!.bytes >= total);
      expect(sha256(peer.connections[0]!.chunks)).toBe(hash.digest("hex"));
      await until("drained", () => io.unsent(0) === 0);
      expect(failuresOf(reports[0]!)).toEqual([]);
      expect(session.callbacksWithin).toBe(0);
      io.close(0);
    },
  );

  test("an upload that writes while nothing is unsent, and else waits for drained, gets through", BOUND, async () => {
    const peer = await startPeer(way);
    const session = await connect(way, peer);
    const { io, reports } = session;
    const buffer = new Uint8Array(100 * KIB);
    const hash = createHash("sha256");
    const total = 400 * buffer.length;
    let written = 0;
    session.onTurn = () => {
      while (written < total && io.unsent(0) === 0) {
        buffer.fill(written / buffer.length);
        hash.update(buffer);
        io.write(0, buffer, 0, buffer.length);
        written += buffer.length;
      }
    };
    session.poke();
    await until("received", () => peer.connections[0]!.bytes >= total);
    expect(sha256(peer.connections[0]!.chunks)).toBe(hash.digest("hex"));
    expect(failuresOf(reports[0]!)).toEqual([]);
    expect(reports[0]!.length).toBeGreaterThan(0);
    expect(session.callbacksWithin).toBe(0);
    io.close(0);
  });

  test("a connection that was behind is written to as before, and can be behind again", BOUND, async () => {
    const peer = await startPeer(way, true);
    const { io, reports, unsentAtDrained } = await connect(way, peer);
    const big = new Uint8Array(16 * MIB).map((_, at) => at >> 9);
    const small = new Uint8Array(20).fill(7);
    io.write(0, big, 0, big.length);
    io.write(0, small, 0, small.length);
    peer.read();
    await until("drained", () => reports[0]!.length > 0);
    io.write(0, small, 0, small.length);
    io.write(0, big, 0, big.length);
    await until("drained", () => reports[0]!.length > 1 && io.unsent(0) === 0);
    const whole = [big, small, small, big];
    await until("received", () => peer.connections[0]!.bytes >= 2 * (big.length + small.length));
    expect(sha256(peer.connections[0]!.chunks)).toBe(sha256(whole));
    expect(new Set(reports[0])).toEqual(new Set(["drained"]));
    expect(new Set(unsentAtDrained)).toEqual(new Set([0]));
    io.close(0);
  });

  test("a peer that resets while more is written: one failure, after the call", BOUND, async () => {
    const peer = await startPeer(way, true);
    const session = await connect(way, peer);
    const { io, reports } = session;
    const bytes = new Uint8Array(64 * KIB);
    for (let i = 0; i < 4; i++) io.write(0, bytes, 0, bytes.length);
    await rounds(3);
    peer.connections[0]!.raw.resetAndDestroy();
    // Not closed at once, as a client would do: a second report would show.
    for (let i = 0; i < 50; i++) {
      io.write(0, bytes, 0, bytes.length);
      await rounds(1);
    }
    await until("failed", () => failuresOf(reports[0]!).length > 0);
    await rounds(20);
    expect(failuresOf(reports[0]!)).toEqual([{ failure: FAILURE_CODES.connection_reset }]);
    expect(reports[0]!.at(-1)).toEqual({ failure: FAILURE_CODES.connection_reset });
    expect(session.callbacksWithin).toBe(0);
    io.close(0);
  });

  test("a peer that resets while bytes are queued: one failure, and never drained", BOUND, async () => {
    const peer = await startPeer(way, true);
    const session = await connect(way, peer);
    const { io, reports } = session;
    const bytes = new Uint8Array(16 * MIB);
    io.write(0, bytes, 0, bytes.length);
    await rounds(3);
    expect(io.unsent(0)).toBeGreaterThan(0);
    peer.connections[0]!.raw.resetAndDestroy();
    await until("failed", () => reports[0]!.length > 0);
    await rounds(20);
    expect(reports[0]).toEqual([{ failure: FAILURE_CODES.connection_reset }]);
    expect(session.callbacksWithin).toBe(0);
    io.close(0);
  });

  test("a last small write right before close arrives, and nothing is reported of it", BOUND, async () => {
    const peer = await startPeer(way);
    const { io, reports } = await connect(way, peer);
    const goaway = Buffer.from("000008070000000000" + "0000000000000000", "hex");
    io.write(0, goaway, 0, goaway.length);
    io.close(0);
    await until("received", () => peer.connections[0]!.isOver);
    expect(Buffer.concat(peer.connections[0]!.chunks).equals(goaway)).toBe(true);
    expect(reports[0]).toEqual([]);
  });

  test(
    "a close drops what is queued; the number serves a new connection, which hears nothing of it",
    BOUND,
    async () => {
      const peer = await startPeer(way, true);
      const session = await connect(way, peer);
      const { io, reports } = session;
      const bytes = new Uint8Array(32 * MIB);
      io.write(0, bytes, 0, bytes.length);
      io.close(0);
      io.open(0, 0);
      await until("opened", () => reports[0]!.length > 0 && peer.connections.length > 1);
      expect(io.unsent(0)).toBe(0);
      io.write(0, Buffer.from("again"), 0, 5);
      peer.read();
      await until("received", () => peer.connections[0]!.isOver && peer.connections[1]!.bytes > 0);
      expect(peer.connections[0]!.bytes).toBeLessThan(bytes.length);
      expect(Buffer.concat(peer.connections[1]!.chunks).toString()).toBe("again");
      expect(failuresOf(reports[0]!)).toEqual([]);
      expect(session.callbacksWithin).toBe(0);
      io.close(0);
    },
  );

  test("several connections at once, each in its own order and at its own pace", BOUND, async () => {
    const peer = await startPeer(way, true);
    const count = 8;
    const session = await connect(way, peer, count);
    const { io, reports } = session;
    const buffer = new Uint8Array(100 * KIB);
    const hashes = Array.from({ length: count }, () => createHash("sha256"));
    const totals = new Array<number>(count).fill(0);
    for (let round = 0; round < 80; round++) {
      for (let connection = 0; connection < count; connection++) {
        // More than the kernel holds of one connection, by the time that the peer reads.
        const bytes = round < 60 ? buffer.length - connection : 20 + ((round * 7_919) % (buffer.length - 20));
        buffer.fill(round * count + connection, 0, bytes);
        io.write(connection, buffer, 0, bytes);
        hashes[connection]!.update(buffer.subarray(0, bytes));
        totals[connection]! += bytes;
      }
      if (round === 60) {
        expect(io.unsent(0)).toBeGreaterThan(0);
        peer.read();
      }
      if (round % 3 === 0) await rounds(1);
    }
    await until("received", () => peer.connections.every(({ bytes }, at) => bytes >= totals[at]!));
    await until("drained", () => totals.every((_, connection) => io.unsent(connection) === 0));
    expect(peer.connections.map(({ chunks }) => sha256(chunks))).toEqual(hashes.map((hash) => hash.digest("hex")));
    expect(reports.flatMap(failuresOf)).toEqual([]);
    expect(new Set(session.unsentAtDrained)).toEqual(new Set([0]));
    expect(session.callbacksWithin).toBe(0);
    for (let connection = 0; connection < count; connection++) io.close(connection);
  });
});

test.each(WAYS.filter(({ certificate }) => certificate === null))(
  "$name: what is taken at once leaves nothing unsent, is not reported, and survives a close",
  BOUND,
  async (way) => {
    const peer = await startPeer(way);
    const { io, reports } = await connect(way, peer);
    for (let i = 0; i < 3; i++) {
      io.write(0, Buffer.from(`frame ${i};`), 0, 8);
      expect(io.unsent(0)).toBe(0);
    }
    await rounds(10);
    expect(reports[0]).toEqual([]);
    for (let i = 3; i < 6; i++) io.write(0, Buffer.from(`frame ${i};`), 0, 8);
    io.close(0);
    await until("received", () => peer.connections[0]!.isOver);
    const text = Buffer.concat(peer.connections[0]!.chunks).toString();
    expect(text).toBe("frame 0;frame 1;frame 2;frame 3;frame 4;frame 5;");
  },
);

test.runIf(HAS_URING)("uring: what a peer said before it reset is received before the write fails", BOUND, async () => {
  const peer = await startPeer(URING);
  const session = await connect(URING, peer);
  const { io, reports } = session;
  const { raw } = peer.connections[0]!;
  // In one go: the reset is there when the write comes, and the last words have not been received yet.
  raw.write("last words");
  raw.resetAndDestroy();
  io.write(0, Buffer.from("too late"), 0, 8);
  await until("failed", () => failuresOf(reports[0]!).length > 0);
  await rounds(20);
  expect(reports[0]).toEqual([{ received: "last words" }, { failure: FAILURE_CODES.connection_reset }]);
  expect(session.callbacksWithin).toBe(0);
  io.close(0);
});
