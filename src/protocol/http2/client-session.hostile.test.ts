/**
 * Peers that break the rules, or keep them and mean harm. What they do has a name in the books, costs them at least as
 * much as us, and ends nothing but their own connection. test/http2-hostile.test.ts meets some of them for real.
 */
import { describe, expect, test } from "vitest";
import { Conversation, GET, request } from "../../../test/support/http2-conversation.ts";
import {
  continuation,
  data,
  fieldBlock,
  frame,
  goaway,
  head,
  headers,
  indexedField,
  insertedField,
  ping,
  rstStream,
  SETTINGS_ACK,
  settings,
  windowUpdate,
} from "../../../test/support/http2-frames.ts";
import { concatBytes, latin1Encode } from "../../base/bytes.ts";
import { CONTINUATIONS_MAX, HEAD_BYTES_MAX, IDLE_FRAMES_MAX } from "../../base/limits.ts";
import type { FailureKind } from "../../model/failure.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import {
  DEFAULT_FRAME_BYTES_MAX,
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FLAG_PRIORITY,
  FRAME_DATA,
  FRAME_GOAWAY,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PRIORITY,
  FRAME_PUSH_PROMISE,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_WINDOW_UPDATE,
} from "./frame.ts";

const OK_BLOCK = fieldBlock([":status", "200"]);

/** Requests 1, 2 and 3 on streams 1, 3 and 5; the second is answered, the third has begun to be. */
function busy(): Conversation {
  const peer = new Conversation();
  peer.open(GET, 1, 2, 3);
  peer.hear(head(3, 200, true), head(5, 200, false));
  peer.sent();
  peer.outcomes();
  return peer;
}

/** The connection is lost for what was heard: it is told so, nothing more is read, and all that is open can fail. */
function expectLost(peer: Conversation, kind: FailureKind, error: string): void {
  expect(peer.loss).toBe(kind);
  expect(peer.sent().filter((words) => words.startsWith("GOAWAY"))).toEqual([`GOAWAY 0 last 0 ${error}`]);
  expect(peer.session).toMatchObject({ isLeaving: true, room: 0 });
  peer.outcomes();
  peer.hear(head(1, 200, true), ping(), settings());
  expect(peer.sent()).toEqual([]);
  expect(peer.outcomes()).toEqual([]);
  const { count } = peer.session;
  peer.session.abandon(FAILURE_CODES[kind], 0);
  expect(peer.outcomes()).toHaveLength(count);
}

