/**
 * Properties over generated messages: any split of the bytes gives the same result, any bytes give some result, and
 * the work grows with the bytes. fast-check prints the seed of a failure.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Encode, utf8Encode } from "../../base/bytes.ts";
import { HEAD_BYTES_MAX } from "../../base/limits.ts";
import type { Header } from "../../model/scenario.ts";
import { encodeResponse } from "./response-encoder.ts";
import { Http1ResponseParser, RESPONSE_COMPLETE, RESPONSE_FAILED, RESPONSE_PARSING } from "./response-parser.ts";

/** What a parser says after bytes that came in reads of `sizes` (used in rotation), and after the peer's end. */
function outcome(bytes: Uint8Array, toHead: boolean, sizes: readonly number[]): object {
  const parser = new Http1ResponseParser();
  parser.begin(toHead);
  let consumed = 0;
  for (let read = 0; consumed < bytes.length; read++) {
    // Each read in a buffer of its own, with foreign bytes around it: nothing outside [start, end) may matter.
    const part = bytes.subarray(consumed, consumed + sizes[read % sizes.length]!);
    const buffer = new Uint8Array(part.length + 4).fill(0x61);
    buffer.set(part, 2);
    const taken = parser.feed(buffer, 2, 2 + part.length) - 2;
    if (taken < 0 || taken > part.length) throw new Error(`consumed ${taken} of ${part.length} bytes`);
    consumed += taken;
    if (taken < part.length) {
      expect(parser.state).not.toBe(RESPONSE_PARSING);
      break;
    }
  }
  expect(parser.totalBytes).toBe(consumed);
  const before = parser.state;
  parser.end();
  const { state, status, failure, bodyBytes, keepAlive } = parser;
  expect([RESPONSE_COMPLETE, RESPONSE_FAILED]).toContain(state);
  return { before, consumed, state, status, failure, bodyBytes, keepAlive };
}

const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);
const value = fc.stringMatching(/^[ \t!-~é]{0,40}$/u);
const headers = fc
  .array(fc.tuple(token, value), { maxLength: 10 })
  .map((all): Header[] => all.filter(([name]) => !/^(connection|content-length|transfer-encoding)$/i.test(name)));
const readSizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 });

