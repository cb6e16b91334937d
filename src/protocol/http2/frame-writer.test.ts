import { describe, expect, test } from "vitest";
import { framesOf, inWords } from "../../../test/support/http2-frames.ts";
import { BugError } from "../../base/assert.ts";
import { concatBytes, latin1Encode } from "../../base/bytes.ts";
import { CLIENT_PREFACE } from "./frame.ts";
import { FrameWriter } from "./frame-writer.ts";

function written(write: (out: FrameWriter) => void): Uint8Array {
  const out = new FrameWriter();
  write(out);
  return out.bytes.slice(0, out.length);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

const ABC = latin1Encode("abc");

describe("FrameWriter writes, by the byte", () => {
  const rows: readonly [name: string, write: (out: FrameWriter) => void, bytes: string][] = [
    ["the preface", (out) => out.raw(CLIENT_PREFACE), "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a"],
    [
      "SETTINGS",
      (out) => out.settings([4, 0x0102_0304], [0x0506, 0xffff_ffff]),
      "00000c040000000000" + "000401020304" + "0506ffffffff",
    ],
    ["empty SETTINGS", (out) => out.settings(), "000000040000000000"],
    ["an acknowledgement of SETTINGS", (out) => out.settingsAck(), "000000040100000000"],
    [
      "an answer to PING",
      (out) => out.pingAck(latin1Encode("..abcdefgh.."), 2),
      "000008060100000000" + "6162636465666768",
    ],
    ["WINDOW_UPDATE", (out) => out.windowUpdate(0x7fff_ffff, 0x7fff_ffff), "00000408007fffffff7fffffff"],
    ["RST_STREAM", (out) => out.rstStream(3, 8), "00000403000000000300000008"],
    ["GOAWAY", (out) => out.goaway(5, 0xffff_ffff), "00000807000000000000000005ffffffff"],
    ["DATA", (out) => out.data(1, ABC, 1, 3, false), "000002000000000001" + "6263"],
    ["the last DATA", (out) => out.data(1, ABC, 3, 3, true), "000000000100000001"],
    ["HEADERS", (out) => out.headers(1, ABC, false, 100), "000003010400000001" + "616263"],
    ["HEADERS without a body behind it", (out) => out.headers(1, ABC, true, 100), "000003010500000001" + "616263"],
    ["HEADERS without a field", (out) => out.headers(1, new Uint8Array(0), true, 100), "000000010500000001"],
  ];
  test.each(rows)("%s", (_name, write, bytes) => {
    expect(hex(written(write))).toBe(bytes);
  });
});

describe("FrameWriter splits a header block", () => {
  const rows: readonly [length: number, frames: readonly string[]][] = [
    [9, ["HEADERS 7 END_STREAM"]],
    [10, ["HEADERS 7 END_STREAM"]],
    [11, ["HEADERS 7 END_STREAM (more)", "CONTINUATION 7"]],
    [20, ["HEADERS 7 END_STREAM (more)", "CONTINUATION 7"]],
    [21, ["HEADERS 7 END_STREAM (more)", "CONTINUATION 7 (more)", "CONTINUATION 7"]],
  ];
  test.each(rows)("of %i bytes into frames of 10", (length, words) => {
    const block = Uint8Array.from({ length }, (_, i) => i);
    const frames = framesOf(written((out) => out.headers(7, block, true, 10)));
    expect(frames.map(inWords)).toEqual(words);
    expect(concatBytes(frames.map(({ payload }) => payload))).toEqual(block);
    // END_STREAM is a flag of HEADERS alone; on a CONTINUATION its bit means nothing.
    expect(frames.slice(1).every(({ flags }) => (flags & 1) === 0)).toBe(true);
  });
});

describe("FrameWriter's buffer", () => {
  test("grows and keeps what it holds", () => {
    const body = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);
    const out = new FrameWriter();
    out.settings([1, 2]);
    for (let at = 0; at < body.length; at += 10_000) out.data(1, body, at, at + 10_000, at === 90_000);
    out.rstStream(1, 0);
    const frames = framesOf(out.bytes.slice(0, out.length));
    expect(frames).toHaveLength(12);
    expect(hex(concatBytes(frames.slice(1, 11).map(({ payload }) => payload)))).toBe(hex(body));
    expect(inWords(frames[10]!)).toBe("DATA 1 END_STREAM 10000 bytes");
  });

  test("is used again after clear, unless it has become very large", () => {
    const out = new FrameWriter();
    out.data(1, new Uint8Array(200_000), 0, 200_000, false);
    const { bytes } = out;
    out.clear();
    expect(out.length).toBe(0);
    out.settingsAck();
    expect(out.bytes).toBe(bytes);
    expect(hex(out.bytes.slice(0, out.length))).toBe("000000040100000000");
    out.data(1, new Uint8Array(600_000), 0, 600_000, false);
    out.clear();
    expect(out.bytes.length).toBeLessThan(10_000);
  });

  test("refuses a frame whose length no header can hold", () => {
    expect(() => written((out) => out.data(1, new Uint8Array(1 << 24), 0, 1 << 24, false))).toThrow(BugError);
  });
});
