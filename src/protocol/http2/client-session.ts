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
import {
  BODY_BYTES_MAX,
  CONNECTION_WINDOW_BYTES,
  HEAD_BYTES_MAX,
  IDLE_FRAMES_MAX,
  INTERIM_RESPONSES_MAX,
  STREAM_WINDOW_BYTES,
} from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { HPACK_INVALID, HPACK_OK, HpackDecoder } from "../hpack/decoder.ts";
import { HpackEncoder } from "../hpack/encoder.ts";
import { BodyQueue } from "./body-queue.ts";
import {
  CANCEL,
  CLIENT_PREFACE,
  COMPRESSION_ERROR,
  DEFAULT_FRAME_BYTES_MAX,
  DEFAULT_HEADER_TABLE_BYTES,
  DEFAULT_WINDOW_BYTES,
  ENHANCE_YOUR_CALM,
  FLAG_ACK,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FLOW_CONTROL_ERROR,
  FRAME_CONTINUATION,
  FRAME_GOAWAY,
  FRAME_HEADER_BYTES,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PRIORITY,
  FRAME_PUSH_PROMISE,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_SIZE_ERROR,
  FRAME_WINDOW_UPDATE,
  NO_ERROR,
  PROTOCOL_ERROR,
  REFUSED_STREAM,
  readUint31,
  readUint32,
  SETTING_ENABLE_PUSH,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTING_MAX_HEADER_LIST_SIZE,
  WINDOW_BYTES_MAX,
} from "./frame.ts";
import { FrameReader, type FrameVisitor } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HeadCache } from "./head-cache.ts";
import { BLOCK_TOO_LONG, BLOCK_WHOLE, HeaderBlock } from "./header-block.ts";
import { PeerSettings } from "./peer-settings.ts";
import type { Http2Request } from "./request.ts";
import { ResponseHead } from "./response-head.ts";
import { HEAD_READ, NO_SLOT, Streams } from "./streams.ts";

/** What a session says of its requests, by their tags; `connection` is what the session was made with. */
export interface Http2Outcomes {
  /** The first bytes of the answer came, and it is not complete. */
  began(connection: number, tag: number): void;
  /** The answer is complete. `bytesIn` counts its frames with their headers. */
  answered(connection: number, tag: number, status: number, bytesIn: number): void;
  /** There will be no complete answer. `error` is the HTTP/2 error code that the peer gave, 0 for none. */
  streamFailed(connection: number, tag: number, failure: number, error: number, bytesIn: number): void;
  /** The peer says that it never saw the request and goes in peace: the request may be sent on another connection. */
  returned(connection: number, tag: number): void;
}

/** What the caller knows of an answer that has begun: nothing yet, or that it has. */
const BEGUN = 1;
const BEGUN_AND_TOLD = 2;

export class Http2ClientSession implements FrameVisitor {
  /** Frames that wait to be sent. */
  readonly out = new FrameWriter();
  readonly #connection: number;
  readonly #outcomes: Http2Outcomes;
  readonly #reader = new FrameReader(this, DEFAULT_FRAME_BYTES_MAX);
  readonly #decoder = new HpackDecoder(DEFAULT_HEADER_TABLE_BYTES, HEAD_BYTES_MAX);
  readonly #encoder = new HpackEncoder();
  readonly #streams: Streams;
  readonly #bodies: BodyQueue;
  readonly #peer = new PeerSettings();
  readonly #block = new HeaderBlock();
  readonly #head = new ResponseHead();
  readonly #cache = new HeadCache();
  /** By request: its header block as the encoder has it now. */
  readonly #blocks: (Uint8Array | undefined)[] = [];
  #blocksVersion = -1;
  #hasSettings = false;
  /** The highest stream that the peer will answer, once it has said that it goes. */
  #lastStream = -1;
  #failure = 0;
  #error = NO_ERROR;
  #receiveWindow = CONNECTION_WINDOW_BYTES;
  #sendWindow = DEFAULT_WINDOW_BYTES;
  #idleFrames = 0;
  /** The DATA frame under way: its stream's slot (NO_SLOT for one that is over), flags, padding still to be passed. */
  #dataSlot = NO_SLOT;
  #dataFlags = 0;
  #dataStream = 0;
  /** Payload of the DATA frame that is left; the padding is at its end. */
  #dataLeft = 0;
  #padding = 0;
  #padLengthAwaited = false;
  /** Slots whose first frame came within this `feed`. */
  readonly #begun: Int32Array;
  #begunCount = 0;

