/**
 * A single frame as bytes of its own, padded or not: for frames that FrameWriter does not know, because a client never
 * sends them.
 */
import { assert } from "../../base/assert.ts";
import { FLAG_PADDED, FRAME_HEADER_BYTES } from "./frame.ts";

/** The most padding that a frame can have (RFC 9113, 6.1). */
export const PADDING_BYTES_MAX = 255;

/** What padding costs of a frame's payload: the padding, and the byte that says how long it is. */
export function paddedOverhead(paddingBytes: number): number {
  return paddingBytes === 0 ? 0 : 1 + paddingBytes;
}

/** @param paddingBytes 0 for a frame without padding. */
export function encodeFrame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array,
  paddingBytes = 0,
): Uint8Array {
  assert(paddingBytes <= PADDING_BYTES_MAX, "a frame's padding has a length of 8 bits");
  const length = payload.length + paddedOverhead(paddingBytes);
  assert(length < 1 << 24, "a frame's length has 24 bits");
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + length);
  bytes[0] = length >> 16;
  bytes[1] = length >> 8;
  bytes[2] = length;
  bytes[3] = type;
  bytes[4] = paddingBytes === 0 ? flags : flags | FLAG_PADDED;
  bytes[5] = stream >> 24;
  bytes[6] = stream >> 16;
  bytes[7] = stream >> 8;
  bytes[8] = stream;
  let at = FRAME_HEADER_BYTES;
  if (paddingBytes > 0) bytes[at++] = paddingBytes;
  bytes.set(payload, at);
  return bytes;
}
