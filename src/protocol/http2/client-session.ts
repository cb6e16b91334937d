/**
 * The client's side of one HTTP/2 connection (RFC 9113), sans-IO: requests become frames in `out`, bytes of the peer
 * become outcomes.
 *
 *   open ──► HEADERS (and DATA, as the windows allow) ──► answer: HEADERS, DATA ... END_STREAM ──► answered
 *                                                           ├─ RST_STREAM, or an answer that is none ──► failed
 *                                                           └─ GOAWAY that leaves the stream out ──► returned
 *
 * A request is named by its caller with a tag, and by us with a slot. What goes wrong with a stream ends that stream;
 * what goes wrong with the connection sets `failure`, and whoever owns the connection ends it and asks for
 * `abandon`. Nothing throws on the peer's bytes. Nothing is retried.
 *
 * A peer that keeps us busy with frames that serve no request is told to calm down and loses the connection.
 */
import { assert } from "../../base/assert.ts";
import { CONNECTION_WINDOW_BYTES, HEAD_BYTES_MAX, IDLE_FRAMES_MAX, STREAM_WINDOW_BYTES } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import type { ResponseTap } from "../response-tap.ts";
import { Answers, type Http2Outcomes } from "./answers.ts";
import { withCookie } from "./cookie-field.ts";
import { DataFrame } from "./data-frame.ts";
import {
  CANCEL,
  CLIENT_PREFACE,
  COMPRESSION_ERROR,
  DEFAULT_FRAME_BYTES_MAX,
  DEFAULT_WINDOW_BYTES,
  ENHANCE_YOUR_CALM,
  FLAG_ACK,
  FLAG_END_STREAM,
  FLOW_CONTROL_ERROR,
  FRAME_CONTINUATION,
  FRAME_GOAWAY,
  FRAME_HEADER_BYTES,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PUSH_PROMISE,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_SIZE_ERROR,
  FRAME_WINDOW_UPDATE,
  NO_ERROR,
  PROTOCOL_ERROR,
  readUint31,
  readUint32,
  SETTING_ENABLE_PUSH,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_HEADER_LIST_SIZE,
  WINDOW_BYTES_MAX,
} from "./frame.ts";
import { frameError } from "./frame-check.ts";
import { FrameReader, type FrameVisitor } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { BLOCK_TOO_LONG, BLOCK_WHOLE, HeaderBlock } from "./header-block.ts";
import { PeerSettings } from "./peer-settings.ts";
import type { Http2Request } from "./request.ts";
import { RequestBlocks } from "./request-blocks.ts";
import { HEAD_MALFORMED, HEAD_TOO_LARGE, HEAD_UNDECODABLE, ResponseBlocks } from "./response-blocks.ts";
import { HEAD_READ, NO_SLOT, type Streams } from "./streams.ts";

export class Http2ClientSession implements FrameVisitor {
  /** Frames that wait to be sent. */
  readonly out = new FrameWriter();
  readonly #reader = new FrameReader(this, DEFAULT_FRAME_BYTES_MAX);
  readonly #answers: Answers;
  readonly #streams: Streams;
  readonly #peer = new PeerSettings();
  readonly #block = new HeaderBlock();
  readonly #requestBlocks = new RequestBlocks();
  readonly #responseBlocks = new ResponseBlocks();
  readonly #data = new DataFrame();
  /** Stream of the DATA frame under way. */
  #dataStream = 0;
  #hasSettings = false;
  /** The peer has said that it goes. */
  #peerLeaves = false;
  #failure = 0;
  #error = NO_ERROR;
  #receiveWindow = CONNECTION_WINDOW_BYTES;
  #sendWindow = DEFAULT_WINDOW_BYTES;
  #idleFrames = 0;
  /** @param streamsMax requests that this connection may carry at once, whatever more the peer allows. */
  constructor(connection: number, streamsMax: number, outcomes: Http2Outcomes) {
    this.#answers = new Answers(connection, streamsMax, this.out, outcomes);
    this.#streams = this.#answers.streams;
    this.out.raw(CLIENT_PREFACE);
    this.out.settings(
      [SETTING_ENABLE_PUSH, 0],
      [SETTING_INITIAL_WINDOW_SIZE, STREAM_WINDOW_BYTES],
      [SETTING_MAX_HEADER_LIST_SIZE, HEAD_BYTES_MAX],
    );
    this.out.windowUpdate(0, CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES);
  }

