/** What only HTTP/2 has: streams that share a connection, GOAWAY, resets of one stream, limits on what clients do. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type SecureClientSessionOptions,
} from "node:http2";
import { connect as connectTcp } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { nowNs } from "./clock.ts";
import type { TargetOptions } from "./options.ts";
import { type RunningTarget, startTarget } from "./server.ts";

const {
  NGHTTP2_CANCEL,
  NGHTTP2_ENHANCE_YOUR_CALM,
  NGHTTP2_INTERNAL_ERROR,
  NGHTTP2_NO_ERROR,
  NGHTTP2_PROTOCOL_ERROR,
  NGHTTP2_REFUSED_STREAM,
} = constants;

interface Client {
  readonly target: RunningTarget;
  readonly session: ClientHttp2Session;
  /** What became of the connection: error codes, GOAWAYs, its end. */
  readonly fate: string[];
  readonly closed: Promise<void>;
}

async function joined(options: TargetOptions = {}, own: SecureClientSessionOptions = {}): Promise<Client> {
  const target = await startTarget(options);
  onTestFinished(() => target.close());
  return { target, ...connected(target, own) };
}

function connected(target: RunningTarget, own: SecureClientSessionOptions = {}): Omit<Client, "target"> {
  const session = connect(target.url, { ...own, ...(target.certificatePem && { ca: target.certificatePem }) });
  onTestFinished(() => session.destroy());
  const fate: string[] = [];
  session.on("error", (error: NodeJS.ErrnoException) => fate.push(error.code ?? error.message));
  session.on("goaway", (code, lastStreamId) => fate.push(`goaway ${code} after ${lastStreamId}`));
  const closed = new Promise<void>((resolve) => {
    session.on("close", () => {
      fate.push("closed");
      resolve();
    });
  });
  return { session, fate, closed };
}

interface Outcome {
  /** null when no head came. */
  readonly status: number | null;
  readonly bodyBytes: number;
  /** The code that the stream ended with. */
  readonly code: number;
}

/** How a stream ends; never rejects. */
function outcome(stream: ClientHttp2Stream): Promise<Outcome> {
  return new Promise((resolve) => {
    let status: number | null = null;
    let bodyBytes = 0;
    stream.on("response", (headers) => {
      status = headers[":status"] ?? null;
    });
    stream.on("data", (part: Buffer) => {
      bodyBytes += part.length;
    });
    stream.on("error", () => {});
    stream.on("close", () => resolve({ status, bodyBytes, code: stream.rstCode }));
  });
}

const ask = ({ session }: Pick<Client, "session">, path: string): Promise<Outcome> =>
  outcome(session.request({ ":path": path }));

/** Until the statistics are as wanted: for what the server notices a moment after the client does. */
async function eventually(target: RunningTarget, until: (stats: ReturnType<RunningTarget["stats"]>) => boolean) {
  while (!until(target.stats())) await new Promise((resolve) => setImmediate(resolve));
}

const OK: Outcome = { status: 200, bodyBytes: 16, code: NGHTTP2_NO_ERROR };

/** A frame (RFC 9113, section 4.1). */
function frame(type: number, flags: number, streamId: number, payload: readonly number[] = []): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, Uint8Array.from(payload)]);
}

const PREFACE = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0)]);
const END_STREAM = 1;
const END_HEADERS = 4;
/** The head of a request to http://t and `path` (RFC 7541, section 6.2.2 and appendix A); `method` is an entry there. */
function head(streamId: number, path: string, flags = END_STREAM | END_HEADERS, method = GET): Buffer {
  return frame(1, flags, streamId, [method, 0x86, 0x04, path.length, ...Buffer.from(path), 0x01, 1, 0x74]);
}
const GET = 0x82;
const POST = 0x83;
const reset = (streamId: number, code: number): Buffer => frame(3, 0, streamId, [0, 0, 0, code]);

