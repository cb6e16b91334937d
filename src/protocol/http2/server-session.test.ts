import fc from "fast-check";
import { expect, test } from "vitest";
import { concatBytes, fnv1a, latin1Encode } from "../../base/bytes.ts";
import { HPACK_OK, HpackDecoder } from "../hpack/decoder.ts";
import { HpackEncoder } from "../hpack/encoder.ts";
import type { HpackField } from "../hpack/field.ts";
import { encodeFrame } from "./encode-frame.ts";
import * as frames from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import type { Http2Answer } from "./server-answer.ts";
import { type Http2ServerOptions, Http2ServerSession } from "./server-session.ts";

const OPTIONS: Http2ServerOptions = {
  maxConcurrentStreams: 3,
  initialWindowBytes: 100,
  headerTableBytes: 4096,
  frameBytesMax: frames.DEFAULT_FRAME_BYTES_MAX,
};
const GET: HpackField[] = [
  { name: ":method", value: "GET" },
  { name: ":scheme", value: "http" },
  { name: ":authority", value: "peer" },
  { name: ":path", value: "/x" },
];
const POST = GET.map((field) => (field.name === ":method" ? { ...field, value: "POST" } : field));
const OK: Http2Answer = { status: 200, fields: [], body: new Uint8Array(0) };

/** A session, what it says, and a client that writes frame by frame. */
function serve(options: Partial<Http2ServerOptions> = {}, answer?: (stream: number) => Http2Answer | null) {
  const said: string[] = [];
  const content = new Map<number, number>();
  const session: Http2ServerSession = new Http2ServerSession(
    { ...OPTIONS, ...options },
    {
      began: ({ stream, method, path, toHead }) =>
        said.push(`began ${stream} ${method} ${path}${toHead ? " HEAD" : ""}`),
      content: ({ stream }, _bytes, start, end) => content.set(stream, (content.get(stream) ?? 0) + end - start),
      completed: ({ stream, contentBytes }) => {
        said.push(`completed ${stream} with ${contentBytes}`);
        expect(contentBytes).toBe(content.get(stream) ?? 0);
        const given = answer?.(stream);
        if (given != null) session.respond(stream, given);
      },
      cancelled: ({ stream }, error) => said.push(`cancelled ${stream} for ${error}`),
      answered: ({ stream }) => said.push(`answered ${stream}`),
      leaving: (error) => said.push(`leaving for ${error}`),
      violated: (reason) => said.push(`violated: ${reason}`),
    },
  );
  return { said, session };
}

/** What a client sends first. */
function hello(...settings: [number, number][]): FrameWriter {
  const out = new FrameWriter();
  out.raw(frames.CLIENT_PREFACE);
  out.settings(...settings);
  return out;
}

function feed(session: Http2ServerSession, ...writers: FrameWriter[]): void {
  for (const writer of writers) session.feed(writer.bytes, 0, writer.length);
}

/** The frames in a session's `out`, which is cleared. */
function sent(session: Http2ServerSession): string[] {
  const list: string[] = [];
  const decoder = new HpackDecoder(4096, 1e6);
  const names = ["DATA", "HEADERS", "PRIORITY", "RST", "SETTINGS", "PUSH", "PING", "GOAWAY", "WINDOW", "CONTINUATION"];
  const reader = new FrameReader(
    {
      frame(type, flags, stream, bytes, start, end) {
        const fields: string[] = [];
        if (type === frames.FRAME_HEADERS && flags & frames.FLAG_END_HEADERS && !(flags & frames.FLAG_PADDED)) {
          expect(decoder.decode(bytes, start, end, (name, value) => fields.push(`${name}=${value}`))).toBe(HPACK_OK);
        }
        const number = [3, 8].includes(type) ? ` ${frames.readUint32(bytes, start)}` : "";
        list.push(`${names[type]} ${stream} ${flags}${number} ${fields.join(" ")}`.trimEnd());
      },
      dataBegins: (flags, stream, payloadBytes) => list.push(`DATA ${stream} ${flags} of ${payloadBytes}`),
      dataPart() {},
      dataEnds() {},
      oversized: () => list.push("oversized"),
    },
    1 << 20,
  );
  reader.feed(session.out.bytes, 0, session.out.length);
  session.out.clear();
  return list;
}

