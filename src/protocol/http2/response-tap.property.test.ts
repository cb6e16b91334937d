/** What a tap is given of an HTTP/2 answer: for every cut into frames, and every split of their bytes, the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { GET, request } from "../../../test/support/http2-conversation.ts";
import {
  continuation,
  data,
  fieldBlock,
  frame,
  framesOf,
  head,
  headers,
  insertedField,
  rstStream,
  settings,
} from "../../../test/support/http2-frames.ts";
import { RecordingTap } from "../../../test/support/recording-tap.ts";
import { concatBytes } from "../../base/bytes.ts";
import { HpackDecoder } from "../hpack/decoder.ts";
import { Http2ClientSession } from "./client-session.ts";
import { FLAG_END_HEADERS, FLAG_END_STREAM, FLAG_PADDED, FRAME_DATA, FRAME_HEADERS } from "./frame.ts";
import type { Http2Request } from "./request.ts";

/** A session whose answers are written down as tag and status; `open` gives its requests indices of their own. */
function start() {
  const ends: string[] = [];
  const session = new Http2ClientSession(1, 10, {
    began: () => {},
    answered: (_connection, tag, status) => ends.push(`${tag} ${status}`),
    streamFailed: (_connection, tag) => ends.push(`${tag} failed`),
    returned: (_connection, tag) => ends.push(`${tag} returned`),
  });
  hear(session, settings(), [1_000]);
  session.out.clear();
  return { session, ends };
}

function hear(session: Http2ClientSession, bytes: Uint8Array, sizes: readonly number[]): void {
  let at = 0;
  for (let read = 0; at < bytes.length; read++) {
    const part = bytes.slice(at, at + sizes[read % sizes.length]!);
    session.feed(part, 0, part.length);
    at += part.length;
    part.fill(0xff);
  }
}

const NAMES = ["x-a", "set-cookie"];
const field = fc.tuple(
  fc.constantFrom("x-a", "x-b", "set-cookie", "content-type"),
  fc.stringMatching(/^[ \t!-~\u00e9]{0,20}$/u),
);
const fields = fc.array(field, { maxLength: 6 });

const answer = fc
  .record({
    interim: fc.option(fields),
    fields,
    /** Fields that change the table stand behind the others. */
    inserted: fields,
    pieces: fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.nat({ max: 20 }), fc.boolean()), { maxLength: 4 }),
    trailers: fc.option(fields),
    cut: fc.nat({ max: 30 }),
  })
  .map(({ interim, fields: own, inserted, pieces, trailers, cut }) => {
    const block = concatBytes([
      fieldBlock([":status", "200"], ...own),
      ...inserted.map(([name, value]) => insertedField(name, value)),
    ]);
    const parts = (stream: number): Uint8Array => {
      const headEnd = Math.min(cut, block.length);
      return concatBytes([
        ...(interim === null ? [] : [head(stream, 103, false, ...interim)]),
        frame(FRAME_HEADERS, 0, stream, block.subarray(0, headEnd)),
        continuation(stream, block.subarray(headEnd), FLAG_END_HEADERS),
        ...pieces.map(([content, padding, isPadded]) =>
          isPadded
            ? frame(FRAME_DATA, FLAG_PADDED, stream, [padding, ...content, ...new Uint8Array(padding)])
            : data(stream, content, false),
        ),
        trailers === null ? data(stream, 0, true) : headers(stream, fieldBlock(...trailers), FLAG_END_STREAM),
      ]);
    };
    return {
      parts,
      content: pieces.flatMap(([content]) => [...content]),
      fields: [...own, ...inserted]
        .map(([name, value]) => [name, value.replace(/^[\t ]+|[\t ]+$/g, "")])
        .filter(([name]) => NAMES.includes(name!)),
    };
  });

