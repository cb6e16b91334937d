/** The judge of HTTP/2 connections: what it foresees, and what it lets no client do. */
import { expect, test } from "vitest";
import { FAILURE_CODES } from "../../model/failure.ts";
import { HpackEncoder } from "../../protocol/hpack/encoder.ts";
import { encodeFrame } from "../../protocol/http2/encode-frame.ts";
import {
  CANCEL,
  CLIENT_PREFACE,
  FRAME_PING,
  PROTOCOL_ERROR,
  REFUSED_STREAM,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_CONCURRENT_STREAMS,
  STREAM_ID_MAX,
} from "../../protocol/http2/frame.ts";
import { FrameWriter } from "../../protocol/http2/frame-writer.ts";
import type { ExpectedOutcome } from "../expectation.ts";
import { NO_GIFT } from "../gift.ts";
import { Http2Expectation } from "./expectation.ts";
import { block } from "./flaws.ts";

const STATUS_200 = block([":status", "200"]);

/** A judge, a client that writes frames at 10, 20, 30 ... ns, and a peer whose frames arrive at once. */
function court() {
  const expectation = new Http2Expectation();
  const encoder = new HpackEncoder();
  let nowNs = 0;
  const client = (write: (out: FrameWriter) => void, isLast = false): ExpectedOutcome[] => {
    const out = new FrameWriter();
    if (nowNs === 0) out.raw(CLIENT_PREFACE);
    write(out);
    nowNs += 10;
    return expectation.send(out.bytes, 0, out.length, nowNs, isLast);
  };
  const peer = (write: (out: FrameWriter) => void): ExpectedOutcome[] => {
    const out = new FrameWriter();
    write(out);
    expectation.queue(out.bytes.slice(0, out.length), null);
    return expectation.deliver(out.length);
  };
  const request = (out: FrameWriter, stream: number, ends = true): void =>
    out.headers(
      stream,
      encoder.encode([
        { name: ":method", value: "POST" },
        { name: ":path", value: `/${stream}` },
      ]),
      ends,
      16_384,
    );
  return { expectation, client, peer, request };
}

/** A court whose client knows the peer's settings. */
function session(...settings: [number, number][]) {
  const it = court();
  it.client((out) => out.settings());
  it.peer((out) => out.settings(...settings));
  it.client((out) => out.settingsAck());
  it.expectation.endTurn(5, 0);
  return it;
}

test("Http2Expectation foresees answers by stream, with their bytes and first bytes", () => {
  const { client, peer, request, expectation } = session();
  client((out) => {
    request(out, 1);
    request(out, 3);
  });
  expect([expectation.sent, expectation.awaiting, expectation.allowed]).toEqual([2, 2, Number.POSITIVE_INFINITY]);
  const gift = { head: "first", content: "second" };
  expectation.answers(3, 404, gift);
  expectation.answers(1, 200, NO_GIFT);
  expect(peer((out) => out.headers(3, STATUS_200, false, 5))).toEqual([]);
  expectation.endTurn(77, 0);
  const outcomes = peer((out) => {
    out.headers(1, STATUS_200, true, 16_384);
    out.data(3, new Uint8Array(7), 0, 7, true);
  });
  expect(outcomes).toEqual([
    {
      kind: "answered",
      request: "POST /1",
      sentNs: 30,
      status: 200,
      gift: NO_GIFT,
      bytes: 9 + 13,
      reused: false,
      firstByteNs: null,
    },
    {
      kind: "answered",
      request: "POST /3",
      sentNs: 30,
      status: 404,
      gift,
      bytes: 3 * 9 + 13 + 9 + 7,
      reused: true,
      firstByteNs: 77,
    },
  ]);
});

test("Http2Expectation foresees nothing before the last byte of a frame", () => {
  const { client, expectation, request } = session();
  client((out) => request(out, 1));
  expectation.answers(1, 200, NO_GIFT);
  const out = new FrameWriter();
  out.headers(1, STATUS_200, true, 16_384);
  expectation.queue(out.bytes.slice(0, out.length), null);
  for (let i = 1; i < out.length; i++) expect(expectation.deliver(1)).toEqual([]);
  expect(expectation.deliver(1)).toMatchObject([{ kind: "answered" }]);
});

test("Http2Expectation foresees resets, departures in peace and in error, and the loss of the connection", () => {
  const { client, peer, request, expectation } = session();
  client((out) => {
    for (const stream of [1, 3, 5, 7, 9]) request(out, stream);
  });
  expect(peer((out) => out.rstStream(1, REFUSED_STREAM))).toMatchObject([
    { kind: "failed", request: "POST /1", failure: FAILURE_CODES.stream_refused, errno: REFUSED_STREAM, bytes: 13 },
  ]);
  expect(peer((out) => out.rstStream(3, 0))).toMatchObject([{ failure: FAILURE_CODES.stream_reset, errno: 0 }]);
  expect(peer((out) => out.goaway(STREAM_ID_MAX, 0))).toEqual([]);
  expect(expectation.isLeaving).toBe(true);
  expect(peer((out) => out.goaway(7, 0))).toMatchObject([{ kind: "returned", request: "POST /9" }]);
  expect(peer((out) => out.goaway(5, PROTOCOL_ERROR))).toMatchObject([
    { kind: "failed", request: "POST /7", failure: FAILURE_CODES.goaway, errno: PROTOCOL_ERROR },
  ]);
  expect(expectation.isSpoilt).toBe(false);
  expect(expectation.finish()).toMatchObject([{ request: "POST /5", failure: FAILURE_CODES.connection_closed }]);
  expect(expectation.isSpoilt).toBe(true);
});

