/**
 * Exchanges drawn from a seed, and node:http2 (nghttp2) as the server that has its part in them: it checks what it is
 * sent, and answers or fails as the exchange says. A client finds the exchange of a request in its field x-exchange.
 */
import { once } from "node:events";
import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  type Settings,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { concatBytes } from "../../src/base/bytes.ts";
import { RandomStreams } from "../../src/base/prng.ts";
import { METHODS, type Method } from "../../src/model/scenario.ts";

export interface Exchange {
  readonly number: number;
  readonly method: Method;
  readonly path: string;
  /** Names in lower case, values as bytes; a name may come twice. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
  readonly status: number;
  readonly answerFields: OutgoingHttpHeaders;
  /** Pieces in which the server writes the content. */
  readonly content: readonly Uint8Array[];
  readonly interims: readonly number[];
  readonly trailers: OutgoingHttpHeaders | null;
  /** whole: behind the whole request. early: as soon as its head is there. Resets come before or within the answer. */
  readonly ending: "whole" | "early" | "reset" | "reset_within";
  /** Error code of a reset. */
  readonly code: number;
}

/** What is asked on one connection. */
export interface Batch {
  readonly exchanges: readonly Exchange[];
  /** The server leaves out all requests but the first `kept` ones, once they have all come. Null: it does not go. */
  readonly goaway: { readonly kept: number; readonly code: number } | null;
}

/** Everything that chance decides. */
export class Draw {
  readonly #random: RandomStreams;

  constructor(seed: string) {
    this.#random = new RandomStreams(seed, 1);
  }

  below(n: number): number {
    return this.#random.below(0, n);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  bytes(length: number): Uint8Array {
    const first = this.below(256);
    return Uint8Array.from({ length }, (_, i) => first + i * 7 + (i >> 8));
  }

  /** Mostly short, up to 200 KB. */
  size(): number {
    return this.pick([
      0,
      1,
      this.below(100),
      this.below(2_000),
      this.below(20_000),
      this.chance(30) ? this.below(200_001) : 5,
    ]);
  }
}

const VALUES = ["", "1", "a, b", '"quoted; text"', "tab\tinside", "caf\xc3\xa9", "\x80\xff", "=?utf-8?q?x?=", "%0d%0a"];

function drawValue(draw: Draw): string {
  return draw.chance(20) ? "v".repeat(draw.below(3_000)) : draw.pick(VALUES);
}

function drawFields(draw: Draw): [name: string, value: string][] {
  const fields: [string, string][] = [];
  const count = draw.pick([0, 1, 3, 30]);
  for (let i = 0; i < count; i++)
    fields.push([`x-${draw.pick(["a", "b_c", "d.e", "f!#$"])}-${draw.below(40)}`, drawValue(draw)]);
  return fields;
}

/** The same as node:http2 wants it: a name once, with all its values. */
export function asNodeHeaders(fields: readonly (readonly [name: string, value: string])[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of fields) headers[name] = [...(headers[name] ?? []), value];
  return headers;
}

function drawExchange(draw: Draw, number: number): Exchange {
  const method = draw.pick(METHODS);
  const status = draw.pick([200, 200, 200, 201, 204, 206, 304, 400, 404, 413, 500, 503, 599]);
  const hasContent = method !== "HEAD" && status !== 204 && status !== 304;
  const content = hasContent ? pieces(draw, draw.bytes(draw.size())) : [];
  const announced = draw.chance(50) ? { "content-length": String(concatBytes(content).length) } : {};
  const hasBody = method !== "HEAD" && draw.chance(60);
  return {
    number,
    method,
    path: `/${"p".repeat(draw.below(60))}?n=${number}`,
    fields: drawFields(draw),
    body: hasBody ? draw.bytes(1 + draw.size()) : null,
    status,
    answerFields: { ...asNodeHeaders(drawFields(draw)), ...(hasContent ? announced : {}) },
    content,
    interims: draw.chance(15) ? draw.pick([[103], [100, 103], [102]]) : [],
    trailers: hasContent && draw.chance(20) ? { "x-trailer": drawValue(draw) } : null,
    ending: draw.pick(["whole", "whole", "whole", "whole", "early", "reset", hasContent ? "reset_within" : "whole"]),
    code: draw.pick([1, 2, 7, 8, 11, 13]),
  };
}

function pieces(draw: Draw, bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + draw.below(40_000));
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return parts;
}

const GOAWAY_REQUESTS = 6;

export function drawBatch(draw: Draw, firstNumber: number): Batch {
  if (draw.chance(25)) {
    const exchanges = Array.from({ length: GOAWAY_REQUESTS }, (_, i) => {
      const exchange = drawExchange(draw, firstNumber + i);
      return { ...exchange, ending: "whole" as const, body: null };
    });
    // At least one is kept: node:http2 takes a last stream of 0 for the highest that it has seen.
    return { exchanges, goaway: { kept: 1 + draw.below(GOAWAY_REQUESTS), code: draw.pick([0, 0, 2, 11]) } };
  }
  const count = 4 + draw.below(14);
  return { exchanges: Array.from({ length: count }, (_, i) => drawExchange(draw, firstNumber + i)), goaway: null };
}