  /** @param streamsMax requests that this connection may carry at once, whatever more the peer allows. */
  constructor(connection: number, streamsMax: number, outcomes: Http2Outcomes) {
    this.#connection = connection;
    this.#outcomes = outcomes;
    this.#streams = new Streams(streamsMax);
    this.#bodies = new BodyQueue(this.#streams);
    this.#begun = new Int32Array(streamsMax);
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
    return this.#lastStream >= 0 || this.#failure !== 0 || this.#streams.exhausted;
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
   * @returns the slot, for `cancel`.
   */
  open(tag: number, index: number, request: Http2Request): number {
    assert(this.room > 0, "a request is opened where there is room");
    const { body } = request;
    const { initialWindowBytes, frameBytesMax } = this.#peer;
    const slot = this.#streams.open(tag, request.toHead, body, STREAM_WINDOW_BYTES, initialWindowBytes);
    this.out.headers(this.#streams.id[slot]!, this.#encode(index, request), body === null, frameBytesMax);
    if (body !== null) this.#bodies.push(slot);
    this.#idleFrames = 0;
    return slot;
  }

  /** Gives up a request; nothing more is reported of it. */
  cancel(slot: number): void {
    this.out.rstStream(this.#streams.id[slot]!, CANCEL);
    this.#close(slot);
  }

  /** Puts request bodies into `out`, as far as the windows allow and until `out` holds `bytesMax`. */
  pump(bytesMax: number): void {
    if (this.#bodies.isEmpty) return;
    const sent = this.#bodies.pump(this.out, this.#sendWindow, this.#peer.frameBytesMax, bytesMax);
    this.#sendWindow -= sent;
    if (sent > 0) this.#idleFrames = 0;
  }

  /** Bytes of the peer. */
  feed(bytes: Uint8Array, start: number, end: number): void {
    this.#reader.feed(bytes, start, end);
    for (let i = 0; i < this.#begunCount; i++) {
      const slot = this.#begun[i]!;
      if (this.#streams.id[slot] === 0 || this.#streams.begun[slot] !== BEGUN) continue;
      this.#streams.begun[slot] = BEGUN_AND_TOLD;
      this.#outcomes.began(this.#connection, this.#streams.tag[slot]!);
    }
    this.#begunCount = 0;
  }

  /** The connection is gone: every request that is open fails with `failure`. */
  abandon(failure: number, error: number): void {
    for (let slot = 0; slot < this.#streams.capacity; slot++) {
      if (this.#streams.id[slot] !== 0) this.#fail(slot, failure, error);
    }
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
    switch (type) {
      case FRAME_HEADERS:
        if (stream === 0) this.#lose(PROTOCOL_ERROR);
        else this.#takeBlock(this.#block.begin(flags, stream, bytes, start, end), bytes);
        return;
      case FRAME_CONTINUATION:
        if (this.#block.isOpen) this.#takeBlock(this.#block.continue(flags, bytes, start, end), bytes);
        else this.#lose(PROTOCOL_ERROR);
        return;
      case FRAME_SETTINGS:
        this.#takeSettings(flags, stream, bytes, start, end);
        return;
      case FRAME_WINDOW_UPDATE:
        this.#takeWindowUpdate(stream, bytes, start, end);
        return;
      case FRAME_PING:
        this.#takePing(flags, stream, bytes, start, end);
        return;
      case FRAME_RST_STREAM:
        this.#takeReset(stream, bytes, start, end);
        return;
      case FRAME_GOAWAY:
        this.#takeGoaway(stream, bytes, start, end);
        return;
      case FRAME_PUSH_PROMISE:
        // We said in our settings that we take none.
        this.#lose(PROTOCOL_ERROR);
        return;
      case FRAME_PRIORITY:
        if (stream === 0) this.#lose(PROTOCOL_ERROR);
        else if (end - start !== 5) this.#lose(FRAME_SIZE_ERROR);
        else this.#noteIdle();
        return;
      default:
        // Frames of extensions are passed over (RFC 9113, 5.5).
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
    const isPadded = (flags & FLAG_PADDED) !== 0;
    if (isBroken || (isPadded && payloadBytes === 0)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    const slot = this.#streams.find(stream);
    this.#dataSlot = slot;
    this.#dataStream = stream;
    this.#dataFlags = flags;
    this.#dataLeft = payloadBytes;
    this.#padding = 0;
    this.#padLengthAwaited = isPadded;
    this.#receiveWindow -= payloadBytes;
    if (this.#receiveWindow < 0) {
      this.#lose(FLOW_CONTROL_ERROR);
      return;
    }
    if (slot === NO_SLOT) {
      this.#noteIdle();
      return;
    }
    this.#streams.bytesIn[slot]! += FRAME_HEADER_BYTES;
    this.#streams.receiveWindow[slot]! -= payloadBytes;
    if (this.#streams.receiveWindow[slot]! < 0) this.#reset(slot, FLOW_CONTROL_ERROR, FAILURE_CODES.protocol_violation);
    else if (this.#streams.phase[slot] !== HEAD_READ) {
      this.#reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
    } else if (payloadBytes === 0 && (flags & FLAG_END_STREAM) === 0) this.#noteIdle();
    else this.#idleFrames = 0;
  }

  dataPart(bytes: Uint8Array, start: number, end: number): void {
    const slot = this.#dataSlot;
    let at = start;
    if (this.#padLengthAwaited) {
      this.#padLengthAwaited = false;
      this.#padding = bytes[at++]!;
      if (this.#padding >= this.#dataLeft) {
        this.#lose(PROTOCOL_ERROR);
        return;
      }
    }
    this.#dataLeft -= end - start;
    if (slot === NO_SLOT) return;
    this.#streams.bytesIn[slot]! += end - start;
    const contentEnd = Math.min(end, end + this.#dataLeft - this.#padding);
    if (contentEnd > at) this.#takeContent(slot, contentEnd - at);
  }

  dataEnds(): void {
    if (this.#failure !== 0) return;
    const slot = this.#dataSlot;
    if (this.#receiveWindow <= CONNECTION_WINDOW_BYTES / 2) {
      this.out.windowUpdate(0, CONNECTION_WINDOW_BYTES - this.#receiveWindow);
      this.#receiveWindow = CONNECTION_WINDOW_BYTES;
    }
    if (slot === NO_SLOT) return;
    this.#dataSlot = NO_SLOT;
    if ((this.#dataFlags & FLAG_END_STREAM) !== 0) {
      this.#complete(slot);
    } else if (this.#streams.receiveWindow[slot]! <= STREAM_WINDOW_BYTES / 2) {
      this.out.windowUpdate(this.#dataStream, STREAM_WINDOW_BYTES - this.#streams.receiveWindow[slot]!);
      this.#streams.receiveWindow[slot] = STREAM_WINDOW_BYTES;
    }
  }

  /** Content of an answer: no more than it may have, and than we take of any. */
  #takeContent(slot: number, bytes: number): void {
    const streams = this.#streams;
    streams.contentBytes[slot]! += bytes;
    const content = streams.contentBytes[slot]!;
    const due = streams.contentLength[slot]!;
    if (due >= 0 && content > due) this.#reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
    else if (content > BODY_BYTES_MAX) this.#reset(slot, CANCEL, FAILURE_CODES.body_too_large);
  }

  oversized(): void {
    if (this.#hasSettings) this.#lose(FRAME_SIZE_ERROR);
    else this.#loseStranger(FRAME_SIZE_ERROR);
  }

  // ---- header blocks

  #encode(index: number, request: Http2Request): Uint8Array {
    if (this.#encoder.version !== this.#blocksVersion) {
      this.#blocks.length = 0;
      this.#blocksVersion = this.#encoder.version;
    }
    let block = this.#blocks[index];
    if (block === undefined) {
      block = this.#encoder.encode(request.fields);
      if (this.#encoder.version === this.#blocksVersion) this.#blocks[index] = block;
    }
    return block;
  }

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
    const version = this.#decoder.version;
    if (!isTrailer && this.#cache.find(block, start, end, version)) {
      if (slot === NO_SLOT) this.#noteIdle();
      else this.#beginAnswer(slot, this.#cache.status, this.#cache.contentLength);
      return;
    }
    const head = this.#head;
    head.begin(isTrailer);
    const outcome = this.#decoder.decode(block, start, end, head.visit);
    head.end();
    if (outcome === HPACK_INVALID) {
      this.#lose(COMPRESSION_ERROR);
    } else if (slot === NO_SLOT) {
      this.#noteIdle();
    } else if (outcome !== HPACK_OK) {
      this.#reset(slot, CANCEL, FAILURE_CODES.header_too_large);
    } else if (head.failure !== 0) {
      this.#reset(slot, PROTOCOL_ERROR, head.failure);
    } else if (isTrailer) {
      this.#endWithTrailer(slot);
    } else {
      if (this.#decoder.version === version && head.status >= 200) {
        this.#cache.remember(block, start, end, version, head);
      }
      this.#beginAnswer(slot, head.status, head.contentLength);
    }
  }

  #beginAnswer(slot: number, status: number, contentLength: number): void {
    const streams = this.#streams;
    const ends = (this.#block.flags & FLAG_END_STREAM) !== 0;
    if (status < 200) {
      // An interim answer (RFC 9110, 15.2); there is no switching of protocols in HTTP/2 (RFC 9113, 8.6).
      const isTooMany = ++streams.interims[slot]! > INTERIM_RESPONSES_MAX;
      if (ends || status === 101 || isTooMany) this.#reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
      else this.#noteBegun(slot);
      return;
    }
    this.#idleFrames = 0;
    streams.phase[slot] = HEAD_READ;
    streams.status[slot] = status;
    // These answers have no content, whatever length they announce (RFC 9113, 8.1.1).
    const hasNone = streams.toHead[slot] !== 0 || status === 204 || status === 304;
    streams.contentLength[slot] = hasNone ? 0 : contentLength;
    if (streams.contentLength[slot]! > BODY_BYTES_MAX) this.#reset(slot, CANCEL, FAILURE_CODES.body_too_large);
    else if (ends) this.#complete(slot);
    else this.#noteBegun(slot);
  }

  #endWithTrailer(slot: number): void {
    if ((this.#block.flags & FLAG_END_STREAM) !== 0) this.#complete(slot);
    else this.#reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
  }

  // ---- other frames

  #takeSettings(flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    const isAck = (flags & FLAG_ACK) !== 0;
    if (stream !== 0 || (isAck && !this.#hasSettings)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    if (isAck ? end > start : (end - start) % 6 !== 0) {
      this.#lose(FRAME_SIZE_ERROR);
      return;
    }
    this.#noteIdle();
    if (isAck) return;
    const windowBefore = this.#peer.initialWindowBytes;
    const error = this.#peer.take(bytes, start, end);
    if (error !== NO_ERROR || !this.#bodies.widenAll(this.#peer.initialWindowBytes - windowBefore)) {
      this.#lose(error === NO_ERROR ? FLOW_CONTROL_ERROR : error);
      return;
    }
    this.#hasSettings = true;
    this.#encoder.limitTable(this.#peer.headerTableBytesLeast);
    this.#encoder.limitTable(this.#peer.headerTableBytes);
    this.out.settingsAck();
  }

  #takeWindowUpdate(stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 4) {
      this.#lose(FRAME_SIZE_ERROR);
      return;
    }
    if (this.#isIdle(stream)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    this.#noteIdle();
    const increment = readUint31(bytes, start);
    if (stream === 0) {
      this.#sendWindow += increment;
      if (increment === 0) this.#lose(PROTOCOL_ERROR);
      else if (this.#sendWindow > WINDOW_BYTES_MAX) this.#lose(FLOW_CONTROL_ERROR);
      return;
    }
    const slot = this.#streams.find(stream);
    if (slot === NO_SLOT) return;
    if (increment === 0) this.#reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
    else if (!this.#bodies.widen(slot, increment)) {
      this.#reset(slot, FLOW_CONTROL_ERROR, FAILURE_CODES.protocol_violation);
    }
  }

  #takePing(flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (stream !== 0) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    if (end - start !== 8) {
      this.#lose(FRAME_SIZE_ERROR);
      return;
    }
    this.#noteIdle();
    if ((flags & FLAG_ACK) === 0) this.out.pingAck(bytes, start);
  }

  #takeReset(stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (stream === 0 || this.#isIdle(stream)) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    if (end - start !== 4) {
      this.#lose(FRAME_SIZE_ERROR);
      return;
    }
    const slot = this.#streams.find(stream);
    if (slot === NO_SLOT) {
      this.#noteIdle();
      return;
    }
    const error = readUint32(bytes, start);
    const failure = error === REFUSED_STREAM ? FAILURE_CODES.stream_refused : FAILURE_CODES.stream_reset;
    this.#streams.bytesIn[slot]! += FRAME_HEADER_BYTES + 4;
    this.#fail(slot, failure, error);
  }

  /** The peer goes: it finishes the streams up to the last one that it names, and has not seen those above. */
  #takeGoaway(stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (stream !== 0) {
      this.#lose(PROTOCOL_ERROR);
      return;
    }
    if (end - start < 8) {
      this.#lose(FRAME_SIZE_ERROR);
      return;
    }
    this.#noteIdle();
    const last = readUint31(bytes, start);
    const error = readUint32(bytes, start + 4);
    this.#lastStream = this.#lastStream < 0 ? last : Math.min(this.#lastStream, last);
    if (error !== NO_ERROR) this.#error = error;
    for (let slot = 0; slot < this.#streams.capacity; slot++) {
      if (this.#streams.id[slot]! <= this.#lastStream) continue;
      if (error !== NO_ERROR) {
        this.#fail(slot, FAILURE_CODES.goaway, error);
      } else {
        const tag = this.#streams.tag[slot]!;
        this.#close(slot);
        this.#outcomes.returned(this.#connection, tag);
      }
    }
  }

  // ---- how streams and the connection end

  /** The peer has ended the stream: the answer is whole if its content has the length that it must have. */
  #complete(slot: number): void {
    const streams = this.#streams;
    const due = streams.contentLength[slot]!;
    if (due >= 0 && due !== streams.contentBytes[slot]!) {
      this.#reset(slot, PROTOCOL_ERROR, FAILURE_CODES.protocol_violation);
      return;
    }
    // An answer may come before the request is whole; the rest of it is of no use then (RFC 9113, 8.1).
    if (streams.hasBodyLeft(slot)) this.out.rstStream(streams.id[slot]!, CANCEL);
    const tag = streams.tag[slot]!;
    const status = streams.status[slot]!;
    const bytesIn = streams.bytesIn[slot]!;
    this.#close(slot);
    this.#outcomes.answered(this.#connection, tag, status, bytesIn);
  }

  /** Our side gives the stream up for what the peer did with it. */
  #reset(slot: number, error: number, failure: number): void {
    this.out.rstStream(this.#streams.id[slot]!, error);
    this.#fail(slot, failure, NO_ERROR);
  }

  #fail(slot: number, failure: number, error: number): void {
    const tag = this.#streams.tag[slot]!;
    const bytesIn = this.#streams.bytesIn[slot]!;
    this.#close(slot);
    this.#outcomes.streamFailed(this.#connection, tag, failure, error, bytesIn);
  }

  #close(slot: number): void {
    if (this.#dataSlot === slot) this.#dataSlot = NO_SLOT;
    this.#bodies.remove(slot);
    this.#streams.close(slot);
  }

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

  #noteBegun(slot: number): void {
    if (this.#streams.begun[slot] !== 0) return;
    this.#streams.begun[slot] = BEGUN;
    this.#begun[this.#begunCount++] = slot;
  }

  #noteIdle(): void {
    if (++this.#idleFrames > IDLE_FRAMES_MAX) this.#lose(ENHANCE_YOUR_CALM);
  }
}
