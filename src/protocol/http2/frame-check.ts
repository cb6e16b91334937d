/** What a frame's header alone says about whether it may be: the stream that it names, and its length (RFC 9113, 6). */
import {
  FLAG_ACK,
  FRAME_CONTINUATION,
  FRAME_GOAWAY,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PRIORITY,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_SIZE_ERROR,
  FRAME_WINDOW_UPDATE,
  NO_ERROR,
  PROTOCOL_ERROR,
} from "./frame.ts";

const SETTING_BYTES = 6;

/** NO_ERROR, or the error of the connection. Types without rules of their own, DATA among them, are fine. */
export function frameError(type: number, flags: number, stream: number, bytes: number): number {
  switch (type) {
    case FRAME_HEADERS:
    case FRAME_CONTINUATION:
      return stream === 0 ? PROTOCOL_ERROR : NO_ERROR;
    case FRAME_PRIORITY:
      return ofStream(stream, bytes === 5);
    case FRAME_RST_STREAM:
      return ofStream(stream, bytes === 4);
    case FRAME_SETTINGS:
      return ofConnection(stream, (flags & FLAG_ACK) !== 0 ? bytes === 0 : bytes % SETTING_BYTES === 0);
    case FRAME_PING:
      return ofConnection(stream, bytes === 8);
    case FRAME_GOAWAY:
      return ofConnection(stream, bytes >= 8);
    case FRAME_WINDOW_UPDATE:
      return bytes === 4 ? NO_ERROR : FRAME_SIZE_ERROR;
    default:
      return NO_ERROR;
  }
}

function ofStream(stream: number, fits: boolean): number {
  if (stream === 0) return PROTOCOL_ERROR;
  return fits ? NO_ERROR : FRAME_SIZE_ERROR;
}

function ofConnection(stream: number, fits: boolean): number {
  if (stream !== 0) return PROTOCOL_ERROR;
  return fits ? NO_ERROR : FRAME_SIZE_ERROR;
}
