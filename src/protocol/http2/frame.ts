/**
 * The vocabulary of HTTP/2 frames (RFC 9113, 4 and 6):
 *
 *   length 24 bits | type 8 | flags 8 | reserved 1, stream 31 | payload of `length` bytes
 */
import { latin1Encode } from "../../base/bytes.ts";

export const FRAME_HEADER_BYTES = 9;

export const FRAME_DATA = 0;
export const FRAME_HEADERS = 1;
export const FRAME_PRIORITY = 2;
export const FRAME_RST_STREAM = 3;
export const FRAME_SETTINGS = 4;
export const FRAME_PUSH_PROMISE = 5;
export const FRAME_PING = 6;
export const FRAME_GOAWAY = 7;
export const FRAME_WINDOW_UPDATE = 8;
export const FRAME_CONTINUATION = 9;

export const FLAG_ACK = 0x1;
export const FLAG_END_STREAM = 0x1;
export const FLAG_END_HEADERS = 0x4;
export const FLAG_PADDED = 0x8;
export const FLAG_PRIORITY = 0x20;

/** Error codes (RFC 9113, 7), as in RST_STREAM and GOAWAY. */
export const NO_ERROR = 0;
export const PROTOCOL_ERROR = 1;
export const FLOW_CONTROL_ERROR = 3;
export const FRAME_SIZE_ERROR = 6;
export const REFUSED_STREAM = 7;
export const CANCEL = 8;
export const COMPRESSION_ERROR = 9;
export const ENHANCE_YOUR_CALM = 11;

/** Identifiers of settings (RFC 9113, 6.5.2). */
export const SETTING_HEADER_TABLE_SIZE = 1;
export const SETTING_ENABLE_PUSH = 2;
export const SETTING_MAX_CONCURRENT_STREAMS = 3;
export const SETTING_INITIAL_WINDOW_SIZE = 4;
export const SETTING_MAX_FRAME_SIZE = 5;
export const SETTING_MAX_HEADER_LIST_SIZE = 6;

/** What a client sends before its first frame (RFC 9113, 3.4). */
export const CLIENT_PREFACE = latin1Encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** The defaults before any SETTINGS frame (RFC 9113, 6.5.2). */
export const DEFAULT_WINDOW_BYTES = 65_535;
export const DEFAULT_FRAME_BYTES_MAX = 16_384;
export const FRAME_BYTES_MAX_LIMIT = 16_777_215;
export const DEFAULT_HEADER_TABLE_BYTES = 4_096;
/** The largest flow-control window (RFC 9113, 6.9.1). */
export const WINDOW_BYTES_MAX = 0x7fff_ffff;
export const STREAM_ID_MAX = 0x7fff_ffff;

/** The 32 bits at `at`, without sign. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** The 31 bits at `at`: a stream, or an increment; the reserved bit is ignored. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! & 0x7f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