function drawSettings(draw: Draw): Settings {
  return {
    headerTableSize: draw.pick([0, 100, 4_096, 65_536]),
    initialWindowSize: draw.pick([1_000, 16_384, 65_535, 1_000_000]),
    maxFrameSize: draw.pick([16_384, 20_000, 1_000_000]),
    maxConcurrentStreams: draw.pick([GOAWAY_REQUESTS, 100, 1_000]),
  };
}

export interface ExchangeServer {
  readonly port: number;
  /** What requests were not as they should be. */
  readonly complaints: readonly string[];
  close(): void;
}

/** Serves the exchanges of `batches`. */
export async function serveExchanges(batches: readonly Batch[], draw: Draw): Promise<ExchangeServer> {
  const complaints: string[] = [];
  const { PADDING_STRATEGY_NONE, PADDING_STRATEGY_MAX } = constants;
  const server = createServer({
    settings: drawSettings(draw),
    paddingStrategy: draw.pick([PADDING_STRATEGY_NONE, PADDING_STRATEGY_MAX]),
  });
  const byNumber = new Map(
    batches.flatMap((batch) => batch.exchanges.map((exchange) => [exchange.number, { batch, exchange }])),
  );
  server.on("session", (session) => {
    session.on("error", () => {});
    /** Requests of a batch that ends with GOAWAY. */
    const gathered: { stream: ServerHttp2Stream; exchange: Exchange }[] = [];
    session.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]) => {
      stream.on("error", () => {});
      const { batch, exchange } = byNumber.get(Number(headers["x-exchange"]))!;
      const complaint = complaintAbout(exchange, raw);
      if (complaint !== null) complaints.push(`exchange ${exchange.number}: ${complaint}`);
      const endsAtOnce = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      if (endsAtOnce !== (exchange.body === null))
        complaints.push(`exchange ${exchange.number} ends at the wrong place`);
      if (batch.goaway === null) {
        serve(stream, exchange, complaints);
        return;
      }
      gathered.push({ stream, exchange });
      if (gathered.length === batch.exchanges.length) void leave(batch.goaway, gathered, complaints);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    complaints,
    close: () => server.close(),
  };
}

/** What is wrong with a request's head; null when it is as the exchange says. */
function complaintAbout({ method, path, fields }: Exchange, raw: readonly string[]): string | null {
  const got: [string, string][] = [];
  for (let i = 0; i < raw.length; i += 2) got.push([raw[i]!, raw[i + 1]!]);
  const pseudo = Object.fromEntries(got.filter(([name]) => name.startsWith(":")));
  if (pseudo[":method"] !== method || pseudo[":path"] !== path) return `${pseudo[":method"]} ${pseudo[":path"]}`;
  const own = got.filter(([name]) => name.startsWith("x-") && name !== "x-exchange").sort(byName);
  return JSON.stringify(own) === JSON.stringify([...fields].sort(byName)) ? null : JSON.stringify(own);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function serve(stream: ServerHttp2Stream, exchange: Exchange, complaints: string[]): void {
  const parts: Uint8Array[] = [];
  stream.on("data", (part: Uint8Array) => parts.push(part));
  if (exchange.ending === "early") {
    respond(stream, exchange);
    return;
  }
  stream.on("end", () => {
    const body = concatBytes(parts);
    if (!Buffer.from(body).equals(exchange.body ?? new Uint8Array(0))) {
      complaints.push(`exchange ${exchange.number}: a body of ${body.length} bytes that is another`);
    }
    if (exchange.ending === "whole") respond(stream, exchange);
    else if (exchange.ending === "reset") stream.close(exchange.code);
    else {
      // node:http2 ends an answer before it resets its stream, unless it has to wait for trailers. The reset follows
      // when the content is on its way.
      stream.respond({ ":status": exchange.status }, { waitForTrailers: true });
      stream.write("some of it", () => setImmediate(() => stream.close(exchange.code)));
    }
  });
}

function respond(stream: ServerHttp2Stream, exchange: Exchange): void {
  const { status, answerFields, content, interims, trailers } = exchange;
  for (const interim of interims) stream.additionalHeaders({ ":status": interim, "x-early": "1" });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers!));
  stream.respond({ ":status": status, ...answerFields }, { waitForTrailers: trailers !== null });
  if (stream.writableEnded) return;
  for (const part of content) stream.write(part);
  stream.end();
}

/** Answers the first requests and leaves out the others. */
async function leave(
  { kept, code }: { readonly kept: number; readonly code: number },
  gathered: readonly { readonly stream: ServerHttp2Stream; readonly exchange: Exchange }[],
  complaints: string[],
): Promise<void> {
  const last = gathered[kept - 1]!.stream.id!;
  const { session } = gathered[0]!.stream;
  const answered = gathered.slice(0, kept).map(({ stream }) => once(stream, "close"));
  // In peace the streams that it keeps may end after it; an error comes when there is nothing else to wait for.
  if (code === constants.NGHTTP2_NO_ERROR) session!.goaway(code, last);
  for (const { stream, exchange } of gathered.slice(0, kept)) serve(stream, exchange, complaints);
  await Promise.all(answered);
  if (code !== constants.NGHTTP2_NO_ERROR) session!.goaway(code, last);
}
