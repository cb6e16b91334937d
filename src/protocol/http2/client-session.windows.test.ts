/** Flow control in both directions (RFC 9113, 5.2 and 6.9). */
import { describe, expect, test } from "vitest";
import { Conversation, GET, request } from "../../../test/support/http2-conversation.ts";
import { data, frame, head, settings, windowUpdate } from "../../../test/support/http2-frames.ts";
import { concatBytes } from "../../base/bytes.ts";
import { CONNECTION_WINDOW_BYTES, STREAM_WINDOW_BYTES } from "../../base/limits.ts";
import { DEFAULT_FRAME_BYTES_MAX, FLAG_PADDED, FRAME_DATA } from "./frame.ts";

const FRAME_BYTES = 16_384;

function body(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251);
}

/** A peer whose settings are these, to which a request with a body of `bodyBytes` is sent; its HEADERS are heard. */
function upload(bodyBytes: number, ...pairs: [number, number][]): Conversation {
  const peer = new Conversation(100, false);
  peer.hear(settings(...pairs));
  peer.sent();
  peer.open(request("POST", { body: body(bodyBytes) }), 7);
  return peer;
}

describe("Http2ClientSession sends bodies", () => {
  test("in frames as large as the peer takes", () => {
    expect(upload(40_000).sent()).toEqual([
      "HEADERS 1",
      "DATA 1 16384 bytes",
      "DATA 1 16384 bytes",
      "DATA 1 END_STREAM 7232 bytes",
    ]);
    expect(upload(40_000, [5, 30_000]).sent()).toEqual([
      "HEADERS 1",
      "DATA 1 30000 bytes",
      "DATA 1 END_STREAM 10000 bytes",
    ]);
  });

  test("within the window of the stream", () => {
    const peer = upload(1_000, [4, 300]);
    expect(peer.sent()).toEqual(["HEADERS 1", "DATA 1 300 bytes"]);
    peer.hear(windowUpdate(0, 10_000));
    expect(peer.sent()).toEqual([]);
    peer.hear(windowUpdate(1, 1), windowUpdate(1, 2));
    expect(peer.sent()).toEqual(["DATA 1 3 bytes"]);
    peer.hear(windowUpdate(1, 10_000));
    expect(peer.sent()).toEqual(["DATA 1 END_STREAM 697 bytes"]);
  });

  test("within the window of the connection, which only WINDOW_UPDATE changes", () => {
    const peer = upload(70_000, [4, 1_000_000]);
    const sizes = peer.frames().map(({ payload }) => payload.length);
    expect(sizes.slice(1)).toEqual([FRAME_BYTES, FRAME_BYTES, FRAME_BYTES, FRAME_BYTES - 1]);
    peer.hear(windowUpdate(1, 10_000), settings([4, 2_000_000]));
    expect(peer.sent()).toEqual(["SETTINGS 0 ACK"]);
    peer.hear(windowUpdate(0, 1));
    expect(peer.sent()).toEqual(["DATA 1 1 bytes"]);
    peer.hear(windowUpdate(0, 1_000_000));
    expect(peer.sent()).toEqual(["DATA 1 END_STREAM 4464 bytes"]);
  });

  test("with streams in turns where the connection's window is narrow", () => {
    const peer = new Conversation(100, false);
    peer.hear(settings([4, 1_000_000]));
    peer.sent();
    const post = request("POST", { body: body(40_000) });
    peer.open(post, 1, 2);
    const sizes = (): string[] => peer.sent().filter((words) => words.startsWith("DATA"));
    expect(sizes()).toEqual(["DATA 1 16384 bytes", "DATA 3 16384 bytes", "DATA 1 16384 bytes", "DATA 3 16383 bytes"]);
    peer.hear(windowUpdate(0, 10_000));
    expect(sizes()).toEqual(["DATA 1 END_STREAM 7232 bytes", "DATA 3 2768 bytes"]);
  });

  test("of which a stream that has no window does not hold up the others", () => {
    const peer = new Conversation(100, false);
    peer.hear(settings([4, 10]));
    peer.sent();
    peer.open(request("POST", { body: body(20) }), 1, 2);
    expect(peer.sent()).toEqual(["HEADERS 1", "HEADERS 3", "DATA 1 10 bytes", "DATA 3 10 bytes"]);
    peer.hear(windowUpdate(3, 10));
    expect(peer.sent()).toEqual(["DATA 3 END_STREAM 10 bytes"]);
  });

  test("no faster than `pump` is told", () => {
    const peer = upload(40_000);
    expect(peer.sent(1_000 + 9 + peerHeadersBytes())).toEqual(["HEADERS 1", "DATA 1 1000 bytes"]);
    expect(peer.sent(9)).toEqual([]);
    expect(peer.sent(10)).toEqual(["DATA 1 1 bytes"]);
  });

  test("byte for byte as they are", () => {
    const peer = upload(50_000, [4, 777]);
    const parts: Uint8Array[] = [];
    for (let round = 0; round < 100 && concatBytes(parts).length < 50_000; round++) {
      parts.push(...peer.frames(5_000).flatMap(({ type, payload }) => (type === FRAME_DATA ? [payload] : [])));
      peer.hear(windowUpdate(1, 777));
    }
    expect(Buffer.from(concatBytes(parts)).equals(body(50_000))).toBe(true);
  });

  test("with a window that SETTINGS took back below zero (RFC 9113, 6.9.2)", () => {
    const peer = upload(1_000, [4, 300]);
    peer.sent();
    peer.hear(settings([4, 100]));
    peer.hear(windowUpdate(1, 200));
    expect(peer.sent()).toEqual(["SETTINGS 0 ACK"]);
    peer.hear(windowUpdate(1, 1));
    expect(peer.sent()).toEqual(["DATA 1 1 bytes"]);
    peer.hear(settings([4, 1_000]));
    expect(peer.sent()).toEqual(["SETTINGS 0 ACK", "DATA 1 END_STREAM 699 bytes"]);
  });

  test("begun before the peer's settings were known, within the default window", () => {
    const peer = new Conversation(100, false);
    peer.open(request("POST", { body: body(100_000) }), 7);
    const sent = peer.frames().reduce((sum, { type, payload }) => sum + (type === FRAME_DATA ? payload.length : 0), 0);
    expect(sent).toBe(65_535);
    // The stream's window is now -65,435: what was sent counts against the new one.
    peer.hear(settings([4, 100]), windowUpdate(0, 1_000_000), windowUpdate(1, 65_435));
    expect(peer.sent()).toEqual(["SETTINGS 0 ACK"]);
    peer.hear(windowUpdate(1, 5));
    expect(peer.sent()).toEqual(["DATA 1 5 bytes"]);
  });

  test("no further when the connection's window is used up by a stream that is over", () => {
    const peer = upload(70_000, [4, 1_000_000]);
    peer.sent();
    peer.session.cancel(0);
    peer.open(request("POST", { body: body(5) }), 8);
    expect(peer.sent()).toEqual(["RST_STREAM 1 CANCEL", "HEADERS 3"]);
    peer.hear(windowUpdate(1, 1_000), windowUpdate(0, 5));
    expect(peer.sent()).toEqual(["DATA 3 END_STREAM 5 bytes"]);
  });
});

