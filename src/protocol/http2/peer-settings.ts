/** What the peer's SETTINGS say of what we may do (RFC 9113, 6.5). */
import {
  DEFAULT_FRAME_BYTES_MAX,
  DEFAULT_HEADER_TABLE_BYTES,
  DEFAULT_WINDOW_BYTES,
  FLOW_CONTROL_ERROR,
  FRAME_BYTES_MAX_LIMIT,
  NO_ERROR,
  PROTOCOL_ERROR,
  readUint32,
  SETTING_ENABLE_PUSH,
  SETTING_HEADER_TABLE_SIZE,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_CONCURRENT_STREAMS,
  SETTING_MAX_FRAME_SIZE,
  WINDOW_BYTES_MAX,
} from "./frame.ts";

const SETTING_BYTES = 6;

export class PeerSettings {
  headerTableBytes = DEFAULT_HEADER_TABLE_BYTES;
  /** The smallest size of the table on the way through the last frame: it must be announced, too (RFC 7541, 4.2). */
  headerTableBytesLeast = DEFAULT_HEADER_TABLE_BYTES;
  concurrentStreamsMax = Number.POSITIVE_INFINITY;
  initialWindowBytes = DEFAULT_WINDOW_BYTES;
  frameBytesMax = DEFAULT_FRAME_BYTES_MAX;
  readonly #pushMax: number;

  /** @param pushMax what the peer may say of pushes to it: a server nothing but 0, a client 0 or 1. */
  constructor(pushMax: 0 | 1 = 0) {
    this.#pushMax = pushMax;
  }

  /**
   * Takes the payload of a SETTINGS frame, whose length is a multiple of 6. Returns NO_ERROR, or the error that loses
   * the connection. Settings that we do not know are passed over, as they must be.
   */
  take(bytes: Uint8Array, start: number, end: number): number {
    this.headerTableBytesLeast = this.headerTableBytes;
    for (let at = start; at < end; at += SETTING_BYTES) {
      const error = this.#set((bytes[at]! << 8) | bytes[at + 1]!, readUint32(bytes, at + 2));
      if (error !== NO_ERROR) return error;
    }
    return NO_ERROR;
  }

  #set(identifier: number, value: number): number {
    switch (identifier) {
      case SETTING_HEADER_TABLE_SIZE:
        this.headerTableBytes = value;
        this.headerTableBytesLeast = Math.min(this.headerTableBytesLeast, value);
        return NO_ERROR;
      case SETTING_ENABLE_PUSH:
        return value <= this.#pushMax ? NO_ERROR : PROTOCOL_ERROR;
      case SETTING_MAX_CONCURRENT_STREAMS:
        this.concurrentStreamsMax = value;
        return NO_ERROR;
      case SETTING_INITIAL_WINDOW_SIZE:
        if (value > WINDOW_BYTES_MAX) return FLOW_CONTROL_ERROR;
        this.initialWindowBytes = value;
        return NO_ERROR;
      case SETTING_MAX_FRAME_SIZE:
        if (value < DEFAULT_FRAME_BYTES_MAX || value > FRAME_BYTES_MAX_LIMIT) return PROTOCOL_ERROR;
        this.frameBytesMax = value;
        return NO_ERROR;
      default:
        return NO_ERROR;
    }
  }
}
