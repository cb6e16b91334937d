/**
 * What no server may send, with what a correct client makes of it: an answer that is none fails its stream, a breach of
 * the connection's rules loses the connection. All of it is written by hand, because no encoder of ours would.
 */
import { concatBytes, latin1Encode } from "../../base/bytes.ts";
import { CONTINUATIONS_MAX, HEAD_BYTES_MAX, INTERIM_RESPONSES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { encodeFrame } from "../../protocol/http2/encode-frame.ts";
import {
  DEFAULT_FRAME_BYTES_MAX,
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FRAME_CONTINUATION,
  FRAME_DATA,
  FRAME_GOAWAY,
  FRAME_HEADER_BYTES,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PUSH_PROMISE,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_WINDOW_UPDATE,
  SETTING_ENABLE_PUSH,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_FRAME_SIZE,
  STREAM_ID_MAX,
} from "../../protocol/http2/frame.ts";
import type { Dice } from "../dice.ts";
import type { Flaw } from "./peer-frames.ts";

export interface FlawedBytes {
  readonly bytes: Uint8Array;
  readonly flaw: Flaw;
}

type Field = readonly [name: string, value: string];

/** What the field at index 16 of the static table counts in a list. */
const ACCEPT_ENCODING_BYTES = "accept-encoding".length + "gzip, deflate".length + 32;

const NOTHING = new Uint8Array(0);
const OK: Field = [":status", "200"];
const ENDS = FLAG_END_HEADERS | FLAG_END_STREAM;

/** An answer that is none: its stream fails, the connection lives on. */
export function drawStreamFlaw(dice: Dice, stream: number, toHead: boolean): FlawedBytes {
  const flaws = [
    ...HEAD_FLAWS.map(({ failure, frames }) => ({ failure, bytes: frames(stream) })),
    ...(toHead
      ? []
      : LENGTH_FLAWS.map((frames) => ({ failure: "protocol_violation" as const, bytes: frames(stream) }))),
  ];
  const { failure, bytes } = dice.pick(flaws);
  return { bytes: concatBytes(bytes), flaw: { stream, failure: FAILURE_CODES[failure] } };
}

/** @param lastStream the highest stream that the client has opened; 0 for none. */
export function drawConnectionFlaw(dice: Dice, lastStream: number): FlawedBytes {
  const flaws = lastStream === 0 ? CONNECTION_FLAWS : [...CONNECTION_FLAWS, ...LATER_FLAWS];
  const bytes = dice.pick(flaws)(lastStream, dice);
  return { bytes: concatBytes(bytes), flaw: { stream: 0, failure: FAILURE_CODES.protocol_violation } };
}

/** A header block in more frames than anybody takes. @param lastStream is above 0. */
export function endlessBlock(lastStream: number): FlawedBytes {
  const frames = Array.from({ length: CONTINUATIONS_MAX + 1 }, () =>
    encodeFrame(FRAME_CONTINUATION, 0, lastStream, NOTHING),
  );
  const bytes = concatBytes([encodeFrame(FRAME_HEADERS, 0, lastStream, NOTHING), ...frames]);
  return { bytes, flaw: { stream: 0, failure: FAILURE_CODES.header_too_large } };
}

/** First bytes of a server that does not speak HTTP/2. */
export function drawForeignBytes(dice: Dice): FlawedBytes {
  const bytes = dice.pick([
    latin1Encode("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
    latin1Encode("SSH-2.0-byte-peer\r\n"),
    encodeFrame(FRAME_PING, 0, 0, new Uint8Array(8)),
    encodeFrame(FRAME_HEADERS, ENDS, 1, block(OK)),
  ]);
  return { bytes, flaw: { stream: 0, failure: FAILURE_CODES.invalid_response } };
}

/** Fields as literals that enter no table: whoever fails to decode them is no further out of step. */
export function block(...fields: readonly Field[]): Uint8Array {
  return concatBytes(
    fields.flatMap(([name, value]) => [
      Uint8Array.of(0, name.length),
      latin1Encode(name),
      Uint8Array.of(value.length),
      latin1Encode(value),
    ]),
  );
}

function headers(stream: number, flags: number, ...fields: readonly Field[]): Uint8Array {
  return encodeFrame(FRAME_HEADERS, flags, stream, block(...fields));
}

function data(stream: number, length: number, flags: number): Uint8Array {
  return encodeFrame(FRAME_DATA, flags, stream, new Uint8Array(length).fill(0x78));
}

/** A list of fields that is longer than anybody takes, each a byte: "accept-encoding: gzip, deflate" (RFC 7541, A). */
function longList(): Uint8Array {
  return new Uint8Array(Math.ceil(HEAD_BYTES_MAX / ACCEPT_ENCODING_BYTES)).fill(0x90);
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function setting(identifier: number, value: number): Uint8Array {
  return encodeFrame(FRAME_SETTINGS, 0, 0, concatBytes([Uint8Array.of(0, identifier), uint32(value)]));
}

/** Heads that no answer has. */
const HEAD_FLAWS: readonly {
  readonly failure: "invalid_response" | "protocol_violation" | "header_too_large";
  readonly frames: (stream: number) => Uint8Array[];
}[] = [
  { failure: "invalid_response", frames: (s) => [headers(s, ENDS, ["server", "x"])] },
  { failure: "invalid_response", frames: (s) => [headers(s, ENDS, [":status", "2x0"])] },
  { failure: "invalid_response", frames: (s) => [encodeFrame(FRAME_HEADERS, ENDS, s, NOTHING)] },
  {
    failure: "header_too_large",
    frames: (s) => [encodeFrame(FRAME_HEADERS, ENDS, s, concatBytes([block(OK), longList()]))],
  },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, OK, OK)] },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, OK, [":path", "/"])] },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, ["server", "x"], OK)] },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, OK, ["Server", "x"])] },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, OK, ["", "x"])] },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, OK, ["connection", "close"])] },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, OK, ["transfer-encoding", "chunked"])] },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, OK, ["content-length", "5x"])] },
  {
    failure: "protocol_violation",
    frames: (s) => [headers(s, ENDS, OK, ["content-length", "5"], ["content-length", "7"])],
  },
  { failure: "protocol_violation", frames: (s) => [headers(s, ENDS, [":status", "100"])] },
  { failure: "protocol_violation", frames: (s) => [headers(s, FLAG_END_HEADERS, [":status", "101"])] },
  {
    failure: "protocol_violation",
    frames: (s) =>
      Array.from({ length: INTERIM_RESPONSES_MAX + 1 }, () => headers(s, FLAG_END_HEADERS, [":status", "103"])),
  },
  { failure: "protocol_violation", frames: (s) => [data(s, 3, FLAG_END_STREAM)] },
  {
    failure: "protocol_violation",
    frames: (s) => [headers(s, FLAG_END_HEADERS, OK), headers(s, FLAG_END_HEADERS, ["x-trailer", "1"])],
  },
  {
    failure: "protocol_violation",
    frames: (s) => [headers(s, FLAG_END_HEADERS, OK), headers(s, ENDS, [":status", "200"])],
  },
  { failure: "protocol_violation", frames: (s) => [encodeFrame(FRAME_WINDOW_UPDATE, 0, s, uint32(0))] },
  {
    failure: "protocol_violation",
    frames: (s) => [headers(s, FLAG_END_HEADERS, [":status", "304"]), data(s, 3, FLAG_END_STREAM)],
  },
];

