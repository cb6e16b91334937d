/**
 * Frames of HTTP/2 (RFC 9113, 4.1) as a peer might send them, also those that no honest one would: every length, flag
 * and value is what the test says. And the other way, the frames that our client sent, as text that a test can compare.
 */
import { concatBytes, latin1Decode, latin1Encode } from "../../src/base/bytes.ts";
import { writeInteger } from "../../src/protocol/hpack/integer.ts";
import {
  CLIENT_PREFACE,
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FRAME_CONTINUATION,
  FRAME_DATA,
  FRAME_GOAWAY,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_WINDOW_UPDATE,
} from "../../src/protocol/http2/frame.ts";

const HEADER_BYTES = 9;

/** A frame; `lengthClaimed` for one that lies about its payload. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: ArrayLike<number> = [],
  lengthClaimed = payload.length,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, lengthClaimed * 0x100 + type);
  view.setUint8(4, flags);
  view.setUint32(5, stream);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** @param pairs of identifier and value. */
export function settings(...pairs: readonly (readonly [identifier: number, value: number])[]): Uint8Array {
  const payload = pairs.map(([identifier, value]) => Uint8Array.of(identifier >> 8, identifier, ...uint32(value)));
  return frame(FRAME_SETTINGS, 0, 0, concatBytes(payload));
}

export const SETTINGS_ACK = frame(FRAME_SETTINGS, FLAG_ACK, 0);

/** A header block that leaves the table of its reader as it is (RFC 7541, 6.2.2), whatever the fields are. */
export function fieldBlock(...fields: readonly (readonly [name: string, value: string])[]): Uint8Array {
  return concatBytes(fields.map(([name, value]) => concatBytes([Uint8Array.of(0), text(name), text(value)])));
}

/** A field that is inserted into the table of its reader (RFC 7541, 6.2.1). */
export function insertedField(name: string, value: string): Uint8Array {
  return concatBytes([Uint8Array.of(0x40), text(name), text(value)]);
}

/** A field of the table: 1 to 61 static, from 62 on the dynamic ones, the newest first (RFC 7541, 6.1). */
export function indexedField(index: number): Uint8Array {
  const bytes = new Uint8Array(6);
  return bytes.subarray(0, writeInteger(bytes, 0, 0x80, 7, index));
}

function text(value: string): Uint8Array {
  const bytes = new Uint8Array(6 + value.length);
  const at = writeInteger(bytes, 0, 0, 7, value.length);
  bytes.set(latin1Encode(value), at);
  return bytes.subarray(0, at + value.length);
}

/** A HEADERS frame with the whole block. */
export function headers(stream: number, block: Uint8Array, flags = 0): Uint8Array {
  return frame(FRAME_HEADERS, FLAG_END_HEADERS | flags, stream, block);
}

/** The head of an answer; `ends` when there is nothing behind it. */
export function head(
  stream: number,
  status: number,
  ends: boolean,
  ...fields: readonly (readonly [name: string, value: string])[]
): Uint8Array {
  const block = fieldBlock([":status", String(status)], ...fields);
  return headers(stream, block, ends ? FLAG_END_STREAM : 0);
}

export function continuation(stream: number, fragment: ArrayLike<number>, flags = 0): Uint8Array {
  return frame(FRAME_CONTINUATION, flags, stream, fragment);
}

/** @param content its bytes, or how many. */
export function data(stream: number, content: ArrayLike<number> | number, ends: boolean): Uint8Array {
  const payload = typeof content === "number" ? new Uint8Array(content).fill(0x2e) : content;
  return frame(FRAME_DATA, ends ? FLAG_END_STREAM : 0, stream, payload);
}

export function rstStream(stream: number, error: number): Uint8Array {
  return frame(FRAME_RST_STREAM, 0, stream, uint32(error));
}

export function goaway(lastStream: number, error: number, debug = ""): Uint8Array {
  const payload = concatBytes([uint32(lastStream), uint32(error), latin1Encode(debug)]);
  return frame(FRAME_GOAWAY, 0, 0, payload);
}

export function windowUpdate(stream: number, increment: number): Uint8Array {
  return frame(FRAME_WINDOW_UPDATE, 0, stream, uint32(increment));
}

export function ping(payload = "12345678", flags = 0): Uint8Array {
  return frame(FRAME_PING, flags, 0, latin1Encode(payload));
}

export interface SentFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** The frames of bytes that hold whole frames; the client's preface may stand before them. */
export function framesOf(bytes: Uint8Array): SentFrame[] {
  const frames: SentFrame[] = [];
  const preface = latin1Decode(CLIENT_PREFACE);
  let at = latin1Decode(bytes, 0, Math.min(bytes.length, preface.length)) === preface ? preface.length : 0;
  while (at < bytes.length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const end = at + HEADER_BYTES + (view.getUint32(0) >>> 8);
    if (end > bytes.length) throw new Error("the last frame is not whole");
    const payload = bytes.slice(at + HEADER_BYTES, end);
    frames.push({ type: view.getUint8(3), flags: view.getUint8(4), stream: view.getUint32(5), payload });
    at = end;
  }
  return frames;
}

const NAMES: readonly string[] = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
];

/** A frame in words: "DATA 1 END_STREAM 5 bytes", "RST_STREAM 3 CANCEL", "WINDOW_UPDATE 0 +65535". */
export function inWords({ type, flags, stream, payload }: SentFrame): string {
  return [NAMES[type] ?? `type ${type}`, String(stream), ...flagsInWords(type, flags), payloadInWords(type, payload)]
    .filter((word) => word !== "")
    .join(" ");
}

function flagsInWords(type: number, flags: number): string[] {
  const words: string[] = [];
  if ((type === FRAME_SETTINGS || type === FRAME_PING) && (flags & FLAG_ACK) !== 0) words.push("ACK");
  if ((type === FRAME_DATA || type === FRAME_HEADERS) && (flags & FLAG_END_STREAM) !== 0) words.push("END_STREAM");
  if (type === FRAME_HEADERS || type === FRAME_CONTINUATION) {
    if ((flags & FLAG_END_HEADERS) === 0) words.push("(more)");
  }
  return words;
}

const ERRORS: readonly string[] = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
];

function payloadInWords(type: number, payload: Uint8Array): string {
  const numbers = new DataView(payload.buffer, payload.byteOffset, payload.length);
  switch (type) {
    case FRAME_DATA:
      return `${payload.length} bytes`;
    case FRAME_RST_STREAM:
      return ERRORS[numbers.getUint32(0)]!;
    case FRAME_GOAWAY:
      return `last ${numbers.getUint32(0)} ${ERRORS[numbers.getUint32(4)]}`;
    case FRAME_WINDOW_UPDATE:
      return `+${numbers.getUint32(0)}`;
    case FRAME_PING:
      return latin1Decode(payload);
    case FRAME_SETTINGS:
      return settingsInWords(numbers);
    default:
      return "";
  }
}

function settingsInWords(numbers: DataView): string {
  const words: string[] = [];
  for (let at = 0; at < numbers.byteLength; at += 6)
    words.push(`${numbers.getUint16(at)}=${numbers.getUint32(at + 2)}`);
  return words.join(" ");
}
