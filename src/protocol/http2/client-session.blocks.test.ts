/**
 * Header blocks on one connection (RFC 9113, 4.3): both tables stay in step with the peer's, whatever becomes of the
 * streams, and equal requests cost equal bytes.
 */
import fc from "fast-check";
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
  settings,
} from "../../../test/support/http2-frames.ts";
import { concatBytes } from "../../base/bytes.ts";
import { HEAD_BYTES_MAX } from "../../base/limits.ts";
import { BlockCursor } from "../hpack/cursor.ts";
import { HPACK_OK, HpackDecoder } from "../hpack/decoder.ts";
import { HpackEncoder } from "../hpack/encoder.ts";
import type { HpackField } from "../hpack/field.ts";
import { readInteger } from "../hpack/integer.ts";
import {
  DEFAULT_FRAME_BYTES_MAX,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FLAG_PRIORITY,
  FRAME_CONTINUATION,
  FRAME_HEADERS,
} from "./frame.ts";
import type { Http2Request } from "./request.ts";

const PLAIN_STATUS = indexedField(8);

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The header blocks that the session sent since the last call, in hex. */
function blocks(peer: Conversation): string[] {
  const all: Uint8Array[][] = [];
  for (const { type, payload } of peer.frames()) {
    if (type === FRAME_HEADERS) all.push([payload]);
    else if (type === FRAME_CONTINUATION) all.at(-1)!.push(payload);
  }
  return all.map((parts) => hex(concatBytes(parts)));
}

function decoded(decoder: HpackDecoder, block: string): HpackField[] {
  const bytes = Uint8Array.from(Buffer.from(block, "hex"));
  const fields: HpackField[] = [];
  expect(decoder.decode(bytes, 0, bytes.length, (name, value) => fields.push({ name, value }))).toBe(HPACK_OK);
  return fields;
}

function plain(what: Http2Request): HpackField[] {
  return what.fields.map(({ name, value }) => ({ name, value: value! }));
}