/** Contents that are not as long as they say. The answer to a HEAD has none, so that nobody can tell. */
const LENGTH_FLAWS: readonly ((stream: number) => Uint8Array[])[] = [
  (s) => [headers(s, FLAG_END_HEADERS, OK, ["content-length", "5"]), data(s, 10, FLAG_END_STREAM)],
  (s) => [headers(s, FLAG_END_HEADERS, OK, ["content-length", "10"]), data(s, 5, FLAG_END_STREAM)],
  (s) => [headers(s, FLAG_END_HEADERS, OK, ["content-length", "10"]), data(s, 5, 0), headers(s, ENDS, ["x", "1"])],
  (s) => [headers(s, ENDS, OK, ["content-length", "10"])],
];

type ConnectionFlaw = (lastStream: number, dice: Dice) => Uint8Array[];

/** Breaches that need no stream. */
const CONNECTION_FLAWS: readonly ConnectionFlaw[] = [
  () => [latin1Encode("HTTP/1.1 400 Bad Request\r\n\r\n")],
  (_last, dice) => [oversized(dice.pick([FRAME_DATA, FRAME_HEADERS, FRAME_PING, 0x77]))],
  () => [data(0, 1, 0)],
  () => [data(2, 1, 0)],
  () => [data(STREAM_ID_MAX, 1, FLAG_END_STREAM)],
  () => [headers(STREAM_ID_MAX, ENDS, OK)],
  () => [headers(0, ENDS, OK)],
  () => [headers(2, ENDS, OK)],
  () => [encodeFrame(FRAME_PUSH_PROMISE, FLAG_END_HEADERS, 1, concatBytes([uint32(2), block([":method", "GET"])]))],
  () => [encodeFrame(FRAME_CONTINUATION, FLAG_END_HEADERS, 1, NOTHING)],
  () => [encodeFrame(FRAME_RST_STREAM, 0, 0, uint32(8))],
  () => [encodeFrame(FRAME_RST_STREAM, 0, STREAM_ID_MAX, uint32(8))],
  () => [encodeFrame(FRAME_WINDOW_UPDATE, 0, 0, uint32(0))],
  // Twice, because the client's window may be used up.
  () => [0, 0].map(() => encodeFrame(FRAME_WINDOW_UPDATE, 0, 0, uint32(STREAM_ID_MAX))),
  () => [encodeFrame(FRAME_WINDOW_UPDATE, 0, 0, new Uint8Array(3))],
  () => [encodeFrame(FRAME_SETTINGS, 0, 0, new Uint8Array(5))],
  () => [encodeFrame(FRAME_SETTINGS, FLAG_ACK, 0, new Uint8Array(6))],
  () => [encodeFrame(FRAME_SETTINGS, 0, 1, NOTHING)],
  () => [setting(SETTING_ENABLE_PUSH, 1)],
  () => [setting(SETTING_INITIAL_WINDOW_SIZE, 0x8000_0000)],
  () => [setting(SETTING_MAX_FRAME_SIZE, 100)],
  () => [encodeFrame(FRAME_PING, 0, 0, new Uint8Array(7))],
  () => [encodeFrame(FRAME_PING, 0, 1, new Uint8Array(8))],
  () => [encodeFrame(FRAME_GOAWAY, 0, 0, new Uint8Array(7))],
  () => [encodeFrame(FRAME_GOAWAY, 0, 1, new Uint8Array(8))],
];

