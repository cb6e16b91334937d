/**
 * The same exchanges with node:http2 as the server, asked by node:http2's own client and by ours: both must see the same
 * answers and the same failures, and the server must see the requests as they are. Beside that, the bytes that our
 * session counts for an answer are those of the frames that came.
 */
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { expect, test } from "vitest";
import {
  asNodeHeaders,
  type Batch,
  Draw,
  drawBatch,
  type Exchange,
  serveExchanges,
} from "../../../test/support/http2-exchanges.ts";
import { FAILURE_CODES, failureKind } from "../../model/failure.ts";
import { Http2ClientSession } from "./client-session.ts";
import {
  CANCEL,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FRAME_CONTINUATION,
  FRAME_HEADERS,
  FRAME_RST_STREAM,
} from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";
import { type Http2Request, http2Request } from "./request.ts";

const SEED = process.env.Z6_HTTP2_SEED ?? String(Date.now());
const SERVERS = 16;
const BATCHES_PER_SERVER = 6;
const UNSENT_BYTES = 64 * 1024;

/** "200" for an answer, "reset 8", or "left out". */
type Outcome = string;

function requestOf({ number, method, path, fields, body }: Exchange): Http2Request {
  // As from a scenario, and behind it the fields as they are: bytes, and a name as often as it comes.
  const { fields: usual, ...rest } = http2Request({ method, host: "localhost", path, headers: [], body }, false);
  const own = [["x-exchange", String(number)] as const, ...fields].map(([name, value]) => ({ name, value }));
  return { ...rest, fields: [...usual, ...own] };
}

/** Bytes of frames by stream, up to its end, as they come over the wire. */
class WireCount {
  readonly bytes = new Map<number, number>();
  readonly #ended = new Set<number>();
  #data: [flags: number, stream: number] = [0, 0];
  #blockEnds = false;
  readonly reader = new FrameReader(
    {
      frame: (type, flags, stream, _bytes, start, end) => {
        if (type === FRAME_HEADERS) this.#blockEnds = (flags & FLAG_END_STREAM) !== 0;
        const isHead = type === FRAME_HEADERS || type === FRAME_CONTINUATION;
        const ends = isHead ? this.#blockEnds && (flags & FLAG_END_HEADERS) !== 0 : type === FRAME_RST_STREAM;
        if (isHead || type === FRAME_RST_STREAM) this.#add(stream, 9 + end - start, ends);
      },
      dataBegins: (flags, stream) => {
        this.#data = [flags, stream];
        this.#add(stream, 9, false);
      },
      dataPart: (_bytes, start, end) => this.#add(this.#data[1], end - start, false),
      dataEnds: () => this.#add(this.#data[1], 0, (this.#data[0] & FLAG_END_STREAM) !== 0),
      oversized: () => expect.unreachable("a frame larger than was agreed"),
    },
    16_384,
  );

  #add(stream: number, bytes: number, ends: boolean): void {
    if (!this.#ended.has(stream)) this.bytes.set(stream, (this.bytes.get(stream) ?? 0) + bytes);
    if (ends) this.#ended.add(stream);
  }
}

