/**
 * What a server sends on a stream, and how it lays it out in frames: the layout changes nothing of what is said.
 */
import type { HpackField } from "../hpack/field.ts";

export interface AnswerLayout {
  /** A header block goes out in fragments of at most so many bytes. */
  readonly headerFrameBytes: number;
  /** Content in a DATA frame, at most. */
  readonly dataFrameBytes: number;
  /** Padding of each HEADERS and DATA frame that has room for it; 0 to 255. */
  readonly paddingBytes: number;
  /** HEADERS frames name a priority, which means nothing any more (RFC 9113, 5.3). */
  readonly hasPriority: boolean;
}

/** Frames as large as they may be, without padding. */
export const PLAIN_LAYOUT: AnswerLayout = {
  headerFrameBytes: Number.MAX_SAFE_INTEGER,
  dataFrameBytes: Number.MAX_SAFE_INTEGER,
  paddingBytes: 0,
  hasPriority: false,
};

export interface Http2Answer {
  readonly status: number;
  readonly fields: readonly HpackField[];
  readonly body: Uint8Array;
  /** Sent behind the body; not with `isOpen`. */
  readonly trailers?: readonly HpackField[];
  /** The body is only the beginning of it: `append` goes on, or `reset` breaks off. */
  readonly isOpen?: boolean;
  readonly layout?: AnswerLayout;
}

/** Content of a stream that has not been sent to its end. */
export interface PendingContent {
  bytes: Uint8Array;
  sent: number;
  isOpen: boolean;
  trailers: readonly HpackField[] | null;
  readonly layout: AnswerLayout;
}
