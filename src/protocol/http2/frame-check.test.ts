import { expect, test } from "vitest";
import {
  FLAG_ACK,
  FRAME_CONTINUATION,
  FRAME_DATA,
  FRAME_GOAWAY,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PRIORITY,
  FRAME_PUSH_PROMISE,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_SIZE_ERROR,
  FRAME_WINDOW_UPDATE,
  NO_ERROR,
  PROTOCOL_ERROR,
} from "./frame.ts";
import { frameError } from "./frame-check.ts";

type Verdict = "fine" | "size" | "protocol";
const ERRORS = { fine: NO_ERROR, size: FRAME_SIZE_ERROR, protocol: PROTOCOL_ERROR };

/** Whether a type may be on a stream, on the connection (stream 0); and lengths that it may and must not have. */
const rows: [
  name: string,
  type: number,
  flags: number,
  stream: Verdict,
  zero: Verdict,
  fits: number[],
  not: number[],
][] = [
  ["6.1 DATA", FRAME_DATA, 0, "fine", "fine", [0, 1, 16_384], []],
  ["6.2 HEADERS", FRAME_HEADERS, 0, "fine", "protocol", [0, 1, 16_384], []],
  ["6.3 PRIORITY", FRAME_PRIORITY, 0, "fine", "protocol", [5], [0, 4, 6]],
  ["6.4 RST_STREAM", FRAME_RST_STREAM, 0, "fine", "protocol", [4], [0, 3, 5]],
  ["6.5 SETTINGS", FRAME_SETTINGS, 0, "protocol", "fine", [0, 6, 12, 6_000], [1, 5, 7, 6_001]],
  ["6.5 an acknowledgement", FRAME_SETTINGS, FLAG_ACK, "protocol", "fine", [0], [1, 6]],
  ["6.6 PUSH_PROMISE", FRAME_PUSH_PROMISE, 0, "fine", "fine", [0, 4, 100], []],
  ["6.7 PING", FRAME_PING, 0, "protocol", "fine", [8], [0, 7, 9, 16]],
  ["6.8 GOAWAY", FRAME_GOAWAY, 0, "protocol", "fine", [8, 9, 1_000], [0, 7]],
  ["6.9 WINDOW_UPDATE", FRAME_WINDOW_UPDATE, 0, "fine", "fine", [4], [0, 3, 5]],
  ["6.10 CONTINUATION", FRAME_CONTINUATION, 0, "fine", "protocol", [0, 1, 16_384], []],
  ["5.5 a frame of an extension", 0xfe, 0, "fine", "fine", [0, 1, 16_384], []],
];

test.each(rows)("frameError knows where %s may be, and how long", (_name, type, flags, stream, zero, fits, not) => {
  for (const bytes of fits) {
    expect(frameError(type, flags, 1, bytes)).toBe(ERRORS[stream]);
    expect(frameError(type, flags, 0, bytes)).toBe(ERRORS[zero]);
  }
  const allowed = stream === "fine" ? 1 : 0;
  for (const bytes of not) expect(frameError(type, flags, allowed, bytes)).toBe(FRAME_SIZE_ERROR);
});
