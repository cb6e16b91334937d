/**
 * The settings that a server has announced: each change counts from its acknowledgement on, as everything that the
 * client sent before that was sent by the older ones (RFC 9113, 6.5.3).
 */
import { assert } from "../../base/assert.ts";
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

export class AnnouncedSettings {
  readonly #frameBytesMax: number;
  /** Changes that were announced and not acknowledged, oldest first. */
  readonly #waiting: Partial<ServerSettings>[] = [];
  #isFirst = true;
  #sizeUpdateDue = false;
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
    const tableBefore = Math.min(this.current.headerTableBytes, DEFAULT_HEADER_TABLE_BYTES);
    this.current = { ...this.current, ...changes };
    if (this.current.headerTableBytes < tableBefore) this.#sizeUpdateDue = true;
    return true;
  }

  /**
   * Whether a header block may come as it is: behind a smaller table that was acknowledged, the next one begins with
   * the size that the client has changed to (RFC 7541, 4.2).
   */
  takesBlock(block: Uint8Array, start: number, end: number): boolean {
    if (!this.#sizeUpdateDue) return true;
    this.#sizeUpdateDue = false;
    return start < end && (block[start]! & SIZE_UPDATE_MASK) === SIZE_UPDATE;
  }
}