  /** Requests that may be opened on top of those that are open. Before the peer's settings are known: one at a time. */
  get room(): number {
    if (this.isLeaving) return 0;
    const allowed = this.#hasSettings ? this.#peer.concurrentStreamsMax : 1;
    return Math.max(0, Math.min(this.#streams.capacity, allowed) - this.#streams.count);
  }

  /** Requests that are open. */
  get count(): number {
    return this.#streams.count;
  }

  /** No further request can be opened: the peer goes, the connection is lost, or its stream numbers are used up. */
  get isLeaving(): boolean {
    return this.#peerLeaves || this.#failure !== 0 || this.#streams.exhausted;
  }

  /** A FAILURE_CODES value when the connection is lost, 0 otherwise. */
  get failure(): number {
    return this.#failure;
  }

  /** The HTTP/2 error code that the connection was lost with, ours or the peer's. */
  get error(): number {
    return this.#error;
  }

  /**
   * Sends a request; only when there is `room`.
   * @param index a small integer that names the request: equal requests have equal ones.
   * @param tap who looks into the answer.
   * @param cookie value of a further Cookie field, a character for each byte; "" for none.
   * @returns the slot, for `cancel`.
   */
  open(tag: number, index: number, request: Http2Request, tap: ResponseTap | null = null, cookie = ""): number {
    assert(this.room > 0, "a request is opened where there is room");
    const { body } = request;
    const { initialWindowBytes, frameBytesMax } = this.#peer;
    const slot = this.#answers.open(tag, request, initialWindowBytes, tap);
    const known = this.#requestBlocks.blockOf(index, request);
    const block = cookie === "" ? known : withCookie(known, cookie);
    this.out.headers(this.#streams.id[slot]!, block, body === null, frameBytesMax);
    if (body !== null) this.#answers.bodies.push(slot);
    this.#idleFrames = 0;
    return slot;
  }

  /** Gives up a request; nothing more is reported of it. */
  cancel(slot: number): void {
    this.#answers.cancel(slot);
  }

  /** Puts request bodies into `out`, as far as the windows allow and until `out` holds `bytesMax`. */
  pump(bytesMax: number): void {
    const { bodies } = this.#answers;
    if (bodies.isEmpty) return;
    const sent = bodies.pump(this.out, this.#sendWindow, this.#peer.frameBytesMax, bytesMax);
    this.#sendWindow -= sent;
    if (sent > 0) this.#idleFrames = 0;
  }

  /** Bytes of the peer. */
  feed(bytes: Uint8Array, start: number, end: number): void {
    this.#reader.feed(bytes, start, end);
    this.#answers.tellBegun();
  }

  /** The connection is gone: every request that is open fails with `failure`. */
  abandon(failure: number, error: number): void {
    this.#answers.failAll(failure, error);
  }

  // ---- FrameVisitor

  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#block.isOpen && (type !== FRAME_CONTINUATION || stream !== this.#block.stream)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    if (!this.#hasSettings && type !== FRAME_SETTINGS) {
      this.#loseStranger(PROTOCOL_ERROR);
      return;
    }
    const error = frameError(type, flags, stream, end - start);
    if (error !== NO_ERROR) {
      this.#lose(error);
      return;
    }
    switch (type) {
      case FRAME_HEADERS:
        this.#takeBlock(this.#block.begin(flags, stream, bytes, start, end), bytes);
        return;
      case FRAME_CONTINUATION:
        if (this.#block.isOpen) this.#takeBlock(this.#block.continue(flags, bytes, start, end), bytes);
        else this.#lose(PROTOCOL_ERROR);
        return;
      case FRAME_SETTINGS:
        this.#takeSettings(flags, bytes, start, end);
        return;
      case FRAME_WINDOW_UPDATE:
        this.#takeWindowUpdate(stream, readUint31(bytes, start));
        return;
      case FRAME_PING:
        this.#noteIdle();
        if ((flags & FLAG_ACK) === 0) this.out.pingAck(bytes, start);
        return;
      case FRAME_RST_STREAM:
        this.#takeReset(stream, readUint32(bytes, start));
        return;
      case FRAME_GOAWAY:
        this.#takeGoaway(readUint31(bytes, start), readUint32(bytes, start + 4));
        return;
      case FRAME_PUSH_PROMISE:
        // We said in our settings that we take none.
        this.#lose(PROTOCOL_ERROR);
        return;
      default:
        // PRIORITY is out of use, and frames of extensions are passed over (RFC 9113, 5.3 and 5.5).
        this.#noteIdle();
        return;
    }
  }

  dataBegins(flags: number, stream: number, payloadBytes: number): void {
    if (!this.#hasSettings) {
      this.#loseStranger(PROTOCOL_ERROR);
      return;
    }
    const isBroken = this.#block.isOpen || stream === 0 || this.#isIdle(stream);
    if (isBroken || !this.#data.begin(flags, payloadBytes)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    this.#dataStream = stream;
    // Windows are given back when half is used, and no frame is as large as the other half: nothing that the peer sends
    // overruns them. Content is counted, and what a tap keeps of it is bounded, so none would do harm.
    this.#receiveWindow -= payloadBytes;
    const slot = this.#streams.find(stream);
    if (slot === NO_SLOT) {
      this.#noteIdle();
      return;
    }
    const { bytesIn, receiveWindow, phase } = this.#streams;
    bytesIn[slot]! += FRAME_HEADER_BYTES;
    receiveWindow[slot]! -= payloadBytes;
    if (phase[slot] !== HEAD_READ) {
      this.#answers.reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
    } else if (payloadBytes === 0 && !this.#data.ends) this.#noteIdle();
    else this.#idleFrames = 0;
  }

  dataPart(bytes: Uint8Array, start: number, end: number): void {
    const data = this.#data;
    if (!data.take(start, end, bytes)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    const slot = this.#streams.find(this.#dataStream);
    if (slot === NO_SLOT) return;
    this.#streams.bytesIn[slot]! += end - start;
    if (data.end > data.start) this.#answers.content(slot, bytes, data.start, data.end);
  }

  dataEnds(): void {
    if (this.#failure !== 0) return;
    if (this.#receiveWindow <= CONNECTION_WINDOW_BYTES / 2) {
      this.out.windowUpdate(0, CONNECTION_WINDOW_BYTES - this.#receiveWindow);
      this.#receiveWindow = CONNECTION_WINDOW_BYTES;
    }
    const slot = this.#streams.find(this.#dataStream);
    if (slot === NO_SLOT) return;
    const { receiveWindow } = this.#streams;
    if (this.#data.ends) {
      this.#answers.complete(slot);
    } else if (receiveWindow[slot]! <= STREAM_WINDOW_BYTES / 2) {
      this.out.windowUpdate(this.#dataStream, STREAM_WINDOW_BYTES - receiveWindow[slot]!);
      receiveWindow[slot] = STREAM_WINDOW_BYTES;
    }
  }

  oversized(): void {
    if (this.#hasSettings) this.#lose(FRAME_SIZE_ERROR);
    else this.#loseStranger(FRAME_SIZE_ERROR);
  }

  // ---- header blocks

  #takeBlock(state: number, bytes: Uint8Array): void {
    if (state === BLOCK_WHOLE) {
      const block = this.#block;
      if (block.isGathered) this.#takeHead(block.bytes, 0, block.length);
      else this.#takeHead(bytes, block.start, block.end);
    } else if (state === BLOCK_TOO_LONG) {
      this.#lose(ENHANCE_YOUR_CALM, FAILURE_CODES.header_too_large);
    } else if (this.#block.error !== NO_ERROR) {
      this.#lose(this.#block.error);
    }
  }

  /** A whole header block: it must be decoded even for a stream that is over, as the table depends on it. */
  #takeHead(block: Uint8Array, start: number, end: number): void {
    const { stream } = this.#block;
    if (this.#isIdle(stream)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    const slot = this.#streams.find(stream);
    if (slot !== NO_SLOT) this.#streams.bytesIn[slot]! += this.#block.bytesIn;
    const isTrailer = slot !== NO_SLOT && this.#streams.phase[slot] === HEAD_READ;
    const blocks = this.#responseBlocks;
    const tap = slot === NO_SLOT ? null : this.#streams.taps[slot]!;
    const outcome = blocks.take(block, start, end, isTrailer, tap);
    if (outcome === HEAD_UNDECODABLE) this.#lose(COMPRESSION_ERROR);
    else if (slot === NO_SLOT) this.#noteIdle();
    else if (outcome === HEAD_TOO_LARGE) this.#answers.reset(slot, CANCEL, FAILURE_CODES.header_too_large);
    else if (outcome === HEAD_MALFORMED) this.#answers.reset(slot, PROTOCOL_ERROR, blocks.failure);
    else this.#takeFields(slot, isTrailer);
  }

  /** Fields that are well-formed. */
  #takeFields(slot: number, isTrailer: boolean): void {
    const { status, contentLength } = this.#responseBlocks;
    const ends = (this.#block.flags & FLAG_END_STREAM) !== 0;
    if (isTrailer) {
      this.#answers.trailer(slot, ends);
    } else {
      if (status >= 200) this.#idleFrames = 0;
      this.#answers.head(slot, status, contentLength, ends);
    }
  }

  // ---- other frames

  #takeSettings(flags: number, bytes: Uint8Array, start: number, end: number): void {
    this.#noteIdle();
    if ((flags & FLAG_ACK) !== 0) {
      if (!this.#hasSettings) this.#lose(PROTOCOL_ERROR);
      return;
    }
    const windowBefore = this.#peer.initialWindowBytes;
    const error = this.#peer.take(bytes, start, end);
    if (error !== NO_ERROR || !this.#answers.bodies.widenAll(this.#peer.initialWindowBytes - windowBefore)) {
      this.#lose(error === NO_ERROR ? FLOW_CONTROL_ERROR : error);
      return;
    }
    this.#hasSettings = true;
    this.#requestBlocks.limitTable(this.#peer.headerTableBytesLeast, this.#peer.headerTableBytes);
    this.out.settingsAck();
  }

  #takeWindowUpdate(stream: number, increment: number): void {
    if (this.#isIdle(stream)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    this.#noteIdle();
    if (stream === 0) {
      this.#sendWindow += increment;
      if (increment === 0) this.#lose(PROTOCOL_ERROR);
      else if (this.#sendWindow > WINDOW_BYTES_MAX) this.#lose(FLOW_CONTROL_ERROR);
      return;
    }
    const slot = this.#streams.find(stream);
    if (slot === NO_SLOT) return;
    if (increment === 0) this.#answers.reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
    else if (!this.#answers.bodies.widen(slot, increment)) {
      this.#answers.reset(slot, FLOW_CONTROL_ERROR, FAILURE_CODES.protocol_violation);
    }
  }

  #takeReset(stream: number, error: number): void {
    const slot = this.#streams.find(stream);
    if (this.#isIdle(stream)) this.#lose(PROTOCOL_ERROR);
    else if (slot === NO_SLOT) this.#noteIdle();
    else this.#answers.resetByPeer(slot, error);
  }

  /** The peer goes: it finishes the streams up to the last one that it names, and has not seen those above. */
  #takeGoaway(last: number, error: number): void {
    this.#noteIdle();
    this.#peerLeaves = true;
    if (error !== NO_ERROR) this.#error = error;
    this.#answers.leaveOut(last, error);
  }

  // ---- how the connection ends

  /** The peer broke the connection's rules: it is told, and nothing more is read. */
  #lose(error: number, failure: number = FAILURE_CODES.protocol_violation): void {
    if (this.#failure !== 0) return;
    this.#failure = failure;
    this.#error = error;
    this.#reader.stop();
    this.out.goaway(0, error);
  }

  /** The first frame is SETTINGS (RFC 9113, 3.4); whatever this is, it is no HTTP/2. */
  #loseStranger(error: number): void {
    this.#lose(error, FAILURE_CODES.invalid_response);
  }

  /** Whether the stream was never opened: only ours, the odd ones, ever are. */
  #isIdle(stream: number): boolean {
    return stream !== 0 && (stream % 2 === 0 || stream > this.#streams.lastId);
  }

  #noteIdle(): void {
    if (++this.#idleFrames > IDLE_FRAMES_MAX) this.#lose(ENHANCE_YOUR_CALM);
  }
}
