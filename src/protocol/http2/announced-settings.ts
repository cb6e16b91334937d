/**
 * The settings that a server has announced: each change counts from its acknowledgement on, as everything that the
 * client sent before that was sent by the older ones (RFC 9113, 6.5.3).
 */
import { assert } from "../../base/assert.ts";
import { BlockCursor } from "../hpack/cursor.ts";
import { readInteger } from "../hpack/integer.ts";
import {
  DEFAULT_FRAME_BYTES_MAX,
  DEFAULT_HEADER_TABLE_BYTES,
  DEFAULT_WINDOW_BYTES,
  SETTING_HEADER_TABLE_SIZE,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_CONCURRENT_STREAMS,
  SETTING_MAX_FRAME_SIZE,
  WINDOW_BYTES_MAX,
} from "./frame.ts";

export interface ServerSettings {
  /** SETTINGS_MAX_CONCURRENT_STREAMS; Infinity is not announced. */
  readonly maxConcurrentStreams: number;
  /** SETTINGS_INITIAL_WINDOW_SIZE: what a client may send on a new stream. */
  readonly initialWindowBytes: number;
  /** SETTINGS_HEADER_TABLE_SIZE. */
  readonly headerTableBytes: number;
}

/** The first bits of a dynamic table size update (RFC 7541, 6.3). */
const SIZE_UPDATE = 0x20;
const SIZE_UPDATE_MASK = 0xe0;
const SIZE_UPDATE_BITS = 5;

export class AnnouncedSettings {
  readonly #frameBytesMax: number;
  /** Changes that were announced and not acknowledged, oldest first. */
  readonly #waiting: Partial<ServerSettings>[] = [];
  #isFirst = true;
  /** The table that the client uses, and the smallest that was acknowledged since its last header block. */
  #tableBytes = DEFAULT_HEADER_TABLE_BYTES;
  #leastTableBytes = Number.POSITIVE_INFINITY;
  readonly #cursor = new BlockCursor();
  /** What the client has acknowledged. */
  current: ServerSettings = {
    maxConcurrentStreams: Number.POSITIVE_INFINITY,
    initialWindowBytes: DEFAULT_WINDOW_BYTES,
    headerTableBytes: DEFAULT_HEADER_TABLE_BYTES,
  };

  /** @param frameBytesMax is announced along with the first change. */
  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** Notes that a change is announced. Returns the pairs for its SETTINGS frame. */
  change({ maxConcurrentStreams, initialWindowBytes, headerTableBytes }: Partial<ServerSettings>): [number, number][] {
    assert((initialWindowBytes ?? 0) <= WINDOW_BYTES_MAX, "a window is larger than one can be");
    const changes: Partial<ServerSettings> = {
      ...(maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams }),
      ...(initialWindowBytes === undefined ? {} : { initialWindowBytes }),
      ...(headerTableBytes === undefined ? {} : { headerTableBytes }),
    };
    this.#waiting.push(changes);
    const pairs: [number, number][] = [];
    if (headerTableBytes !== undefined) pairs.push([SETTING_HEADER_TABLE_SIZE, headerTableBytes]);
    if (maxConcurrentStreams !== undefined && Number.isFinite(maxConcurrentStreams)) {
      pairs.push([SETTING_MAX_CONCURRENT_STREAMS, maxConcurrentStreams]);
    }
    if (initialWindowBytes !== undefined) pairs.push([SETTING_INITIAL_WINDOW_SIZE, initialWindowBytes]);
    if (this.#isFirst && this.#frameBytesMax !== DEFAULT_FRAME_BYTES_MAX) {
      pairs.push([SETTING_MAX_FRAME_SIZE, this.#frameBytesMax]);
    }
    this.#isFirst = false;
    return pairs;
  }

  /** The oldest change was acknowledged. False when none waits for that. */
  acknowledged(): boolean {
    const changes = this.#waiting.shift();
    if (changes === undefined) return false;
    this.current = { ...this.current, ...changes };
    this.#leastTableBytes = Math.min(this.#leastTableBytes, this.current.headerTableBytes);
    return true;
  }

  /**
   * Whether a header block begins as it must: when a smaller table was acknowledged than the client uses, with the size
   * that it has changed to; and with none that is larger than allowed (RFC 7541, 4.2).
   */
  takesBlock(block: Uint8Array, start: number, end: number): boolean {
    const isDue = this.#leastTableBytes < this.#tableBytes;
    const cursor = this.#cursor;
    cursor.bytes = block;
    cursor.at = start;
    cursor.end = end;
    let isFirst = true;
    let isSound = true;
    while (cursor.at < end && (block[cursor.at]! & SIZE_UPDATE_MASK) === SIZE_UPDATE) {
      const bytes = readInteger(cursor, SIZE_UPDATE_BITS);
      if (bytes < 0) return false;
      if (bytes > this.current.headerTableBytes || (isDue && isFirst && bytes > this.#leastTableBytes)) isSound = false;
      this.#tableBytes = bytes;
      isFirst = false;
    }
    this.#leastTableBytes = Number.POSITIVE_INFINITY;
    return isSound && !(isDue && isFirst);
  }
}