test("a tap is given the wanted fields of the final head and the content, however it is cut and split", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(answer, answer, sizes, (first, second, reads) => {
      for (const split of [[100_000], reads, [1]]) {
        const { session, ends } = start();
        const taps = [new RecordingTap(NAMES), null, new RecordingTap(["x-a"])] as const;
        for (const [i, tap] of taps.entries()) session.open(i + 1, 0, GET, tap);
        hear(session, concatBytes([first.parts(1), second.parts(3), first.parts(5)]), split);
        expect(session.failure).toBe(0);
        expect(ends).toEqual(["1 200", "2 200", "3 200"]);
        expect(taps[0].fields).toEqual(first.fields);
        expect(taps[0].bytes).toEqual(first.content);
        expect(taps[2].fields).toEqual(first.fields.filter(([name]) => name === "x-a"));
        expect(taps[2].bytes).toEqual(first.content);
      }
    }),
    { numRuns: 200 },
  );
});

test("a tap sees the fields of a block that was seen before without one", () => {
  const { session, ends } = start();
  const tap = new RecordingTap(["x-a"]);
  session.open(1, 0, GET);
  hear(session, head(1, 200, true, ["x-a", "1"]), [1_000]);
  session.open(2, 0, GET, tap);
  hear(session, head(3, 200, true, ["x-a", "1"]), [1_000]);
  session.open(3, 0, GET);
  hear(session, head(5, 200, true, ["x-a", "1"]), [1_000]);
  expect(tap.fields).toEqual([["x-a", "1"]]);
  expect(ends).toEqual(["1 200", "2 200", "3 200"]);
});

test("content behind the announced length is not shown: the answer has failed", () => {
  const { session, ends } = start();
  const tap = new RecordingTap([]);
  session.open(1, 0, GET, tap);
  hear(session, concatBytes([head(1, 200, false, ["content-length", "2"]), data(1, [1, 2, 3], true)]), [1_000]);
  expect(ends).toEqual(["1 failed"]);
  expect(tap.bytes).toEqual([]);
});

test("a stream's tap ends with it: the next stream in its slot has none", () => {
  const { session } = start();
  const tap = new RecordingTap([]);
  session.open(1, 0, GET, tap);
  hear(session, rstStream(1, 8), [1_000]);
  session.cancel(session.open(2, 0, GET, tap));
  session.open(3, 0, GET);
  hear(session, concatBytes([head(5, 200, false), data(5, [1, 2], true)]), [1_000]);
  expect(tap.bytes).toEqual([]);
});

/** The header blocks that a session has sent since the last call, decoded by their peer's table. */
function sentFields(session: Http2ClientSession, decoder: HpackDecoder): string[][] {
  const { out } = session;
  const blocks = framesOf(out.bytes.slice(0, out.length)).filter(({ type }) => type === FRAME_HEADERS);
  out.clear();
  return blocks.map(({ payload }) => {
    const found: string[] = [];
    decoder.decode(payload, 0, payload.length, (name, value) => found.push(`${name}: ${value}`));
    return found;
  });
}

test("cookies come as a field of their own behind the others, which nobody indexes", () => {
  const { session } = start();
  const decoder = new HpackDecoder(4_096, 65_536);
  const own: Http2Request = request("GET", { headers: [["Cookie", "a=1"]] });
  session.open(1, 0, own);
  session.open(2, 0, own, null, "b=2; c=\u00e9");
  session.open(3, 0, own);
  session.open(4, 0, own, null, "d".repeat(5_000));
  const [plain, withCookies, again, long] = sentFields(session, decoder);
  expect(plain).toContain("cookie: a=1");
  expect(withCookies).toEqual([...plain!, "cookie: b=2; c=\u00e9"]);
  expect(again).toEqual(plain);
  expect(long).toEqual([...plain!, `cookie: ${"d".repeat(5_000)}`]);
  const before = decoder.version;
  session.open(5, 0, own, null, "e=3");
  sentFields(session, decoder);
  expect(decoder.version).toBe(before);
});