describe("Http2ClientSession encodes requests", () => {
  test("once for each state of the table: what follows is the same bytes", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2, 3);
    const [first, second, third] = blocks(peer);
    expect(second!.length).toBeLessThan(first!.length / 3);
    expect(third).toBe(second);
    peer.open(request("GET", { path: "/other" }), 4);
    peer.open(GET, 5, 6);
    const [, fifth, sixth] = blocks(peer);
    // Another request has put its path into the table: the indices behind it have moved.
    expect(fifth).not.toBe(second);
    expect(sixth).toBe(fifth);
  });

  test("so that the peer reads each as it is", () => {
    const peer = new Conversation();
    const decoder = new HpackDecoder(4_096, HEAD_BYTES_MAX);
    const secret = request("POST", { path: "/x?y", headers: [["Authorization", "Bearer 1"]], body: "abc" });
    for (const what of [GET, secret, GET, secret, secret, GET]) {
      peer.open(what, 1);
      expect(blocks(peer).map((block) => decoded(decoder, block))).toEqual([plain(what)]);
    }
  });

  test("without a table when the peer allows none, and says so once (RFC 7541, 4.2)", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2);
    blocks(peer);
    peer.hear(settings([1, 0]));
    peer.open(GET, 3, 4, 5);
    const [third, fourth, fifth] = blocks(peer);
    expect(third).toBe(`20${fourth}`);
    expect(fifth).toBe(fourth);
    expect(decoded(new HpackDecoder(0, HEAD_BYTES_MAX), fourth!)).toEqual(plain(GET));
  });

  test("announces the smallest table of one SETTINGS frame, then the last", () => {
    const peer = new Conversation();
    peer.open(GET, 1);
    blocks(peer);
    peer.hear(settings([1, 0], [1, 4_096]));
    peer.open(GET, 2, 3);
    const [second, third] = blocks(peer);
    expect(second).toMatch(/^203fe11f/);
    const decoder = new HpackDecoder(4_096, HEAD_BYTES_MAX);
    expect([decoded(decoder, second!), decoded(decoder, third!)]).toEqual([plain(GET), plain(GET)]);
  });

  test("in as many frames as the peer's frame size asks for", () => {
    const long = request("GET", { headers: [["X-Long", "~".repeat(40_000)]] });
    const peer = new Conversation();
    peer.open(long, 1);
    const decoder = new HpackDecoder(4_096, HEAD_BYTES_MAX);
    const frames = peer.frames();
    expect(frames.map(({ type }) => type)).toEqual([FRAME_HEADERS, FRAME_CONTINUATION, FRAME_CONTINUATION]);
    expect(frames.map(({ payload }) => payload.length).slice(0, 2)).toEqual([16_384, 16_384]);
    expect(frames.map(({ flags }) => flags)).toEqual([FLAG_END_STREAM, 0, FLAG_END_HEADERS]);
    expect(decoded(decoder, hex(concatBytes(frames.map(({ payload }) => payload))))).toEqual(plain(long));
    peer.hear(settings([5, 100_000]));
    peer.open(long, 2);
    expect(peer.frames().map(({ type }) => type)).toEqual([4, FRAME_HEADERS]);
  });

  test("so that the peer reads each, whatever the table's size does", () => {
    const requests = [
      GET,
      request("POST", { path: "/a", headers: [["X-A", "1"]], body: "1" }),
      request("GET", { path: `/${"b".repeat(1_000)}`, headers: [["X-B", "2".repeat(1_500)]] }),
      request("PUT", { path: "/c", headers: [["Authorization", "secret"]] }),
    ];
    const sizes = fc.array(fc.constantFrom(0, 40, 100, 1_000, 4_096, 100_000), { minLength: 1, maxLength: 3 });
    const step = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...requests) }, { weight: 1, arbitrary: sizes });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const peer = new Conversation();
        // Its table may be as large as any that is announced; that ours stays below is what the announcements say.
        const decoder = new HpackDecoder(100_000, HEAD_BYTES_MAX);
        let limit = 4_096;
        for (const step of steps) {
          if (Array.isArray(step)) {
            peer.hear(settings(...step.map((size) => [1, size] as const)));
            limit = step.at(-1)!;
            continue;
          }
          peer.open(step, 1);
          const [block] = blocks(peer);
          expect(decoded(decoder, block!)).toEqual(plain(step));
          expect(announcedIn(block!).at(-1) ?? 0).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** The table sizes that a block announces. */
function announcedIn(block: string): number[] {
  const cursor = new BlockCursor();
  cursor.bytes = Uint8Array.from(Buffer.from(block, "hex"));
  cursor.end = cursor.bytes.length;
  const sizes: number[] = [];
  while ((cursor.bytes[cursor.at]! & 0xe0) === 0x20) sizes.push(readInteger(cursor, 5));
  return sizes;
}

describe("Http2ClientSession reads answers", () => {
  test("of the peer's table, and of its own memory of equal blocks", () => {
    const peer = new Conversation();
    const encoder = new HpackEncoder();
    for (let round = 0; round < 20; round++) {
      const status = [200, 204, 299, 404][round % 4]!;
      peer.open(GET, round);
      const fields = [
        { name: ":status", value: String(status) },
        { name: "server", value: "x" },
        { name: "date", value: `day ${round >> 3}` },
      ];
      peer.hear(headers(2 * round + 1, encoder.encode(fields), FLAG_END_STREAM));
      expect(peer.outcomes()).toEqual([`answered ${round} ${status}`]);
    }
  });

  test("of equal blocks with a table that has changed meanwhile", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2, 3, 4);
    const newest = indexedField(62);
    peer.hear(headers(1, insertedField(":status", "201"), FLAG_END_STREAM), headers(3, newest, FLAG_END_STREAM));
    peer.hear(headers(5, insertedField(":status", "202"), FLAG_END_STREAM), headers(7, newest, FLAG_END_STREAM));
    expect(peer.outcomes()).toEqual(["answered 1 201", "answered 2 201", "answered 3 202", "answered 4 202"]);
  });

  test("of a head that is known as one, but not as trailers", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2, 3);
    peer.hear(head(1, 200, true), head(3, 200, true));
    peer.hear(head(5, 200, false), head(5, 200, true));
    expect(peer.outcomes()).toEqual(["answered 1 200", "answered 2 200", "began 3", "failed 3 protocol_violation 0"]);
  });

  test("of a head in pieces, padded and with priority", () => {
    const block = concatBytes([indexedField(8), insertedField("content-length", "3")]);
    for (const cut of [0, 1, 5, block.length]) {
      const peer = new Conversation();
      peer.open(GET, 1, 2);
      const first = Uint8Array.of(2, 0, 0, 0, 0, 9, ...block.subarray(0, cut), 0, 0);
      peer.hear(
        frame(FRAME_HEADERS, FLAG_PADDED | FLAG_PRIORITY, 1, first),
        continuation(1, []),
        continuation(1, block.subarray(cut), FLAG_END_HEADERS),
        data(1, 3, true),
        headers(3, concatBytes([indexedField(8), indexedField(62)])),
        data(3, 3, true),
      );
      expect(peer.outcomes()).toEqual(["began 1", "answered 1 200", "began 2", "answered 2 200"]);
      expect(peer.bytesIn.get(1)).toBe(9 + 8 + block.length + 9 + 9 + 12);
    }
  });

  /** Inserted by a block that is of no use to its own stream; the next one depends on it. */
  const LENGTH = insertedField("content-length", "3");
  const INDEXED = [headers(1, concatBytes([PLAIN_STATUS, indexedField(62)])), data(1, 3, true)];

  /** How stream 3 ends before its last header block comes. */
  const late: [name: string, end: (peer: Conversation, slot: number) => void, outcome: string | undefined][] = [
    ["cancelled", (peer, slot) => peer.session.cancel(slot), undefined],
    ["reset", (peer) => peer.hear(head(3, 204, true, ["X", "y"])), "failed 2 protocol_violation 0"],
    ["answered", (peer) => peer.hear(head(3, 200, true)), "answered 2 200"],
    ["returned", (peer) => peer.hear(goaway(1, 0)), "returned 2"],
  ];
  test.each(late)("in step behind a block of a stream that was %s", (_name, end, outcome) => {
    const peer = new Conversation();
    peer.open(GET, 1);
    end(peer, peer.open(GET, 2));
    expect(peer.outcomes()[0]).toBe(outcome);
    peer.hear(headers(3, concatBytes([PLAIN_STATUS, LENGTH]), FLAG_END_STREAM), ...INDEXED);
    expect(peer.outcomes()).toEqual(["began 1", "answered 1 200"]);
  });

  const refused: [name: string, block: Uint8Array, failure: string][] = [
    ["malformed", concatBytes([PLAIN_STATUS, fieldBlock(["X", "y"])]), "protocol_violation"],
    ["no head at all", fieldBlock(["x", "y"]), "invalid_response"],
    [
      "too large",
      concatBytes([insertedField("x", "y".repeat(4_000)), ...new Array<Uint8Array>(20).fill(indexedField(62))]),
      "header_too_large",
    ],
  ];
  test.each(refused)("in step behind a block that is %s", (_name, block, failure) => {
    const peer = new Conversation();
    peer.open(GET, 1, 2);
    peer.hear(headers(3, concatBytes([block, LENGTH]), FLAG_END_STREAM), ...INDEXED);
    expect(peer.outcomes()).toEqual([`failed 2 ${failure} 0`, "began 1", "answered 1 200"]);
  });

  test("as large as one frame can be", () => {
    const peer = new Conversation();
    peer.open(GET, 1);
    const status = fieldBlock([":status", "200"]);
    const filler = DEFAULT_FRAME_BYTES_MAX - status.length - fieldBlock(["x", "y".repeat(10_000)]).length;
    const block = concatBytes([status, fieldBlock(["x", "y".repeat(10_000 + filler)])]);
    expect(block.length).toBe(DEFAULT_FRAME_BYTES_MAX);
    peer.hear(headers(1, block, FLAG_END_STREAM));
    expect(peer.outcomes()).toEqual(["answered 1 200"]);
  });
});