/** What the HEADERS frame of `upload` takes. */
function peerHeadersBytes(): number {
  const [headers] = upload(40_000).frames(0);
  return 9 + headers!.payload.length;
}

describe("Http2ClientSession gives windows back", () => {
  /** Hears `count` frames of content of stream 1, without a copy of each. */
  function flood(peer: Conversation, part: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) peer.session.feed(part, 0, part.length);
  }

  test("of a stream, when half of it is used", () => {
    const peer = new Conversation();
    peer.open(GET, 7);
    peer.hear(head(1, 200, false));
    peer.sent();
    const half = STREAM_WINDOW_BYTES / 2 / FRAME_BYTES;
    flood(peer, data(1, FRAME_BYTES, false), half - 1);
    expect(peer.sent()).toEqual([]);
    flood(peer, data(1, FRAME_BYTES, false), 1);
    expect(peer.sent()).toEqual([`WINDOW_UPDATE 1 +${STREAM_WINDOW_BYTES / 2}`]);
    flood(peer, data(1, FRAME_BYTES, false), 2 * half);
    expect(peer.sent().filter((words) => words.startsWith("WINDOW_UPDATE 1"))).toHaveLength(2);
  });

  test("also for padding, which counts (RFC 9113, 6.1)", () => {
    const peer = new Conversation();
    peer.open(GET, 7);
    peer.hear(head(1, 200, false));
    peer.sent();
    const padded = frame(FRAME_DATA, FLAG_PADDED, 1, Uint8Array.of(255, ...new Uint8Array(255)));
    const half = STREAM_WINDOW_BYTES / 2 / 256;
    // Empty but for their padding: they count as content, for the peer has paid for them with its window.
    flood(peer, padded, half);
    expect(peer.sent()).toEqual([`WINDOW_UPDATE 1 +${STREAM_WINDOW_BYTES / 2}`]);
    expect(peer.loss).toBeNull();
  });

  test("of the connection, also for streams that are over", () => {
    const peer = new Conversation();
    const slot = peer.open(GET, 7);
    peer.hear(head(1, 200, false));
    peer.session.cancel(slot);
    peer.sent();
    const half = CONNECTION_WINDOW_BYTES / 2 / FRAME_BYTES;
    flood(peer, data(1, FRAME_BYTES, false), half - 1);
    expect(peer.sent()).toEqual([]);
    flood(peer, data(1, FRAME_BYTES, true), 1);
    expect(peer.sent()).toEqual([`WINDOW_UPDATE 0 +${CONNECTION_WINDOW_BYTES / 2}`]);
  });

  test("not of a stream that ends", () => {
    const peer = new Conversation();
    peer.open(GET, 7);
    peer.hear(head(1, 200, false));
    peer.sent();
    flood(peer, data(1, FRAME_BYTES, false), STREAM_WINDOW_BYTES / 2 / FRAME_BYTES - 1);
    peer.hear(data(1, FRAME_BYTES, true));
    expect(peer.sent()).toEqual([]);
    expect(peer.outcomes()).toEqual(["began 7", "answered 7 200"]);
  });

  test("before a frame can overrun what is left of them", () => {
    expect(DEFAULT_FRAME_BYTES_MAX).toBeLessThan(STREAM_WINDOW_BYTES / 2);
    expect(DEFAULT_FRAME_BYTES_MAX).toBeLessThan(CONNECTION_WINDOW_BYTES / 2);
  });
});