test("Http2ServerSession announces its settings, acknowledges the client's, and answers a request", () => {
  const { said, session } = serve({}, () => OK);
  expect(sent(session)).toEqual(["SETTINGS 0 0"]);
  const client = hello();
  client.headers(1, new HpackEncoder().encode(GET), true, 16_384);
  feed(session, client);
  expect(said).toEqual(["began 1 GET /x", "completed 1 with 0", "answered 1"]);
  expect(sent(session)).toEqual(["SETTINGS 0 1", "HEADERS 1 5 :status=200"]);
});

test("Http2ServerSession sends content as the windows of stream and connection allow, in turns", () => {
  const body = new Uint8Array(50_000);
  const { said, session } = serve({}, () => ({ status: 200, fields: [], body }));
  const encoder = new HpackEncoder();
  const client = hello([frames.SETTING_INITIAL_WINDOW_SIZE, 20_000]);
  client.headers(1, encoder.encode(GET), true, 16_384);
  client.headers(3, encoder.encode(GET), true, 16_384);
  feed(session, client);
  expect(sent(session).filter((line) => line.startsWith("DATA"))).toEqual([
    "DATA 1 0 of 16384",
    "DATA 1 0 of 3616",
    "DATA 3 0 of 16384",
    "DATA 3 0 of 3616",
  ]);
  // Both streams lose 15,000; they are below 0 until so much and more is given back.
  const less = new FrameWriter();
  less.settings([frames.SETTING_INITIAL_WINDOW_SIZE, 5_000]);
  less.windowUpdate(1, 15_000);
  less.windowUpdate(3, 15_001);
  feed(session, less);
  expect(sent(session)).toEqual(["SETTINGS 0 1", "DATA 3 0 of 1"]);
  const more = new FrameWriter();
  more.windowUpdate(1, 100_000);
  feed(session, more);
  // The connection's window ends what the stream's would allow: 65,535 in all.
  expect(sent(session)).toEqual(["DATA 1 0 of 16384", "DATA 1 0 of 9150"]);
  const rest = new FrameWriter();
  rest.windowUpdate(3, 100_000);
  rest.windowUpdate(0, 100_000);
  feed(session, rest);
  expect(sent(session).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual(
    expect.arrayContaining(["DATA 1 1", "DATA 3 1"]),
  );
  expect(said.slice(-2).sort()).toEqual(["answered 1", "answered 3"]);
});

test("Http2ServerSession lays out an answer in padded frames, fragments and trailers", () => {
  const { session } = serve({}, () => ({
    status: 200,
    fields: [{ name: "x-filler", value: "y".repeat(30) }],
    body: new Uint8Array(25),
    trailers: [{ name: "x-end", value: "1" }],
    layout: { headerFrameBytes: 10, dataFrameBytes: 10, paddingBytes: 7, hasPriority: false },
  }));
  const client = hello();
  client.headers(1, new HpackEncoder().encode(GET), true, 16_384);
  feed(session, client);
  const lines = sent(session).slice(2);
  expect(lines[0]).toBe("HEADERS 1 8");
  expect(lines.filter((line) => line.startsWith("DATA"))).toEqual([
    "DATA 1 8 of 18",
    "DATA 1 8 of 18",
    "DATA 1 8 of 13",
  ]);
  expect(lines.filter((line) => line.startsWith("CONTINUATION")).length).toBeGreaterThan(2);
  expect(lines.filter((line) => line.startsWith("HEADERS 1 9") || line.startsWith("HEADERS 1 13"))).toHaveLength(1);
});

test("Http2ServerSession grants windows, follows them below 0, and withholds them when told to", () => {
  const { said, session } = serve();
  const client = hello();
  client.settingsAck();
  client.headers(1, new HpackEncoder().encode(POST), false, 16_384);
  client.data(1, new Uint8Array(40), 0, 40, false);
  feed(session, client);
  expect(sent(session)).toEqual(["SETTINGS 0 0", "SETTINGS 0 1"]);
  session.settings({ initialWindowBytes: 10 });
  session.withholdWindows(true);
  const more = new FrameWriter();
  more.data(1, new Uint8Array(60), 0, 60, false);
  more.settingsAck();
  feed(session, more);
  expect(sent(session)).toEqual(["SETTINGS 0 0"]);
  session.withholdWindows(false);
  // 100 - 100 - 90 = -90, and 4,096 is the least to which a window is opened.
  expect(sent(session)).toEqual(["WINDOW 1 0 4186"]);
  const over = new FrameWriter();
  over.data(1, new Uint8Array(4_097), 0, 4_097, false);
  feed(session, over);
  expect(said.at(-1)).toBe("violated: DATA beyond a window");
});

test("Http2ServerSession goes on with an open answer, gives a stream up, and is given up", () => {
  const { said, session } = serve({}, (stream) => ({ ...OK, isOpen: stream === 1 }));
  const encoder = new HpackEncoder();
  const client = hello();
  client.headers(1, encoder.encode(GET), true, 16_384);
  client.headers(3, encoder.encode(POST), false, 16_384);
  client.headers(5, encoder.encode(POST), false, 16_384);
  feed(session, client);
  sent(session);
  session.interim(3, 103);
  session.append(1, new Uint8Array(5), true);
  session.reset(3, frames.CANCEL);
  session.append(1, new Uint8Array(5), false);
  expect(sent(session)).toEqual(["HEADERS 3 4 :status=103", "DATA 1 0 of 5", "RST 3 0 8", "DATA 1 1 of 5"]);
  const after = new FrameWriter();
  // Sent before the client heard of the reset.
  after.data(3, new Uint8Array(5), 0, 5, true);
  after.rstStream(5, frames.CANCEL);
  after.goaway(0, frames.NO_ERROR);
  feed(session, after);
  expect(said.slice(-3)).toEqual(["answered 1", "cancelled 5 for 8", "leaving for 0"]);
  expect(session.requests).toEqual([]);
});

test("Http2ServerSession passes over the streams behind its GOAWAY, and keeps the tables in step", () => {
  const { said, session } = serve();
  const encoder = new HpackEncoder();
  const client = hello();
  client.settingsAck();
  for (const stream of [1, 3, 5]) client.headers(stream, encoder.encode(POST), false, 16_384);
  feed(session, client);
  session.goaway(frames.STREAM_ID_MAX, frames.NO_ERROR);
  session.goaway(1, frames.NO_ERROR);
  const late = new FrameWriter();
  late.headers(7, encoder.encode([...GET, { name: "x-new", value: "1" }]), true, 16_384);
  late.data(3, new Uint8Array(5), 0, 5, true);
  late.headers(1, encoder.encode([{ name: "x-new", value: "1" }]), true, 16_384);
  feed(session, late);
  expect(said).toEqual(["began 1 POST /x", "began 3 POST /x", "began 5 POST /x", "completed 1 with 0"]);
  expect(session.requests.map(({ stream }) => stream)).toEqual([1]);
  expect(() => session.goaway(3, frames.NO_ERROR)).toThrow("never rises");
});

test("Http2ServerSession allows as many streams as the client knows of", () => {
  const { said, session } = serve({ maxConcurrentStreams: 1 });
  const encoder = new HpackEncoder();
  const client = hello();
  client.headers(1, encoder.encode(GET), true, 16_384);
  client.headers(3, encoder.encode(GET), true, 16_384);
  client.settingsAck();
  feed(session, client);
  expect(said.filter((line) => line.startsWith("violated"))).toEqual([]);
  const more = new FrameWriter();
  more.headers(5, encoder.encode(GET), true, 16_384);
  feed(session, more);
  expect(said.at(-1)).toBe("violated: more streams at once than were allowed");
});

test("Http2ServerSession wants to hear of the smaller table that it has asked for", () => {
  for (const obeys of [true, false]) {
    const { said, session } = serve({ headerTableBytes: 0 });
    const encoder = new HpackEncoder();
    const client = hello();
    client.headers(1, encoder.encode(GET), true, 16_384);
    client.settingsAck();
    if (obeys) encoder.limitTable(0);
    client.headers(3, encoder.encode(GET), true, 16_384);
    feed(session, client);
    expect(said.some((line) => line.startsWith("violated: a header block does not begin"))).toBe(!obeys);
  }
});

const NOTHING = new Uint8Array(0);
const block = new HpackEncoder().encode(GET);
const headers = (stream: number, flags = 5, bytes = block) => encodeFrame(frames.FRAME_HEADERS, flags, stream, bytes);
const fieldsBlock = (fields: readonly HpackField[]) => new HpackEncoder().encode(fields);
const data = (stream: number, length: number, flags = 0) => encodeFrame(0, flags, stream, new Uint8Array(length));
const changed = (name: string, value: string) => GET.map((field) => (field.name === name ? { name, value } : field));
const withField = (name: string, value: string) => fieldsBlock([...POST, { name, value }]);
const uint32 = (value: number) => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
const WINDOW = frames.FRAME_WINDOW_UPDATE;

const VIOLATIONS: readonly (readonly [string, readonly Uint8Array[]])[] = [
  ["HEADERS on a stream that is not a client's", [headers(2)]],
  ["a stream is opened below one", [headers(5), headers(3)]],
  ["more streams at once", [headers(1), headers(3), headers(5), headers(7)]],
  ["a header block cannot be decoded", [headers(1, 5, new Uint8Array([0x80]))]],
  ["a header block is interrupted", [headers(1, 1), data(1, 1)]],
  ["a header block is interrupted", [headers(1, 1), encodeFrame(frames.FRAME_CONTINUATION, 4, 3, block)]],
  ["CONTINUATION without a header block", [encodeFrame(frames.FRAME_CONTINUATION, 4, 1, block)]],
  [
    "a header block is too long",
    [
      headers(1, 1, new Uint8Array(16_000)),
      ...Array.from({ length: 5 }, () => encodeFrame(9, 0, 1, new Uint8Array(16_000))),
    ],
  ],
  ["padding or priority", [headers(1, 5 | 8, new Uint8Array([9, 0, 0]))]],
  ["a padding is as long as its frame", [headers(1, 4), encodeFrame(0, 8, 1, new Uint8Array([3, 0, 0]))]],
  ["a padding is as long as its frame", [headers(1, 4), data(1, 0, 8)]],
  ["DATA on a stream that was never opened", [data(1, 1)]],
  ["DATA on a stream that was never opened", [data(0, 1)]],
  ["DATA on a stream that the client has ended", [headers(1), data(1, 1)]],
  ["DATA beyond a window", [headers(1, 4), data(1, 101)]],
  ["a request is longer than its content-length", [headers(1, 4, withField("content-length", "5")), data(1, 6)]],
  ["a request is shorter than its content-length", [headers(1, 4, withField("content-length", "5")), data(1, 4, 1)]],
  ["a request is shorter than its content-length", [headers(1, 5, withField("content-length", "5"))]],
  ["a content-length is no length", [headers(1, 5, withField("content-length", "5x"))]],
  ["a second header block is no trailer", [headers(1, 4), headers(1, 4, fieldsBlock([{ name: "a", value: "b" }]))]],
  ["a trailer has a pseudo-field", [headers(1, 4), headers(1, 5)]],
  ["a request has no :path", [headers(1, 5, fieldsBlock(GET.slice(0, 3)))]],
  ["a path does not begin with a slash", [headers(1, 5, fieldsBlock(changed(":path", "x")))]],
  ["a pseudo-field comes twice", [headers(1, 5, fieldsBlock([...GET, GET[0]!]))]],
  ["a pseudo-field follows a regular one", [headers(1, 5, fieldsBlock([{ name: "a", value: "b" }, ...GET]))]],
  [
    "a request has a pseudo-field that is not one of it",
    [headers(1, 5, fieldsBlock([{ name: ":status", value: "200" }]))],
  ],
  ["a field's name is no token in lower case", [headers(1, 5, withField("X-A", "b"))]],
  ["a field's value has a byte", [headers(1, 5, withField("a", "b\n"))]],
  ["a field speaks of the connection", [headers(1, 5, withField("connection", "close"))]],
  ["the field te says more", [headers(1, 5, withField("te", "gzip"))]],
  ["WINDOW_UPDATE of a stream that was never opened", [encodeFrame(WINDOW, 0, 1, uint32(1))]],
  ["a window is opened by nothing", [encodeFrame(WINDOW, 0, 0, uint32(0))]],
  ["a window is larger than one can be", [encodeFrame(WINDOW, 0, 0, uint32(frames.WINDOW_BYTES_MAX))]],
  ["RST_STREAM of a stream that was never opened", [encodeFrame(frames.FRAME_RST_STREAM, 0, 1, uint32(8))]],
  ["a PING is answered that was not sent", [encodeFrame(frames.FRAME_PING, 1, 0, new Uint8Array(8))]],
  ["a frame has a wrong length, or is on a wrong stream", [encodeFrame(frames.FRAME_PING, 0, 0, new Uint8Array(7))]],
  ["settings are acknowledged that were not sent", [encodeFrame(frames.FRAME_SETTINGS, frames.FLAG_ACK, 0, NOTHING)]],
  ["a frame has a wrong length, or is on a wrong stream", [encodeFrame(4, 0, 0, new Uint8Array(5))]],
  ["a setting has a value", [encodeFrame(4, 0, 0, new Uint8Array([0, 2, 0, 0, 0, 2]))]],
  ["a frame has a wrong length, or is on a wrong stream", [encodeFrame(frames.FRAME_GOAWAY, 0, 0, new Uint8Array(7))]],
  ["a client promises a push", [encodeFrame(frames.FRAME_PUSH_PROMISE, 4, 1, block)]],
  [
    "a frame has a wrong length, or is on a wrong stream",
    [encodeFrame(frames.FRAME_PRIORITY, 0, 1, new Uint8Array(4))],
  ],
  ["a frame is longer than was agreed", [data(1, 16_385)]],
];

test.each(VIOLATIONS)("Http2ServerSession reports: %s", (reason, parts) => {
  const { said, session } = serve();
  const client = hello();
  client.settingsAck();
  for (const part of parts) client.raw(part);
  client.headers(99, block, true, 16_384);
  feed(session, client);
  expect(said.at(-1)).toMatch(new RegExp(`^violated: ${reason}`));
});

test("Http2ServerSession reports what is no preface, and a first frame that is not SETTINGS", () => {
  const { said, session } = serve();
  session.feed(latin1Encode("GET / HTTP/1.1\r\n\r\n"), 0, 18);
  expect(said).toEqual(["violated: the preface is not that of HTTP/2"]);
  const other = serve();
  const bytes = concatBytes([frames.CLIENT_PREFACE, encodeFrame(frames.FRAME_PING, 0, 0, new Uint8Array(8))]);
  other.session.feed(bytes, 0, bytes.length);
  expect(other.said).toEqual(["violated: the first frame is not SETTINGS"]);
});

test("Http2ServerSession does the same however its bytes are split (fast-check prints the seed of a failure)", () => {
  const client = hello([frames.SETTING_INITIAL_WINDOW_SIZE, 700]);
  const encoder = new HpackEncoder();
  client.settingsAck();
  client.headers(1, encoder.encode([...POST, { name: "x-long", value: "z".repeat(400) }]), false, 50);
  client.raw(encodeFrame(0, 0, 1, new Uint8Array(60), 20));
  client.headers(3, encoder.encode(GET), true, 16_384);
  client.raw(encodeFrame(frames.FRAME_HEADERS, 5 | 0x20, 5, concatBytes([new Uint8Array(5), encoder.encode(GET)]), 3));
  client.windowUpdate(5, 200);
  client.raw(encodeFrame(0xee, 3, 9, new Uint8Array(30)));
  client.data(1, new Uint8Array(50), 0, 50, true);
  client.raw(encodeFrame(frames.FRAME_PING, 0, 0, new Uint8Array(8).fill(7)));
  client.windowUpdate(3, 50_000);
  client.rstStream(5, frames.CANCEL);
  client.windowUpdate(1, 50_000);
  const bytes = client.bytes.slice(0, client.length);

  const outcome = (sizes: readonly number[]): object => {
    const { said, session } = serve({}, () => ({ status: 200, fields: [], body: new Uint8Array(5_000) }));
    for (let at = 0, read = 0; at < bytes.length; read++) {
      // Each read in a buffer of its own, with foreign bytes around it: nothing outside [start, end) may matter.
      const part = bytes.subarray(at, at + sizes[read % sizes.length]!);
      const buffer = new Uint8Array(part.length + 4).fill(0x61);
      buffer.set(part, 2);
      session.feed(buffer, 2, 2 + part.length);
      buffer.fill(0);
      at += part.length;
    }
    return { said, outBytes: session.out.length, outHash: fnv1a(session.out.bytes, 0, session.out.length) };
  };
  const whole = outcome([bytes.length]);
  expect(whole).toMatchObject({ said: expect.arrayContaining(["completed 1 with 110", "answered 1", "answered 3"]) });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      expect(outcome(sizes)).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});
