/**
 * Node's HTTP/2 client (nghttp2) against our server's side, over a loopback socket: what Node asks must arrive as it
 * was sent, and what we answer must be what Node sees.
 */
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { afterEach, expect, test } from "vitest";
import { concatBytes } from "../../base/bytes.ts";
import { CANCEL, NO_ERROR, REFUSED_STREAM } from "./frame.ts";
import type { Http2Answer } from "./server-answer.ts";
import { type Http2ServerOptions, Http2ServerSession } from "./server-session.ts";
import type { ReceivedRequest } from "./server-stream.ts";

const SIZES = [0, 1, 16_384, 70_000, 1_000_000];
const OPTIONS: Http2ServerOptions = {
  maxConcurrentStreams: 100,
  initialWindowBytes: 65_535,
  headerTableBytes: 4_096,
  frameBytesMax: 16_384,
};

type Answers = (session: Http2ServerSession, request: ReceivedRequest, content: Uint8Array) => void;

const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

/** Serves one client; `answers` is asked for every complete request. */
async function connect(answers: Answers, options: Partial<Http2ServerOptions> = {}, began?: Answers) {
  const violations: string[] = [];
  const cancelled: string[] = [];
  const contents = new Map<number, Uint8Array[]>();
  let session: Http2ServerSession | undefined;
  let flush = (): void => {};
  const server = net.createServer((socket) => {
    const own: Http2ServerSession = new Http2ServerSession(
      { ...OPTIONS, ...options },
      {
        began: (request) => {
          contents.set(request.stream, []);
          began?.(own, request, new Uint8Array(0));
        },
        content: ({ stream }, bytes, start, end) => contents.get(stream)!.push(bytes.slice(start, end)),
        completed: (request) => answers(own, request, concatBytes(contents.get(request.stream)!)),
        cancelled: ({ stream }, error) => cancelled.push(`${stream} for ${error}`),
        answered() {},
        leaving() {},
        violated: (reason) => violations.push(reason),
      },
    );
    session = own;
    flush = () => {
      socket.write(own.out.bytes.slice(0, own.out.length));
      own.out.clear();
    };
    flush();
    socket.on("error", () => {});
    socket.on("data", (bytes: Uint8Array) => {
      own.feed(bytes, 0, bytes.length);
      flush();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = http2.connect(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  client.on("error", () => {});
  await once(client, "remoteSettings");
  toClose.push(() => {
    client.destroy();
    server.close();
  });
  return { client, session: session!, violations, cancelled, flush: () => flush() };
}

interface Seen {
  status: number;
  content: Uint8Array;
  trailers: string;
  interims: number[];
  /** How the stream ended, as Node says it. */
  error: number;
}

function ask(client: http2.ClientHttp2Session, method: string, path: string, body: Uint8Array | null): Promise<Seen> {
  return new Promise((resolve) => {
    const stream = client.request({ ":method": method, ":path": path }, { endStream: body === null });
    const parts: Uint8Array[] = [];
    const seen: Seen = { status: 0, content: new Uint8Array(0), trailers: "", interims: [], error: -1 };
    stream.on("headers", (headers) => seen.interims.push(Number(headers[":status"])));
    stream.on("response", (headers) => {
      seen.status = headers[":status"]!;
    });
    stream.on("trailers", (headers) => {
      seen.trailers = String(headers["x-end"]);
    });
    stream.on("data", (part: Uint8Array) => parts.push(part));
    stream.on("error", () => {});
    stream.on("close", () => resolve({ ...seen, content: concatBytes(parts), error: stream.rstCode }));
    if (body !== null) stream.end(body);
  });
}

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
const answer = (body: Uint8Array, more: Partial<Http2Answer> = {}): Http2Answer => ({
  status: 200,
  fields: [{ name: "content-length", value: String(body.length) }],
  body,
  ...more,
});

test.each(SIZES)("Http2ServerSession takes a content of %i bytes from Node, and sends it back", async (size) => {
  const { client, violations } = await connect((session, { stream }, content) =>
    session.respond(stream, answer(content)),
  );
  const body = bytesOf(size);
  const seen = await ask(client, "POST", "/echo", body);
  expect([seen.status, seen.content.length, seen.error]).toEqual([200, size, NO_ERROR]);
  expect(isSame(seen.content, body)).toBe(true);
  expect(violations).toEqual([]);
});

test.each(SIZES)("Http2ServerSession answers Node's GET and HEAD with %i bytes", async (size) => {
  const body = bytesOf(size);
  const { client, violations } = await connect((session, { stream, toHead }) =>
    session.respond(stream, toHead ? answer(body, { body: new Uint8Array(0) }) : answer(body)),
  );
  const [get, head] = await Promise.all([ask(client, "GET", "/", null), ask(client, "HEAD", "/", null)]);
  expect(isSame(get.content, body)).toBe(true);
  expect([head.status, head.content.length, head.error]).toEqual([200, 0, NO_ERROR]);
  expect(violations).toEqual([]);
});

test("Http2ServerSession serves many streams of Node at once, with small windows and every layout", async () => {
  let highest = 0;
  const { client, session, violations } = await connect(
    (own, { stream, path }, content) => {
      highest = Math.max(highest, own.requests.length);
      own.interim(stream, 103);
      own.respond(stream, {
        ...answer(content, { trailers: [{ name: "x-end", value: path }] }),
        layout: {
          headerFrameBytes: 1 + (stream % 50),
          dataFrameBytes: 100 + stream,
          paddingBytes: stream % 256,
          hasPriority: stream % 3 === 0,
        },
      });
    },
    { initialWindowBytes: 500, maxConcurrentStreams: 30, headerTableBytes: 0 },
  );
  const asked = Array.from({ length: 200 }, (_, i) => ask(client, "POST", `/${i}`, bytesOf((i * 131) % 9_000)));
  for (const [i, seen] of (await Promise.all(asked)).entries()) {
    expect([seen.status, seen.trailers, seen.interims, seen.error]).toEqual([200, `/${i}`, [103], NO_ERROR]);
    expect(isSame(seen.content, bytesOf((i * 131) % 9_000))).toBe(true);
  }
  expect(highest).toBeGreaterThan(1);
  expect(highest).toBeLessThanOrEqual(30);
  expect(session.requests).toEqual([]);
  expect(violations).toEqual([]);
});

test("Http2ServerSession changes its settings while Node sends, down to windows below 0", async () => {
  const { client, session, violations, flush } = await connect(
    (own, { stream }, content) => own.respond(stream, answer(content)),
    { initialWindowBytes: 60_000 },
    (own, { stream }) => own.settings({ initialWindowBytes: stream % 4 === 1 ? 10 : 30_000, headerTableBytes: stream }),
  );
  session.ping();
  flush();
  const asked = Array.from({ length: 20 }, () => ask(client, "POST", "/", bytesOf(100_000)));
  for (const { content } of await Promise.all(asked)) expect(isSame(content, bytesOf(100_000))).toBe(true);
  expect(violations).toEqual([]);
});

test("Http2ServerSession gives streams up, and Node sees with which error", async () => {
  const { client, violations } = await connect(
    (session, { stream, path }) => {
      if (path === "/begun") {
        session.respond(stream, answer(bytesOf(10), { fields: [], isOpen: true }));
        session.append(stream, bytesOf(5), true);
        session.reset(stream, CANCEL);
      } else session.respond(stream, answer(bytesOf(3)));
    },
    {},
    (session, { stream, path }) => {
      if (path === "/refused") session.reset(stream, REFUSED_STREAM);
      if (path !== "/early") return;
      session.respond(stream, answer(bytesOf(3)));
      session.reset(stream, NO_ERROR);
    },
  );
  const [refused, begun, early, good] = await Promise.all([
    ask(client, "POST", "/refused", bytesOf(40_000)),
    ask(client, "POST", "/begun", bytesOf(40_000)),
    ask(client, "POST", "/early", bytesOf(40_000)),
    ask(client, "POST", "/", bytesOf(40_000)),
  ]);
  expect([refused.status, refused.error]).toEqual([0, REFUSED_STREAM]);
  expect([begun.status, begun.error]).toEqual([200, CANCEL]);
  expect([early.status, early.error, early.content.length]).toEqual([200, NO_ERROR, 3]);
  expect([good.status, good.error, good.content.length]).toEqual([200, NO_ERROR, 3]);
  expect(violations).toEqual([]);
});

test("Http2ServerSession goes: Node sees the GOAWAY, and only the streams up to the last are answered", async () => {
  const { client, session, flush } = await connect(() => {});
  const went = once(client, "goaway") as Promise<[code: number, last: number]>;
  const first = ask(client, "GET", "/1", null);
  const second = ask(client, "GET", "/2", null);
  while (session.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  session.goaway(1, NO_ERROR);
  session.respond(1, answer(bytesOf(9)));
  flush();
  expect((await went).slice(0, 2)).toEqual([NO_ERROR, 1]);
  expect((await first).content.length).toBe(9);
  expect((await second).status).toBe(0);
});

test("Http2ServerSession hears of a stream that Node gives up", async () => {
  const { client, session, cancelled, violations } = await connect(() => {});
  const stream = client.request({ ":path": "/" });
  stream.on("error", () => {});
  while (session.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
  stream.close(CANCEL);
  while (cancelled.length < 1) await new Promise((resolve) => setImmediate(resolve));
  expect(cancelled).toEqual([`1 for ${CANCEL}`]);
  expect(session.request(1)).toBe(null);
  expect(violations).toEqual([]);
});