describe("Http2ClientSession and windows that break the rules", () => {
  const rows: readonly [name: string, heard: Uint8Array[], outcomes: string[], sent: string[]][] = [
    [
      "no increment of a stream",
      [windowUpdate(1, 0)],
      ["failed 7 protocol_violation 0"],
      ["RST_STREAM 1 PROTOCOL_ERROR"],
    ],
    [
      "a stream's window beyond 2^31 - 1",
      [windowUpdate(1, 0x7fff_ffff)],
      ["failed 7 protocol_violation 0"],
      ["RST_STREAM 1 FLOW_CONTROL_ERROR"],
    ],
    ["an increment for a stream that is over", [head(1, 200, true), windowUpdate(1, 0)], ["answered 7 200"], []],
  ];
  test.each(rows)("%s concerns that stream alone", (_name, heard, outcomes, sent) => {
    const peer = new Conversation();
    peer.open(GET, 7);
    peer.sent();
    peer.hear(...heard);
    expect(peer.outcomes()).toEqual(outcomes);
    expect(peer.sent()).toEqual(sent);
    expect(peer.loss).toBeNull();
  });

  test("a window may be as large as it can be", () => {
    const peer = new Conversation();
    peer.open(GET, 7);
    peer.hear(windowUpdate(0, 0x7fff_ffff - 65_535), windowUpdate(1, 0x7fff_ffff - 65_535), settings([4, 65_535]));
    expect(peer.loss).toBeNull();
    peer.hear(settings([4, 65_536]));
    expect(peer.loss).toBe("protocol_violation");
    expect(peer.sent().at(-1)).toBe("GOAWAY 0 last 0 FLOW_CONTROL_ERROR");
  });
});