/** Breaches that need a stream, whether or not it is still open. */
const LATER_FLAWS: readonly ConnectionFlaw[] = [
  (last) => [encodeFrame(FRAME_HEADERS, ENDS, last, Uint8Array.of(0x80))],
  (last) => [encodeFrame(FRAME_HEADERS, ENDS, last, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f))],
  (last) => [encodeFrame(FRAME_HEADERS, ENDS, last, Uint8Array.of(0x3f, 0xff, 0xff, 0x7f))],
  (last) => [headers(last, 0, OK), encodeFrame(FRAME_PING, 0, 0, new Uint8Array(8))],
  (last) => [headers(last, 0, OK), data(last, 1, FLAG_END_STREAM)],
  (last) => [encodeFrame(FRAME_HEADERS, ENDS | FLAG_PADDED, last, Uint8Array.of(9, 0x88))],
  (last) => [encodeFrame(FRAME_DATA, FLAG_PADDED, last, Uint8Array.of(3, 0, 0))],
  (last) => [encodeFrame(FRAME_DATA, FLAG_PADDED, last, NOTHING)],
  (last) => [encodeFrame(FRAME_RST_STREAM, 0, last, new Uint8Array(5))],
  (last) => [encodeFrame(FRAME_HEADERS, ENDS, last, Uint8Array.of(0x3f))],
];

/** The beginning of a frame that is longer than any client of ours allows. */
function oversized(type: number): Uint8Array {
  const whole = encodeFrame(type, 0, 1, new Uint8Array(DEFAULT_FRAME_BYTES_MAX + 1));
  return whole.subarray(0, FRAME_HEADER_BYTES + 30);
}