/** Asks with our session over a socket whose bytes are split at random. */
async function askOurs(port: number, { exchanges }: Batch, draw: Draw): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(exchanges.length);
  const wire = new WireCount();
  let open = exchanges.length;
  let opened = 0;
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");

  function settle(tag: number, outcome: Outcome, bytesIn: number): void {
    expect(outcomes[tag]).toBeUndefined();
    outcomes[tag] = outcome;
    open--;
    if (outcome !== "left out") expect([tag, bytesIn]).toEqual([tag, wire.bytes.get(2 * tag + 1)]);
  }

  const session = new Http2ClientSession(0, 100, {
    began: () => {},
    answered: (_connection, tag, status, bytesIn) => settle(tag, String(status), bytesIn),
    returned: (_connection, tag) => settle(tag, "left out", 0),
    streamFailed: (_connection, tag, failure, error, bytesIn) => {
      const kind = failureKind(failure);
      if (kind === "goaway") settle(tag, "left out", bytesIn);
      else {
        expect(kind).toBe(error === 7 ? "stream_refused" : "stream_reset");
        settle(tag, `reset ${error}`, bytesIn);
      }
    },
  });

  function flush(): void {
    while (opened < exchanges.length && session.room > 0) session.open(opened, opened, requestOf(exchanges[opened++]!));
    for (;;) {
      session.pump(UNSENT_BYTES);
      if (session.out.length === 0) return;
      socket.write(session.out.bytes.slice(0, session.out.length));
      session.out.clear();
    }
  }

  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => {
      session.abandon(FAILURE_CODES.connection_closed, 0);
      resolve();
    });
    socket.on("data", (bytes: Uint8Array) => {
      try {
        let at = 0;
        while (at < bytes.length) {
          const end = Math.min(bytes.length, at + 1 + draw.below(draw.pick([1, 10, 1_000, 100_000])));
          wire.reader.feed(bytes, at, end);
          session.feed(bytes, at, end);
          at = end;
        }
        expect(session.failure).toBe(0);
        flush();
        if (open === 0) socket.destroy();
      } catch (error) {
        reject(error as Error);
      }
    });
    flush();
  });
  return outcomes;
}

/** Asks with node:http2's client. */
async function askNode(port: number, { exchanges }: Batch): Promise<Outcome[]> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  // Before it knows them it would open more streams than the server takes.
  await once(session, "remoteSettings");
  const outcomes = await Promise.all(
    exchanges.map(({ number, method, path, fields, body }) => {
      const stream = session.request(
        { ":method": method, ":path": path, "x-exchange": String(number), ...asNodeHeaders(fields) },
        { endStream: body === null },
      );
      return new Promise<Outcome>((resolve) => {
        let status = 0;
        let isWhole = false;
        let isSessionLost = false;
        stream.on("response", (headers) => {
          status = headers[":status"]!;
        });
        stream.on("error", (error: { code?: string }) => {
          isSessionLost = error.code === "ERR_HTTP2_SESSION_ERROR";
        });
        stream.on("end", () => {
          // A stream that was reset for CANCEL ends, too.
          isWhole = stream.rstCode === 0;
          // What an early answer leaves of the request is of no use.
          if (!stream.writableFinished) stream.close(CANCEL);
        });
        stream.on("close", () => {
          if (isWhole) resolve(String(status));
          else resolve(isSessionLost ? "left out" : `reset ${stream.rstCode}`);
        });
        stream.resume();
        if (body !== null) stream.end(body);
      });
    }),
  );
  session.destroy();
  return outcomes;
}

/** nghttp2 tells of the streams that a server leaves out as if they had been refused. */
function asNodeHasIt(outcomes: readonly Outcome[], { goaway }: Batch): Outcome[] {
  return outcomes.map((outcome) => (outcome === "left out" && goaway?.code === 0 ? "reset 7" : outcome));
}

test(`node:http2 agrees about hundreds of exchanges (Z6_HTTP2_SEED=${SEED})`, async () => {
  const draw = new Draw(SEED);
  const seen = new Map<string, number>();
  let number = 0;
  for (let i = 0; i < SERVERS; i++) {
    const batches: Batch[] = [];
    for (let j = 0; j < BATCHES_PER_SERVER; j++) {
      batches.push(drawBatch(draw, number));
      number += batches.at(-1)!.exchanges.length;
    }
    const server = await serveExchanges(batches, draw);
    for (const batch of batches) {
      const where = `exchanges ${batch.exchanges[0]!.number} to ${batch.exchanges.at(-1)!.number}`;
      const ours = await askOurs(server.port, batch, draw);
      expect(server.complaints, where).toEqual([]);
      const nodes = await askNode(server.port, batch);
      expect(asNodeHasIt(ours, batch), where).toEqual(nodes);
      for (const outcome of ours) seen.set(outcome.replace(/\d+/, ""), (seen.get(outcome.replace(/\d+/, "")) ?? 0) + 1);
    }
    server.close();
  }
  expect(number).toBeGreaterThan(300);
  expect(seen.get("")).toBeGreaterThan(150);
  expect(seen.get("reset ")).toBeGreaterThan(30);
  expect(seen.get("left out")).toBeGreaterThan(5);
});