describe("requestsPerConnection", () => {
  test.each([false, true])("an HTTP/2 connection ends by GOAWAY after that many; TLS: %s", async (tls) => {
    const client = await joined({ tls, requestsPerConnection: 3 });
    for (let i = 0; i < 3; i++) expect(await ask(client, "/")).toEqual(OK);
    await client.closed;
    expect(client.fate[0]).toBe(`goaway ${NGHTTP2_NO_ERROR} after 5`);
    expect(new Set(client.fate.slice(0, -1)).size).toBe(1);
    await eventually(client.target, ({ connections }) => connections.open === 0);
    expect(client.target.stats().requests).toMatchObject({ total: 3, answered: 3 });
  });

  test("an HTTP/2 connection that has said so still gives the answers that it owes", async () => {
    const client = await joined({ requestsPerConnection: 3 });
    const owed = ["/delay/30", "/bytes/3000000", "/stream?chunks=3&interval=10"].map((path) => ask(client, path));
    expect((await Promise.all(owed)).map(({ bodyBytes }) => bodyBytes)).toEqual([7, 3_000_000, 3_000]);
    await client.closed;
    expect(client.fate).toContain("closed");
  });

  test("requests that came together are answered or known not to be, and the books have the answered ones", async () => {
    const client = await joined({ requestsPerConnection: 10 });
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => ask(client, "/")));
    await client.closed;
    const answered = outcomes.filter(({ status }) => status === 200);
    const lost = outcomes.filter(({ status }) => status === null);
    expect(answered.length).toBeGreaterThanOrEqual(10);
    expect(answered.length + lost.length).toBe(60);
    expect(client.target.stats().requests).toMatchObject({ total: answered.length, answered: answered.length });
  });

  test("an HTTP/1.1 connection ends by Connection: close, and serves none that were pipelined behind", async () => {
    const target = await startTarget({ requestsPerConnection: 3 });
    onTestFinished(() => target.close());
    const text = await new Promise<string>((resolve) => {
      const parts: Buffer[] = [];
      const socket = connectTcp({ host: target.host, port: target.port });
      socket.on("data", (part) => parts.push(part));
      socket.on("close", () => resolve(Buffer.concat(parts).toString()));
      socket.write("GET / HTTP/1.1\r\nHost: target\r\n\r\n".repeat(5));
    });
    const heads = text.split("HTTP/1.1 200 OK").slice(1);
    expect(heads.map((head) => /connection: close/i.test(head))).toEqual([false, false, true]);
    expect(target.stats().requests).toMatchObject({ total: 3, answered: 3, pending: 0 });
  });

  test("/close ends an HTTP/2 connection by GOAWAY, after the answers that it owes", async () => {
    const client = await joined();
    const owed = ask(client, "/delay/20");
    expect(await ask(client, "/close")).toMatchObject({ status: 200, code: NGHTTP2_NO_ERROR });
    expect(await owed).toMatchObject({ status: 200, code: NGHTTP2_NO_ERROR });
    await client.closed;
    expect(client.fate[0]).toBe(`goaway ${NGHTTP2_NO_ERROR} after 3`);
  });
});

describe("maxConcurrentStreams", () => {
  test.each([
    [{ maxConcurrentStreams: 7 }, 7],
    [{}, 0xffff_ffff],
  ])("%o is advertised as %i", async (options, expected) => {
    const { session } = await joined(options);
    const settings = await new Promise<{ maxConcurrentStreams?: number }>((resolve) =>
      session.on("remoteSettings", resolve),
    );
    expect(settings.maxConcurrentStreams ?? 0xffff_ffff).toBe(expected);
  });

  test("a client that knows the limit has all its requests answered", async () => {
    const client = await joined({ maxConcurrentStreams: 2 });
    await new Promise((resolve) => client.session.on("remoteSettings", resolve));
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => ask(client, "/delay/1")));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("streams beyond the limit are refused, however many, and the connection goes on", async () => {
    const client = await joined({ maxConcurrentStreams: 2 }, { peerMaxConcurrentStreams: 2_000 });
    const outcomes = await Promise.all(Array.from({ length: 1_500 }, () => ask(client, "/delay/50")));
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(outcomes.filter(({ code }) => code === NGHTTP2_REFUSED_STREAM)).toHaveLength(1_498);
    expect(await ask(client, "/")).toEqual(OK);
    expect(client.target.stats().requests).toMatchObject({ total: 3, answered: 3 });
  });
});

