/** The server of the warm-up: answers whatever is sent to it with 12 bytes, over HTTP/1.1 and HTTP/2, from memory. */

import { encodeResponse } from "../protocol/http1/response-encoder.ts";
import {
  CLIENT_PREFACE,
  DEFAULT_WINDOW_BYTES,
  FLAG_ACK,
  FLAG_END_STREAM,
  FRAME_DATA,
  FRAME_HEADER_BYTES,
  FRAME_HEADERS,
  FRAME_SETTINGS,
  readUint31,
  SETTING_INITIAL_WINDOW_SIZE,
  WINDOW_BYTES_MAX,
} from "../protocol/http2/frame.ts";
import { FrameWriter } from "../protocol/http2/frame-writer.ts";

const CONTENT = new Uint8Array(12);

/** The answer to any HTTP/1.1 request. */
export const HTTP1_ANSWER = encodeResponse({
  status: 200,
  headers: [
    ["Server", "warm-up"],
    ["Date", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["Content-Type", "text/plain"],
    ["Connection", "keep-alive"],
  ],
  body: CONTENT,
});

/** ":status: 200" and "content-length: 12" in HPACK, without a change of the table. */
const HEAD = Uint8Array.of(0x88, 0x0f, 0x0d, 0x02, 0x31, 0x32);
const FRAME_BYTES_MAX = 16_384;

const answers = new FrameWriter();

/**
 * What a server answers to the whole frames in bytes[start, end), with or without the preface before them. Its windows
 * never close: whatever is uploaded is gone at once.
 */
export function http2Answers(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = answers;
  out.clear();
  let at = start;
  if (bytes[start] === CLIENT_PREFACE[0]) {
    at += CLIENT_PREFACE.length;
    out.settings([SETTING_INITIAL_WINDOW_SIZE, WINDOW_BYTES_MAX]);
    out.windowUpdate(0, WINDOW_BYTES_MAX - DEFAULT_WINDOW_BYTES);
  }
  while (at < end) {
    const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    const type = bytes[at + 3]!;
    const flags = bytes[at + 4]!;
    const stream = readUint31(bytes, at + 5);
    at += FRAME_HEADER_BYTES + length;
    if (type === FRAME_SETTINGS && (flags & FLAG_ACK) === 0) {
      out.settingsAck();
    } else if ((type === FRAME_HEADERS || type === FRAME_DATA) && (flags & FLAG_END_STREAM) !== 0) {
      // Servers differ in where they end a stream: with the last of the content, or in a frame of its own.
      const endsWithContent = stream % 4 === 1;
      out.headers(stream, HEAD, false, FRAME_BYTES_MAX);
      out.data(stream, CONTENT, 0, CONTENT.length, endsWithContent);
      if (!endsWithContent) out.data(stream, CONTENT, 0, 0, true);
    }
  }
  return out.bytes.slice(0, out.length);
}