test("Http2Expectation knows what a flaw costs: a stream, or the connection with all that it carries", () => {
  const { client, request, expectation } = session();
  client((out) => {
    for (const stream of [1, 3, 5]) request(out, stream);
  });
  const bytes = new Uint8Array(9);
  expectation.queue(bytes, { stream: 3, failure: FAILURE_CODES.invalid_response });
  expectation.queue(bytes, { stream: 0, failure: FAILURE_CODES.protocol_violation });
  expect(expectation.deliver(9)).toMatchObject([{ request: "POST /3", failure: FAILURE_CODES.invalid_response }]);
  expect(expectation.deliver(9)).toMatchObject([
    { request: "POST /1", failure: FAILURE_CODES.protocol_violation },
    { request: "POST /5", failure: FAILURE_CODES.protocol_violation },
  ]);
});

test("Http2Expectation counts the bytes of an answer that is cut off, from the header of each frame on", () => {
  const { client, peer, request, expectation } = session();
  client((out) => request(out, 1));
  peer((out) => out.headers(1, STATUS_200, false, 16_384));
  const out = new FrameWriter();
  out.data(1, new Uint8Array(50), 0, 50, true);
  expectation.queue(out.bytes.slice(0, 40), null);
  expectation.deliver(8);
  expectation.deliver(20);
  expect(expectation.lose(FAILURE_CODES.connection_reset, 104)).toMatchObject([{ kind: "failed", bytes: 9 + 13 + 28 }]);
});

test("Http2Expectation tells apart who was sent and who was not when a connection is of no use", () => {
  const unused = (): Http2Expectation => court().expectation;
  expect(unused().finish()).toEqual([{ kind: "unsent", failure: FAILURE_CODES.connection_closed, errno: 0 }]);
  expect(court().peer((out) => out.goaway(0, 0))).toEqual([]);
  expect(court().peer((out) => out.goaway(0, 2))).toEqual([
    { kind: "unsent", failure: FAILURE_CODES.goaway, errno: 2 },
  ]);
});

test("Http2Expectation hears of a request that is given up", () => {
  const { client, peer, request } = session();
  client((out) => request(out, 1));
  expect(client((out) => out.rstStream(1, CANCEL))).toEqual([{ kind: "cancelled", request: "POST /1", sentNs: 30 }]);
  expect(peer((out) => out.headers(1, STATUS_200, true, 16_384))).toEqual([]);
});

test("Http2Expectation lets no client open what the peer does not allow", () => {
  const before = court();
  before.client((out) => before.request(out, 1));
  expect(() => before.client((out) => before.request(out, 3))).toThrow("more requests were sent");
  const limited = session([SETTING_MAX_CONCURRENT_STREAMS, 1]);
  limited.client((out) => limited.request(out, 1));
  expect(() => limited.client((out) => limited.request(out, 3))).toThrow("more requests were sent");
  const leaving = session();
  leaving.client((out) => leaving.request(out, 1));
  leaving.peer((out) => out.goaway(1, 0));
  expect(() => leaving.client((out) => leaving.request(out, 3))).toThrow("takes none any more");
  const closing = session();
  expect(() => closing.client((out) => closing.request(out, 1), true)).toThrow("closed behind it");
});

test("Http2Expectation lets no client owe anything at the end of its turn", () => {
  const silent = court();
  silent.peer((out) => out.settings());
  expect(() => silent.expectation.endTurn(1, 0)).toThrow("acknowledged");
  const deaf = session();
  deaf.peer((out) => out.raw(encodeFrame(FRAME_PING, 0, 0, new Uint8Array(8))));
  expect(() => deaf.expectation.endTurn(1, 0)).toThrow("PING");
  const clinging = session();
  clinging.peer((out) => out.goaway(0, 0));
  expect(() => clinging.expectation.endTurn(1, 0)).toThrow("of no more use");
});

test("Http2Expectation lets no client send beyond a window, or hold back what a window takes", () => {
  const { client, peer, request, expectation } = session([SETTING_INITIAL_WINDOW_SIZE, 100]);
  client((out) => request(out, 1, false));
  expect(() => expectation.endTurn(1, 0)).toThrow("holds back");
  expectation.endTurn(1, 1 << 20);
  client((out) => out.data(1, new Uint8Array(100), 0, 100, false));
  expectation.endTurn(2, 0);
  peer((out) => out.settings([SETTING_INITIAL_WINDOW_SIZE, 60]));
  peer((out) => out.windowUpdate(1, 40));
  client((out) => out.settingsAck());
  expectation.endTurn(3, 0);
  peer((out) => out.windowUpdate(1, 1));
  expect(() => expectation.endTurn(4, 0)).toThrow("holds back");
  expect(() => client((out) => out.data(1, new Uint8Array(2), 0, 2, true))).toThrow("beyond a window");
});

test("Http2Expectation lets no client give up a request without a reason, or its connection", () => {
  const { client, request, expectation } = session();
  client((out) => request(out, 1));
  expect(() => expectation.close()).toThrow("requests wait");
  expect(() => client((out) => out.rstStream(1, PROTOCOL_ERROR))).toThrow("finds fault");
});