describe("drops", () => {
  test.each([
    ["before", null, 0],
    ["within", 200, 500],
  ])("/drop %s the answer by reset resets one stream; the others go on", async (when, status, bodyBytes) => {
    const client = await joined();
    const other = ask(client, "/delay/60");
    const dropped = await ask(client, `/drop?when=${when}`);
    expect(dropped).toEqual({ status, bodyBytes, code: NGHTTP2_INTERNAL_ERROR });
    expect(await other).toMatchObject({ status: 200, code: NGHTTP2_NO_ERROR });
    expect(client.fate).toEqual([]);
    expect(client.target.stats().requests).toMatchObject({ total: 2, answered: 1, [`dropped_${when}`]: 1 });
  });

  test.each([
    ["before", "close", false, null, 0],
    ["within", "close", false, 200, 500],
    ["before", "close", true, null, 0],
    ["within", "close", true, 200, 500],
    ["before", "tcp_reset", false, null, 0],
    ["within", "tcp_reset", false, 200, 500],
    ["before", "tcp_reset", true, null, 0],
    ["within", "tcp_reset", true, 200, 500],
  ])("/drop %s the answer by %s ends the connection; TLS: %s", async (when, how, tls, status, bodyBytes) => {
    const client = await joined({ tls });
    // Subtle: a client that finds its first SETTINGS and a reset together may report an orderly end (libuv does).
    expect(await ask(client, "/")).toEqual(OK);
    const other = ask(client, "/never");
    const dropped = await ask(client, `/drop?when=${when}&how=${how}`);
    expect(dropped).toMatchObject({ status, bodyBytes });
    expect(await other).toMatchObject({ status: null });
    await client.closed;
    expect(client.fate).toEqual(how === "close" ? ["closed"] : ["ECONNRESET", "closed"]);
    await eventually(client.target, ({ connections }) => connections.open === 0);
    expect(client.target.stats().requests).toMatchObject({
      total: 3,
      answered: 1,
      [`dropped_${when}`]: 1,
      abandoned: 1,
      pending: 0,
    });
  });

  test("dropRatio loses exactly the requests that it drops, though they share a connection", async () => {
    const client = await joined({ dropRatio: 0.3, seed: "3" });
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => ask(client, "/")));
    const lost = outcomes.filter(({ code }) => code === NGHTTP2_INTERNAL_ERROR).length;
    expect(lost).toBeGreaterThan(30);
    expect(client.target.stats().requests).toMatchObject({ answered: 200 - lost, dropped_before: lost, abandoned: 0 });
  });

  test("a client that keeps its half open after an orderly end is let go all the same", async () => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const socket = connectTcp({ host: target.host, port: target.port, allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.write(Buffer.concat([PREFACE, head(1, "/drop?how=close")]));
    await new Promise((resolve) => socket.resume().on("end", resolve));
    await eventually(target, ({ connections }) => connections.open === 0);
  });
});

describe("misbehaviour", () => {
  test.each(["/garbage", "/body/short"])("%s is a malformed answer, and the connection goes on", async (path) => {
    const client = await joined();
    expect(await ask(client, path)).toMatchObject({ code: NGHTTP2_PROTOCOL_ERROR });
    expect(await ask(client, "/")).toEqual(OK);
    expect(client.target.stats().requests).toMatchObject({ total: 2, answered: 1, misbehaved: 1 });
  });

  test("/headers/infinite is interim answers until the client goes away", async () => {
    const client = await joined();
    const stream = client.session.request({ ":path": "/headers/infinite" });
    const ended = outcome(stream);
    let interim = 0;
    await new Promise<void>((resolve) => {
      stream.on("headers", (headers) => {
        expect([headers[":status"], String(headers["x-header"]).length]).toEqual([103, 1_000]);
        if (++interim === 1_000) resolve();
      });
    });
    stream.close(NGHTTP2_CANCEL);
    expect(await ended).toMatchObject({ status: null });
    expect(await ask(client, "/")).toEqual(OK);
    expect(client.target.stats().requests).toMatchObject({ misbehaved: 1, pending: 0 });
  });

  test("/body/infinite goes on until the client goes away", async () => {
    const client = await joined();
    const stream = client.session.request({ ":path": "/body/infinite" });
    let bytes = 0;
    stream.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > 4_000_000) stream.close(NGHTTP2_CANCEL);
    });
    await new Promise((resolve) => stream.on("close", resolve));
    expect(await ask(client, "/")).toEqual(OK);
    expect(client.target.stats().requests).toMatchObject({ misbehaved: 1, pending: 0 });
  });
});

describe("clients that cancel", () => {
  test("/never stays pending until the client resets its stream", async () => {
    const client = await joined();
    const stream = client.session.request({ ":path": "/never" });
    const ended = outcome(stream);
    await eventually(client.target, ({ requests }) => requests.pending === 1);
    stream.close(NGHTTP2_CANCEL);
    await ended;
    await eventually(client.target, ({ requests }) => requests.abandoned === 1);
    expect(await ask(client, "/")).toEqual(OK);
  });

  test.each([NGHTTP2_CANCEL, NGHTTP2_NO_ERROR])("an upload that is cut off with code %i is abandoned", async (code) => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const socket = connectTcp({ host: target.host, port: target.port });
    onTestFinished(() => void socket.destroy());
    const part = frame(0, 0, 3, [...Buffer.from("the beginning")]);
    socket.write(Buffer.concat([PREFACE, head(1, "/"), head(3, "/echo", END_HEADERS, POST), part]));
    await eventually(target, ({ requests }) => requests.answered === 1 && requests.pending === 1);
    socket.write(Buffer.concat([reset(3, code), head(5, "/stats/reset", END_HEADERS, POST), reset(5, code)]));
    socket.resume();
    socket.write(head(7, "/"));
    await eventually(target, ({ requests }) => requests.answered === 2);
    expect(target.stats().requests).toMatchObject({ total: 3, answered: 2, abandoned: 1 });
  });

  test("requests that are cancelled as soon as sent are in the books", async () => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const socket = connectTcp({ host: target.host, port: target.port });
    onTestFinished(() => void socket.destroy());
    const streamIds = Array.from({ length: 500 }, (_, index) => 2 * index + 1);
    socket.resume();
    socket.write(Buffer.concat([PREFACE, ...streamIds.flatMap((id) => [head(id, "/"), reset(id, NGHTTP2_CANCEL)])]));
    await eventually(target, ({ requests }) => requests.total === 500 && requests.pending === 0);
    expect(target.stats().requests).toMatchObject({ abandoned: 500 });
    const last = new Promise((resolve) => socket.on("data", (part) => part.includes("ok") && resolve("answered")));
    socket.write(head(1_001, "/"));
    expect(await last).toBe("answered");
  });
});

