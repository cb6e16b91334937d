import { describe, expect, test } from "vitest";
import { latin1Decode, latin1Encode } from "../../base/bytes.ts";
import { CONTINUATIONS_MAX, HEAD_BYTES_MAX } from "../../base/limits.ts";
import {
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FLAG_PRIORITY,
  FRAME_SIZE_ERROR,
  NO_ERROR,
  PROTOCOL_ERROR,
} from "./frame.ts";
import { BLOCK_OPEN, BLOCK_TOO_LONG, BLOCK_WHOLE, HeaderBlock } from "./header-block.ts";

/** Gives `block` a HEADERS frame whose payload is `payload`, in the middle of other bytes. */
function begin(block: HeaderBlock, flags: number, payload: string): number {
  const bytes = latin1Encode(`##${payload}##`);
  const state = block.begin(flags, 5, bytes, 2, 2 + payload.length);
  if (state === BLOCK_WHOLE && !block.isGathered) return contentIn(bytes, block);
  return state;
}

/** The block where it lies must be what is between the brackets. */
function contentIn(bytes: Uint8Array, block: HeaderBlock): number {
  expect(latin1Decode(bytes, block.start, block.end)).toMatch(/^(\[.*\])?$/);
  return BLOCK_WHOLE;
}

const PADDED = FLAG_PADDED | FLAG_END_HEADERS;
const BOTH = PADDED | FLAG_PRIORITY;

describe("HeaderBlock in one frame", () => {
  const rows: readonly [name: string, flags: number, payload: string, blockBytes: number][] = [
    ["alone", FLAG_END_HEADERS, "[abc]", 5],
    ["of nothing", FLAG_END_HEADERS, "", 0],
    ["before padding", PADDED, "\x02[abc]..", 5],
    ["before padding of length 0", PADDED, "\x00[abc]", 5],
    ["of nothing but padding", PADDED, "\x03...", 0],
    ["behind priority", FLAG_PRIORITY | FLAG_END_HEADERS, "PPPPP[abc]", 5],
    ["between priority and padding", BOTH, "\x03PPPPP[abc]...", 5],
    ["of nothing, with priority and padding", BOTH, "\x02PPPPP..", 0],
  ];
  test.each(rows)("%s", (_name, flags, payload, blockBytes) => {
    const block = new HeaderBlock();
    expect(begin(block, flags | FLAG_END_STREAM, payload)).toBe(BLOCK_WHOLE);
    expect(block).toMatchObject({ stream: 5, isOpen: false, isGathered: false, error: NO_ERROR });
    expect(block.end - block.start).toBe(blockBytes);
    expect(block.flags & FLAG_END_STREAM).toBe(FLAG_END_STREAM);
    expect(block.bytesIn).toBe(9 + payload.length);
  });

  const wrong: readonly [name: string, flags: number, payload: string, error: number][] = [
    ["padding longer than the frame", PADDED, "\x06[abc]", PROTOCOL_ERROR],
    ["padding that covers priority", BOTH, "\x01PPPPP", PROTOCOL_ERROR],
    ["padding without its length", PADDED, "", PROTOCOL_ERROR],
    ["priority that is cut short", FLAG_PRIORITY | FLAG_END_HEADERS, "PPPP", FRAME_SIZE_ERROR],
    ["padding and priority that is cut short", BOTH, "\x00PPPP", FRAME_SIZE_ERROR],
  ];
  test.each(wrong)("refuses %s", (_name, flags, payload, error) => {
    const block = new HeaderBlock();
    expect(begin(block, flags, payload)).toBe(BLOCK_OPEN);
    expect(block.error).toBe(error);
  });
});

describe("HeaderBlock in several frames", () => {
  function resume(block: HeaderBlock, flags: number, payload: string): number {
    const bytes = latin1Encode(`#${payload}#`);
    const state = block.continue(flags, bytes, 1, 1 + payload.length);
    bytes.fill(0);
    return state;
  }

  test("is gathered without padding and priority, and counts all its bytes", () => {
    const block = new HeaderBlock();
    expect(begin(block, FLAG_PADDED | FLAG_PRIORITY, "\x01PPPPPab.")).toBe(BLOCK_OPEN);
    expect(block).toMatchObject({ isOpen: true, error: NO_ERROR });
    // Neither padding nor priority are flags of CONTINUATION (RFC 9113, 6.10).
    expect(resume(block, FLAG_PADDED | FLAG_PRIORITY, "cd")).toBe(BLOCK_OPEN);
    expect(resume(block, 0, "")).toBe(BLOCK_OPEN);
    expect(resume(block, FLAG_END_HEADERS, "ef")).toBe(BLOCK_WHOLE);
    expect(block).toMatchObject({ isOpen: false, isGathered: true, stream: 5 });
    expect(latin1Decode(block.bytes, 0, block.length)).toBe("abcdef");
    expect(block.bytesIn).toBe(9 + 9 + 9 + 2 + 9 + 9 + 2);
  });

  test("leaves nothing to the next block", () => {
    const block = new HeaderBlock();
    begin(block, 0, "ab");
    resume(block, FLAG_END_HEADERS, "cd");
    expect(begin(block, FLAG_END_HEADERS, "[x]")).toBe(BLOCK_WHOLE);
    expect(block).toMatchObject({ isGathered: false, bytesIn: 12 });
    begin(block, 0, "x");
    resume(block, FLAG_END_HEADERS, "y");
    expect(latin1Decode(block.bytes, 0, block.length)).toBe("xy");
  });

  test("may have as many frames as the bound says, also empty ones", () => {
    for (const piece of ["", "x"]) {
      const block = new HeaderBlock();
      begin(block, 0, piece);
      for (let i = 0; i < CONTINUATIONS_MAX; i++) expect(resume(block, 0, piece)).toBe(BLOCK_OPEN);
      expect(resume(block, FLAG_END_HEADERS, piece)).toBe(BLOCK_TOO_LONG);
    }
  });

  test("may be as long as the bound says", () => {
    const step = HEAD_BYTES_MAX / 8;
    for (const [last, state] of [
      [step, BLOCK_WHOLE],
      [step + 1, BLOCK_TOO_LONG],
    ] as const) {
      const block = new HeaderBlock();
      begin(block, 0, "x".repeat(step));
      for (let i = 0; i < 6; i++) expect(resume(block, 0, "x".repeat(step))).toBe(BLOCK_OPEN);
      expect(resume(block, FLAG_END_HEADERS, "x".repeat(last))).toBe(state);
    }
  });

  test("is too long from its first frame on, when that is", () => {
    expect(begin(new HeaderBlock(), 0, "x".repeat(HEAD_BYTES_MAX + 1))).toBe(BLOCK_TOO_LONG);
  });
});