/** Bytes of a chunked body with extensions and trailers, which the encoder does not write. */
const ornateChunks = fc
  .record({
    chunks: fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom("", ";a", ' ; b = "c;\\"d"', ";x=y")), {
      maxLength: 5,
    }),
    trailers: headers,
  })
  .map(({ chunks, trailers }) => {
    const lines = chunks.map(([size, extension]) => `${size.toString(16)}${extension}\r\n${"z".repeat(size)}\r\n`);
    const fields = trailers.map(([name, text]) => `${name}: ${text}\r\n`);
    return {
      bytes: utf8Encode(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${lines.join("")}0\r\n${fields.join("")}\r\n`,
      ),
      bodyBytes: chunks.reduce((sum, [size]) => sum + size, 0),
      keepAlive: true,
      status: 200,
      toHead: false,
    };
  });

const plain = fc
  .record({
    status: fc.integer({ min: 200, max: 999 }).filter((status) => status !== 204 && status !== 304),
    headers,
    sizes: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 5 }),
    framing: fc.constantFrom("length", "chunked", "close"),
    close: fc.boolean(),
    toHead: fc.boolean(),
  })
  .map(({ sizes, framing, ...rest }) => {
    const bodyBytes = sizes.reduce((sum, size) => sum + size, 0);
    const body = new Uint8Array(bodyBytes).fill(0x0d);
    const chunks = framing === "chunked" ? { chunks: sizes } : {};
    return {
      bytes: encodeResponse({ ...rest, body, ...chunks, untilClose: framing === "close" }),
      bodyBytes: rest.toHead ? 0 : bodyBytes,
      keepAlive: !rest.close && (framing !== "close" || rest.toHead),
      status: rest.status,
      toHead: rest.toHead,
    };
  });

const interims = fc
  .array(fc.tuple(fc.constantFrom(100, 102, 103, 199), headers), { maxLength: 3 })
  .map((all) => all.map(([status, lines]) => encodeResponse({ status, headers: lines, body: null })));

const message = fc.tuple(interims, fc.oneof(plain, ornateChunks)).map(([before, final]) => ({
  ...final,
  bytes: Uint8Array.from([...before, final.bytes].flatMap((part) => [...part])),
}));

describe("Http1ResponseParser", () => {
  test("reads every valid message, however it is split", () => {
    fc.assert(
      fc.property(message, readSizes, ({ bytes, toHead, status, bodyBytes, keepAlive }, sizes) => {
        const whole = outcome(bytes, toHead, [bytes.length]);
        expect(whole).toMatchObject({ state: RESPONSE_COMPLETE, status, bodyBytes, consumed: bytes.length, keepAlive });
        expect(outcome(bytes, toHead, sizes)).toEqual(whole);
        expect(outcome(bytes, toHead, [1])).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test("gives a result for every damaged message, the same for every split", () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.constantFrom("set", "insert", "delete"),
      fc.oneof(fc.constantFrom(0, 9, 10, 13, 32, 44, 48, 58, 59), fc.integer({ min: 0, max: 255 })),
    );
    fc.assert(
      fc.property(message, fc.array(damage, { minLength: 1, maxLength: 4 }), readSizes, (valid, damages, sizes) => {
        const damaged = [...valid.bytes];
        for (const [at, kind, byte] of damages) {
          const removed = kind === "insert" ? 0 : 1;
          damaged.splice(at % damaged.length, removed, ...(kind === "delete" ? [] : [byte]));
        }
        const bytes = Uint8Array.from(damaged);
        const whole = outcome(bytes, valid.toHead, [Math.max(1, bytes.length)]);
        expect(outcome(bytes, valid.toHead, sizes)).toEqual(whole);
        expect(outcome(bytes, valid.toHead, [1])).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  test("gives a result for any bytes behind any beginning", () => {
    const beginnings = [
      "",
      "HTTP/1.1 200 ",
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: ",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding:",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ];
    const biased = fc.array(
      fc.oneof(fc.constantFrom(...latin1Encode("\r\n 0:;,c")), fc.integer({ min: 0, max: 255 })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), biased, readSizes, (beginning, rest, sizes) => {
        const bytes = Uint8Array.from([...latin1Encode(beginning), ...rest]);
        expect(outcome(bytes, false, sizes)).toEqual(outcome(bytes, false, [Math.max(1, bytes.length)]));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Http1ResponseParser costs one look at each byte", () => {
  /** Loads from the buffer while `size` bytes of `fill` arrive one by one behind `beginning`. */
  function looks(beginning: string, fill: string, size: number): number {
    const bytes = latin1Encode(beginning + fill.repeat(Math.ceil(size / fill.length)).slice(0, size));
    let count = 0;
    const counted = new Proxy(bytes, {
      get(target, key) {
        count++;
        return Reflect.get(target, key, target);
      },
    });
    const parser = new Http1ResponseParser();
    parser.begin(false);
    for (let at = 0; at < bytes.length; at++) parser.feed(counted, at, at + 1);
    expect(parser.state).toBe(RESPONSE_PARSING);
    return count;
  }

  test.each([
    ["a long value", "HTTP/1.1 200 OK\r\nA: ", "x"],
    ["a long name", "HTTP/1.1 200 OK\r\n", "content-length"],
    ["a long list of codings", "HTTP/1.1 200 OK\r\nTransfer-Encoding: ", "gzip, "],
    ["a long list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: ", "1, "],
    ["many lines", "HTTP/1.1 200 OK\r\n", `Connection: ${"y".repeat(300)}\r\n`],
    ["many chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1;a=b\r\nx\r\n"],
  ])("in %s that arrives byte by byte", (_name, beginning, fill) => {
    const half = HEAD_BYTES_MAX / 2 - 64;
    const once = looks(beginning, fill, half);
    const twice = looks(beginning, fill, 2 * half);
    expect(once).toBeLessThan(6 * (beginning.length + half));
    expect(twice - once).toBeLessThan(1.05 * once);
  });
});