test("many streams with large bodies are all served at once", async () => {
  const client = await joined({}, { maxSessionMemory: 1_000 });
  const paths = Array.from({ length: 60 }, () => "/chunked?chunks=2&bytes=1048576");
  const outcomes = await Promise.all(paths.map((path) => ask(client, path)));
  expect(new Set(outcomes.map(({ bodyBytes }) => bodyBytes))).toEqual(new Set([2 * 1_048_576]));
});

test("twenty thousand streams wait at once on one connection", async () => {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const socket = connectTcp({ host: target.host, port: target.port });
  onTestFinished(() => void socket.destroy());
  const heads = Array.from({ length: 20_000 }, (_, index) => head(2 * index + 1, "/never"));
  socket.resume();
  socket.write(Buffer.concat([PREFACE, ...heads]));
  await eventually(target, ({ requests }) => requests.pending === 20_000);
});

test("a head may have 2000 fields and 64 KiB, and no more", async () => {
  const client = await joined({}, { maxSendHeaderBlockLength: 1_000_000 });
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "v"]));
  const withFields = (fields: Record<string, string>) => outcome(client.session.request({ ":path": "/", ...fields }));
  expect(await withFields(many(1_900))).toEqual(OK);
  expect(await withFields(many(2_100))).toMatchObject({ code: NGHTTP2_ENHANCE_YOUR_CALM });
  expect(await withFields({ "x-long": "y".repeat(60_000) })).toEqual(OK);
  expect(await withFields({ "x-long": "y".repeat(70_000) })).toMatchObject({ code: NGHTTP2_ENHANCE_YOUR_CALM });
  expect(await ask(client, "/")).toEqual(OK);
});

test("a client that expects it is told to go on", async () => {
  const client = await joined();
  const stream = client.session.request(
    { ":method": "POST", ":path": "/echo", expect: "100-continue" },
    { endStream: false },
  );
  const ended = outcome(stream);
  await new Promise((resolve) => stream.on("continue", resolve));
  stream.end("body");
  expect(await ended).toMatchObject({ status: 200, code: NGHTTP2_NO_ERROR });
});

test("a stall of the server holds up every stream", async () => {
  const client = await joined();
  const startNs = nowNs();
  await outcome(client.session.request({ ":method": "POST", ":path": "/stall?ms=200" }, { endStream: true }));
  await Promise.all([ask(client, "/"), ask(client, "/bytes/10"), ask(client, "/chunked")]);
  expect(nowNs() - startNs).toBeGreaterThanOrEqual(200_000_000);
  expect(client.target.stats().delays.count).toBe(3);
});

test.each([false, true])("bytes_in is what the client sent, decrypted; TLS: %s", async (tls) => {
  const client = await joined({ tls });
  await ask(client, "/");
  const { bytes_in } = client.target.stats();
  expect(bytes_in).toBeGreaterThan(PREFACE.length);
  expect(bytes_in).toBeLessThan(300);
});

test.each([false, true])("closing the server ends sessions, idle or busy, at once; TLS: %s", async (tls) => {
  const client = await joined({ tls });
  const idle = connected(client.target);
  expect(await ask(idle, "/")).toEqual(OK);
  const pending = ["/never", "/delay/60000", "/stream?interval=60000", "/body/infinite"].map((path) =>
    ask(client, path),
  );
  await eventually(client.target, ({ requests }) => requests.total === 5);
  const startNs = nowNs();
  await client.target.close();
  await Promise.all([client.closed, idle.closed, ...pending]);
  expect(nowNs() - startNs).toBeLessThan(5_000_000_000);
  expect(client.target.stats()).toMatchObject({ requests: { pending: 0, abandoned: 3 }, connections: { open: 0 } });
});