describe("Http2ClientSession loses a connection whose peer sends", () => {
  const PROTOCOL = "PROTOCOL_ERROR";
  const SIZE = "FRAME_SIZE_ERROR";
  const rows: [name: string, heard: Uint8Array, error: string][] = [
    ["HEADERS on stream 0 (6.2)", headers(0, OK_BLOCK), PROTOCOL],
    ["HEADERS on a stream that was never opened (5.1)", headers(7, OK_BLOCK), PROTOCOL],
    ["HEADERS on a stream of its own (5.1.1)", headers(2, OK_BLOCK), PROTOCOL],
    [
      "HEADERS with padding beyond the frame (6.2)",
      frame(FRAME_HEADERS, FLAG_END_HEADERS | FLAG_PADDED, 1, [9, 0x88]),
      PROTOCOL,
    ],
    ["HEADERS too short for its padding", frame(FRAME_HEADERS, FLAG_END_HEADERS | FLAG_PADDED, 1), PROTOCOL],
    [
      "HEADERS too short for its priority (4.2)",
      frame(FRAME_HEADERS, FLAG_END_HEADERS | FLAG_PRIORITY, 1, [0, 0]),
      SIZE,
    ],
    ["CONTINUATION without HEADERS (6.10)", continuation(1, OK_BLOCK, FLAG_END_HEADERS), PROTOCOL],
    ["CONTINUATION on stream 0", continuation(0, OK_BLOCK, FLAG_END_HEADERS), PROTOCOL],
    [
      "CONTINUATION of another stream (6.10)",
      concatBytes([frame(FRAME_HEADERS, 0, 1, OK_BLOCK), continuation(5, [], FLAG_END_HEADERS)]),
      PROTOCOL,
    ],
    ["PING within a header block (6.10)", concatBytes([frame(FRAME_HEADERS, 0, 1, OK_BLOCK), ping()]), PROTOCOL],
    [
      "DATA within a header block (6.10)",
      concatBytes([frame(FRAME_HEADERS, 0, 1, OK_BLOCK), data(5, 1, false)]),
      PROTOCOL,
    ],
    [
      "HEADERS within a header block (6.10)",
      concatBytes([frame(FRAME_HEADERS, 0, 1, OK_BLOCK), headers(1, OK_BLOCK)]),
      PROTOCOL,
    ],
    [
      "an unknown frame within a header block (5.5)",
      concatBytes([frame(FRAME_HEADERS, 0, 1, []), frame(99, 0, 1)]),
      PROTOCOL,
    ],
    ["DATA on stream 0 (6.1)", data(0, 1, false), PROTOCOL],
    ["DATA on a stream that was never opened (5.1)", data(7, 1, false), PROTOCOL],
    ["DATA on a stream of its own", data(4, 1, false), PROTOCOL],
    ["DATA with padding as long as the frame (6.1)", frame(FRAME_DATA, FLAG_PADDED, 5, [3, 0, 0]), PROTOCOL],
    ["DATA with padding beyond the frame (6.1)", frame(FRAME_DATA, FLAG_PADDED, 5, [255, 0, 0]), PROTOCOL],
    ["DATA too short for its padding", frame(FRAME_DATA, FLAG_PADDED, 5), PROTOCOL],
    ["padding beyond the frame on a stream that is over", frame(FRAME_DATA, FLAG_PADDED, 3, [1]), PROTOCOL],
    ["RST_STREAM on stream 0 (6.4)", rstStream(0, 8), PROTOCOL],
    ["RST_STREAM on a stream that was never opened (6.4)", rstStream(7, 8), PROTOCOL],
    ["RST_STREAM on a stream of its own", rstStream(2, 8), PROTOCOL],
    ["RST_STREAM of 3 bytes (6.4)", frame(FRAME_RST_STREAM, 0, 1, [0, 0, 8]), SIZE],
    ["RST_STREAM of 5 bytes", frame(FRAME_RST_STREAM, 0, 1, [0, 0, 0, 0, 8]), SIZE],
    ["PRIORITY on stream 0 (6.3)", frame(FRAME_PRIORITY, 0, 0, [0, 0, 0, 1, 1]), PROTOCOL],
    ["PRIORITY of 4 bytes (6.3)", frame(FRAME_PRIORITY, 0, 1, [0, 0, 0, 1]), SIZE],
    ["SETTINGS on a stream (6.5)", frame(FRAME_SETTINGS, 0, 1, []), PROTOCOL],
    ["SETTINGS of 5 bytes (6.5)", frame(FRAME_SETTINGS, 0, 0, [0, 3, 0, 0, 0]), SIZE],
    ["an acknowledgement with settings (6.5)", frame(FRAME_SETTINGS, FLAG_ACK, 0, [0, 3, 0, 0, 0, 1]), SIZE],
    ["SETTINGS that push (6.5.2)", settings([2, 1]), PROTOCOL],
    ["SETTINGS with a window beyond 2^31 - 1 (6.5.2)", settings([4, 0x8000_0000]), "FLOW_CONTROL_ERROR"],
    ["SETTINGS with a frame that is too small (6.5.2)", settings([5, 16_383]), PROTOCOL],
    ["SETTINGS with a frame that is too large (6.5.2)", settings([5, 0x100_0000]), PROTOCOL],
    [
      "a window that overflows a stream's (6.9.2)",
      concatBytes([windowUpdate(1, 0x7fff_0000), settings([4, 0x7fff_0000])]),
      "FLOW_CONTROL_ERROR",
    ],
    [
      "PUSH_PROMISE (8.4)",
      frame(FRAME_PUSH_PROMISE, FLAG_END_HEADERS, 1, Uint8Array.of(0, 0, 0, 2, ...OK_BLOCK)),
      PROTOCOL,
    ],
    ["PING on a stream (6.7)", frame(FRAME_PING, 0, 1, new Uint8Array(8)), PROTOCOL],
    ["PING of 7 bytes (6.7)", frame(FRAME_PING, 0, 0, new Uint8Array(7)), SIZE],
    ["PING of 9 bytes", frame(FRAME_PING, 0, 0, new Uint8Array(9)), SIZE],
    ["GOAWAY on a stream (6.8)", frame(FRAME_GOAWAY, 0, 1, new Uint8Array(8)), PROTOCOL],
    ["GOAWAY of 7 bytes (4.2)", frame(FRAME_GOAWAY, 0, 0, new Uint8Array(7)), SIZE],
    ["WINDOW_UPDATE of 3 bytes (6.9)", frame(FRAME_WINDOW_UPDATE, 0, 1, [0, 0, 1]), SIZE],
    ["WINDOW_UPDATE of nothing for the connection (6.9)", windowUpdate(0, 0), PROTOCOL],
    ["WINDOW_UPDATE of nothing but the reserved bit", windowUpdate(0, 0x8000_0000), PROTOCOL],
    ["WINDOW_UPDATE beyond 2^31 - 1 for the connection (6.9.1)", windowUpdate(0, 0x7fff_ffff), "FLOW_CONTROL_ERROR"],
    ["WINDOW_UPDATE on a stream that was never opened (5.1)", windowUpdate(7, 1), PROTOCOL],
    ["WINDOW_UPDATE on a stream of its own", windowUpdate(2, 1), PROTOCOL],
    [
      "a frame larger than was agreed (4.2)",
      frame(FRAME_HEADERS, FLAG_END_HEADERS, 1, [], DEFAULT_FRAME_BYTES_MAX + 1),
      SIZE,
    ],
    ["DATA larger than was agreed", frame(FRAME_DATA, 0, 5, [], DEFAULT_FRAME_BYTES_MAX + 1), SIZE],
    ["an unknown frame larger than was agreed", frame(0xfe, 0, 0, [], 0xff_ffff), SIZE],
    ["a block with an index that nothing has", headers(1, indexedField(99)), "COMPRESSION_ERROR"],
    ["a block with index 0", headers(1, Uint8Array.of(0x80)), "COMPRESSION_ERROR"],
    ["a block that is cut off", headers(1, OK_BLOCK.subarray(0, OK_BLOCK.length - 1)), "COMPRESSION_ERROR"],
    ["a block with an endless integer", headers(1, new Uint8Array(64).fill(0xff)), "COMPRESSION_ERROR"],
    [
      "a block with Huffman code that ends within a symbol",
      headers(1, Uint8Array.of(0, 1, 0x61, 0x81, 0x00)),
      "COMPRESSION_ERROR",
    ],
    [
      "a block with a table larger than was agreed",
      headers(1, Uint8Array.of(0x3f, 0xe2, 0x1f, 0x88)),
      "COMPRESSION_ERROR",
    ],
    ["a block with a table size behind a field", headers(1, Uint8Array.of(0x88, 0x20)), "COMPRESSION_ERROR"],
    ["such a block for a stream that is over", headers(3, indexedField(99)), "COMPRESSION_ERROR"],
    ["such a block as trailers", headers(5, indexedField(99), FLAG_END_STREAM), "COMPRESSION_ERROR"],
  ];
  test.each(rows)("%s", (_name, heard, error) => {
    for (const stepBytes of [heard.length, 1, 9]) {
      const peer = busy();
      for (let at = 0; at < heard.length; at += stepBytes) peer.hear(heard.subarray(at, at + stepBytes));
      expectLost(peer, "protocol_violation", error);
    }
  });

  const strangers: [name: string, heard: Uint8Array, error: string][] = [
    ["HTTP/1.1", latin1Encode("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), SIZE],
    ["SSH", latin1Encode("SSH-2.0-OpenSSH_9.6\r\n"), SIZE],
    ["TLS", Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70, 0, 0), SIZE],
    ["zeros, which look like DATA", new Uint8Array(64), PROTOCOL],
    ["HEADERS before SETTINGS (3.4)", head(1, 200, true), PROTOCOL],
    ["PING before SETTINGS", ping(), PROTOCOL],
    ["GOAWAY before SETTINGS", goaway(0, 0), PROTOCOL],
    ["a frame of an extension before SETTINGS", frame(0xbe, 0, 0), PROTOCOL],
  ];
  test.each(strangers)("%s instead of HTTP/2", (_name, heard, error) => {
    for (const stepBytes of [heard.length, 1]) {
      const peer = new Conversation(100, false);
      peer.open(GET, 1);
      peer.sent();
      for (let at = 0; at < heard.length; at += stepBytes) peer.hear(heard.subarray(at, at + stepBytes));
      expectLost(peer, "invalid_response", error);
    }
  });

  test("an acknowledgement before its own SETTINGS", () => {
    const peer = new Conversation(100, false);
    peer.hear(SETTINGS_ACK);
    expectLost(peer, "protocol_violation", "PROTOCOL_ERROR");
  });
});

describe("Http2ClientSession bounds", () => {
  /** Says `part` until the connection is lost, or for too long. Returns how often. */
  function flood(peer: Conversation, part: Uint8Array): number {
    let count = 0;
    for (; peer.loss === null && count < 2 * IDLE_FRAMES_MAX; count++) peer.session.feed(part, 0, part.length);
    return count;
  }

  const floods: [name: string, part: Uint8Array][] = [
    ["empty SETTINGS", settings()],
    ["SETTINGS that change the windows", concatBytes([settings([4, 1], [1, 0])])],
    ["acknowledgements of SETTINGS", SETTINGS_ACK],
    ["PING", ping()],
    ["answers to PING", ping("12345678", FLAG_ACK)],
    ["empty DATA", data(5, 0, false)],
    ["DATA for a stream that is over", data(3, 1, false)],
    ["DATA with an end for a stream that is over", data(3, 0, true)],
    ["HEADERS for a stream that is over", head(3, 200, true)],
    ["RST_STREAM for a stream that is over", rstStream(3, 8)],
    ["GOAWAY", goaway(0x7fff_ffff, 0)],
    ["PRIORITY", frame(FRAME_PRIORITY, 0, 1, [0, 0, 0, 3, 9])],
    ["frames of extensions", frame(0xbe, 0, 0)],
    ["WINDOW_UPDATE of the connection by 1", windowUpdate(0, 1)],
    ["WINDOW_UPDATE of a stream by 1", windowUpdate(1, 1)],
    ["WINDOW_UPDATE of a stream that is over", windowUpdate(3, 1)],
  ];
  test.each(floods)("a flood of %s", (_name, part) => {
    const peer = busy();
    expect(flood(peer, part)).toBe(IDLE_FRAMES_MAX + 1);
    // What it made us say is bounded, too, should nobody take it from us.
    expect(peer.session.out.length).toBeLessThanOrEqual(IDLE_FRAMES_MAX * 17 + 100);
    expectLost(peer, "protocol_violation", "ENHANCE_YOUR_CALM");
  });

  test("frames that serve no request, but not those of a peer that also serves", () => {
    const peer = new Conversation();
    const { session } = peer;
    const idle = concatBytes(new Array<Uint8Array>(IDLE_FRAMES_MAX - 1).fill(windowUpdate(0, 1)));
    const serving: ((stream: number, slot: number) => void)[] = [
      (stream) => peer.hear(head(stream, 200, true)),
      (stream) => peer.hear(head(stream, 200, false), data(stream, 1, true)),
      (_, slot) => session.cancel(slot),
    ];
    for (let round = 0; round < 9; round++) {
      const slot = peer.open(GET, round);
      peer.hear(idle);
      serving[round % serving.length]!(2 * round + 1, slot);
      peer.hear(idle.subarray(0, round % 3 === 2 ? 0 : idle.length));
    }
    expect(peer.loss).toBeNull();
  });

  test("frames that serve no request, but not while a body is sent", () => {
    const peer = new Conversation();
    peer.open(request("POST", { body: new Uint8Array(100_000) }), 7);
    peer.sent();
    for (let sent = 65_535; sent < 100_000; sent += 5_000) {
      peer.hear(concatBytes(new Array<Uint8Array>(5_000).fill(windowUpdate(0, 1))));
      peer.hear(concatBytes(new Array<Uint8Array>(4_000).fill(windowUpdate(1, 2))));
      expect(peer.sent().every((words) => words.startsWith("DATA"))).toBe(true);
    }
    expect(peer.loss).toBeNull();
  });

  test("a header block that never ends", () => {
    const peer = busy();
    peer.hear(frame(FRAME_HEADERS, 0, 1, OK_BLOCK));
    const piece = continuation(1, new Uint8Array(DEFAULT_FRAME_BYTES_MAX));
    expect(flood(peer, piece)).toBe(HEAD_BYTES_MAX / DEFAULT_FRAME_BYTES_MAX);
    expectLost(peer, "header_too_large", "ENHANCE_YOUR_CALM");
  });

  test.each([
    ["nothing", []],
    ["a byte", [0x88]],
  ])("a header block that never ends, in frames of %s", (_name, fragment) => {
    const peer = busy();
    peer.hear(frame(FRAME_HEADERS, 0, 1, OK_BLOCK));
    expect(flood(peer, continuation(1, fragment))).toBe(CONTINUATIONS_MAX + 1);
    expectLost(peer, "header_too_large", "ENHANCE_YOUR_CALM");
  });

  test("a header block that never ends, on a stream that is over", () => {
    const peer = busy();
    peer.hear(frame(FRAME_HEADERS, 0, 3, OK_BLOCK));
    expect(flood(peer, continuation(3, []))).toBe(CONTINUATIONS_MAX + 1);
    expectLost(peer, "header_too_large", "ENHANCE_YOUR_CALM");
  });

  test("a list of fields that is a bomb: 250 MB in 64 KB, again and again", () => {
    const peer = new Conversation(1);
    const field = insertedField("x", "y".repeat(4_000));
    const bomb = new Uint8Array(DEFAULT_FRAME_BYTES_MAX).fill(0x80 | 62);
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 20; round++) {
      const stream = 2 * round + 1;
      peer.open(GET, round);
      peer.hear(
        frame(FRAME_HEADERS, FLAG_END_STREAM, stream, concatBytes([indexedField(8), field])),
        continuation(stream, bomb),
        continuation(stream, bomb),
        continuation(stream, bomb.subarray(0, 8_000), FLAG_END_HEADERS),
      );
      expect(peer.outcomes()).toEqual([`failed ${round} header_too_large 0`]);
      peer.sent();
    }
    expect(peer.loss).toBeNull();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
    peer.open(GET, 20);
    peer.hear(headers(41, OK_BLOCK, FLAG_END_STREAM));
    expect(peer.outcomes()).toEqual(["answered 20 200"]);
  });

  test("rapid resets: each ends its own request", () => {
    const peer = new Conversation();
    for (let round = 0; round < 2 * IDLE_FRAMES_MAX; round++) {
      peer.open(GET, round);
      peer.hear(rstStream(2 * round + 1, round % 2 === 0 ? 8 : 7));
      expect(peer.outcomes()).toEqual([`failed ${round} ${round % 2 === 0 ? "stream_reset 8" : "stream_refused 7"}`]);
      peer.session.out.clear();
    }
    expect(peer.session).toMatchObject({ failure: 0, count: 0 });
  });
});
