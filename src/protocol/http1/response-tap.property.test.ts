/** What a tap is given of an HTTP/1.1 answer: for every framing and every split of the bytes the same. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecordingTap } from "../../../test/support/recording-tap.ts";
import { concatBytes, latin1Encode, utf8Encode } from "../../base/bytes.ts";
import type { Header } from "../../model/scenario.ts";
import { HeadMemo } from "./head-memo.ts";
import { encodeResponse } from "./response-encoder.ts";
import { Http1ResponseParser, RESPONSE_COMPLETE } from "./response-parser.ts";

/** Feeds `bytes` in reads of `sizes` (in rotation), each in a buffer that is overwritten afterwards. */
function feed(parser: Http1ResponseParser, bytes: Uint8Array, sizes: readonly number[]): void {
  let at = 0;
  for (let read = 0; at < bytes.length; read++) {
    const part = bytes.subarray(at, at + sizes[read % sizes.length]!);
    const buffer = new Uint8Array(part.length + 4).fill(0x61);
    buffer.set(part, 2);
    parser.feed(buffer, 2, 2 + part.length);
    buffer.fill(0xff);
    at += part.length;
  }
}

const NAMES = ["x-a", "content-type", "set-cookie", "a"];
const name = fc.oneof(
  fc.constantFrom("X-A", "x-a", "Content-Type", "SET-COOKIE", "A", "x-ab", "X_A"),
  fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/),
);
const value = fc.stringMatching(/^[ \t!-~é]{0,20}$/u);
const headers = fc
  .array(fc.tuple(name, value), { maxLength: 8 })
  .map((all): Header[] => all.filter(([each]) => !/^(connection|content-length|transfer-encoding)$/i.test(each)));
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });
const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 5 });
const FRAMINGS = ["length", "chunked", "close", "trailers"] as const;

const message = fc
  .record({
    interims: fc.array(headers, { maxLength: 2 }),
    headers,
    chunks,
    trailers: headers,
    framing: fc.constantFrom(...FRAMINGS),
    toHead: fc.boolean(),
    spaces: fc.constantFrom("", " ", "\t ", "   "),
  })
  .map(({ interims, headers: own, chunks: parts, trailers, framing, toHead, spaces }) => {
    const padded = own.map(([each, text]): Header => [each, `${text}${spaces}`]);
    const body = concatBytes(parts);
    const chunked = framing === "chunked" || framing === "trailers";
    const final = encodeResponse({
      status: 200,
      headers: padded,
      body,
      ...(chunked ? { chunks: parts.map(({ length }) => length) } : {}),
      untilClose: framing === "close",
      toHead,
    });
    const lines = trailers.map(([each, text]) => `${each}: ${text}\r\n`);
    const withTrailers = concatBytes([final.subarray(0, final.length - 2), utf8Encode(`${lines.join("")}\r\n`)]);
    return {
      bytes: concatBytes([
        ...interims.map((fields) => encodeResponse({ status: 103, headers: fields, body: null })),
        framing === "trailers" && !toHead ? withTrailers : final,
      ]),
      toHead,
      content: toHead ? [] : [...body],
      fields: own
        .map(([each, text]) => [each.toLowerCase(), ofBytes(text).replace(/^[\t ]+|[\t ]+$/g, "")])
        .filter(([each]) => NAMES.includes(each!)),
    };
  });

/** A character for each byte of the text's UTF-8. */
function ofBytes(text: string): string {
  return String.fromCharCode(...utf8Encode(text));
}

describe("a tap", () => {
  test("is given the wanted fields of the final head and the content, however the bytes are split", () => {
    fc.assert(
      fc.property(message, sizes, ({ bytes, toHead, content, fields }, reads) => {
        for (const split of [[bytes.length], reads, [1]]) {
          const parser = new Http1ResponseParser();
          const tap = new RecordingTap(NAMES);
          parser.begin(toHead, new HeadMemo(), tap);
          feed(parser, bytes, split);
          parser.end();
          expect(parser.state).toBe(RESPONSE_COMPLETE);
          expect(tap.fields).toEqual(fields);
          expect(tap.bytes).toEqual(content);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("belongs to one answer: the next one is not shown to it, nor is an answer without one changed by it", () => {
    fc.assert(
      fc.property(message, message, sizes, (first, second, reads) => {
        const parser = new Http1ResponseParser();
        const tap = new RecordingTap(NAMES);
        const next = new RecordingTap(["a"]);
        for (const [each, of] of [
          [first, tap],
          [second, null],
          [first, next],
        ] as const) {
          parser.begin(each.toHead, null, of);
          feed(parser, each.bytes, reads);
          parser.end();
          expect(parser.state).toBe(RESPONSE_COMPLETE);
        }
        expect(tap.fields).toEqual(first.fields);
        expect(tap.bytes).toEqual(first.content);
        expect(next.fields).toEqual(first.fields.filter(([each]) => each === "a"));
        expect(next.bytes).toEqual(first.content);
      }),
      { numRuns: 100 },
    );
  });

  test("sees the fields of a head whose bytes are known from an answer before", () => {
    const bytes = latin1Encode("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok");
    const parser = new Http1ResponseParser();
    const memo = new HeadMemo();
    parser.begin(false, memo);
    feed(parser, bytes, [bytes.length]);
    const tap = new RecordingTap(["x-a"]);
    parser.begin(false, memo, tap);
    feed(parser, bytes, [bytes.length]);
    expect(tap.fields).toEqual([["x-a", "1"]]);
    // The memo still serves answers without a tap.
    parser.begin(false, memo);
    feed(parser, bytes, [bytes.length]);
    expect(parser).toMatchObject({ state: RESPONSE_COMPLETE, status: 200, bodyBytes: 2 });
  });
});
