/**
 * The server's side of one HTTP/2 connection (RFC 9113), sans-IO: bytes of a client become requests, answers become
 * frames in `out`. The simulated server and the tests speak with it to the client role.
 *
 *   HEADERS ──► began ──► DATA: content ──► END_STREAM: completed        respond ──► HEADERS, DATA as the windows allow,
 *                  └─ RST_STREAM: cancelled                                          trailers ──► END_STREAM
 *
 * It is strict, unlike a server of the world: the client is ours, so whatever breaks a rule is reported as a violation,
 * after which nothing more is read. How it answers is up to the caller, who may do so before a request is complete.
 */
import { assert } from "../../base/assert.ts";
import { HEAD_BYTES_MAX } from "../../base/limits.ts";
import { HPACK_OK, HPACK_TOO_LARGE, HpackDecoder } from "../hpack/decoder.ts";
import type { HpackField } from "../hpack/field.ts";
import { AnnouncedSettings, type ServerSettings } from "./announced-settings.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { DataFrame } from "./data-frame.ts";
import { encodeFrame } from "./encode-frame.ts";
import {
  CLIENT_PREFACE,
  DEFAULT_HEADER_TABLE_BYTES,
  DEFAULT_WINDOW_BYTES,
  FLAG_ACK,
  FLAG_END_STREAM,
  FRAME_CONTINUATION,
  FRAME_GOAWAY,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PUSH_PROMISE,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  FRAME_WINDOW_UPDATE,
  NO_ERROR,
  readUint31,
  readUint32,
} from "./frame.ts";
import { frameError } from "./frame-check.ts";
import { FrameReader, type FrameVisitor } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { GrantedWindows } from "./granted-windows.ts";
import { BLOCK_TOO_LONG, BLOCK_WHOLE, HeaderBlock } from "./header-block.ts";
import { PeerSettings } from "./peer-settings.ts";
import { RequestHead } from "./request-head.ts";
import type { Http2Answer } from "./server-answer.ts";
import type { Http2ServerEvents } from "./server-events.ts";
import { type ReceivedRequest, type ServerStream, ServerStreams } from "./server-stream.ts";

export interface Http2ServerOptions extends ServerSettings {
  /** The largest frame that the client may send, SETTINGS_MAX_FRAME_SIZE. */
  readonly frameBytesMax: number;
  /** What the client may send on all streams together; not below the initial 65,535, which is the default. */
  readonly connectionWindowBytes?: number;
}

const PING_BYTES = 8;

export class Http2ServerSession implements FrameVisitor {
  /** Frames that wait to be sent. */
  readonly out = new FrameWriter();
  readonly #events: Http2ServerEvents;
  readonly #reader: FrameReader;
  readonly #decoder: HpackDecoder;
  readonly #streams = new ServerStreams();
  readonly #announced: AnnouncedSettings;
  readonly #windows = new GrantedWindows(this.out, this.#streams);
  readonly #client = new PeerSettings(1);
  readonly #answers = new AnswerWriter(this.out, this.#streams, this.#client, (stream) => this.#answered(stream));
  readonly #block = new HeaderBlock();
  #prefaceBytes = 0;
  #hasSettings = false;
  #isViolated = false;
  #pingsOut = 0;
  /** The DATA frame under way, and its stream; null for one that is over. */
  readonly #data = new DataFrame();
  #dataStream: ServerStream | null = null;

  constructor(options: Http2ServerOptions, events: Http2ServerEvents) {
    this.#events = events;
    this.#reader = new FrameReader(this, options.frameBytesMax);
    // A client that has not heard of our settings yet uses a table of the default size.
    this.#decoder = new HpackDecoder(Math.max(DEFAULT_HEADER_TABLE_BYTES, options.headerTableBytes), HEAD_BYTES_MAX);
    this.#announced = new AnnouncedSettings(options.frameBytesMax);
    this.out.settings(...this.#announced.change(options));
    this.#windows.widenConnection(options.connectionWindowBytes ?? DEFAULT_WINDOW_BYTES);
  }

  /** Requests whose streams are open, in the order in which they came. */
  get requests(): readonly ReceivedRequest[] {
    return this.#streams.all;
  }

  /** The stream's request while it is open. */
  request(stream: number): ReceivedRequest | null {
    return this.#streams.find(stream);
  }

  /** The highest stream that the client has opened; 0 for none. */
  get lastStream(): number {
    return this.#streams.last;
  }

  /** Bytes of the client. */
  feed(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.#prefaceBytes < CLIENT_PREFACE.length && !this.#isViolated) {
      if (bytes[at++] !== CLIENT_PREFACE[this.#prefaceBytes++]) this.#violate("the preface is not that of HTTP/2");
    }
    this.#reader.feed(bytes, at, end);
  }

  // ---- answering

  /** Answers a request whose stream is open: once, but for interim answers before it. */
  respond(stream: number, answer: Http2Answer): void {
    this.#answers.respond(this.#open(stream), answer);
  }

  /** Goes on with an answer that was left open. @param isOpen whether more may follow. */
  append(stream: number, bytes: Uint8Array, isOpen: boolean): void {
    this.#answers.append(this.#open(stream), bytes, isOpen);
  }

  /** An interim answer (1xx) before the final one. */
  interim(stream: number, status: number, fields: readonly HpackField[] = []): void {
    this.#answers.interim(this.#open(stream), status, fields);
  }

  /** Gives a stream up, in whatever state it is. What was not sent of its answer is not sent. */
  reset(stream: number, error: number): void {
    const open = this.#open(stream);
    if (!open.ended) this.#streams.noteReset(stream);
    this.out.rstStream(stream, error);
    this.#close(open);
  }

  /** Says that we go, and forgets the streams above `lastStream`; those that the client still opens are passed over. */
  goaway(lastStream: number, error: number): void {
    this.out.goaway(lastStream, error);
    for (const stream of this.#streams.leaveOut(lastStream)) this.#close(stream);
  }

  /** Announces other settings. They count from the client's acknowledgement on. */
  settings(changes: Partial<ServerSettings>): void {
    this.out.settings(...this.#announced.change(changes));
  }

  /** Asks for a sign of life. */
  ping(): void {
    this.#pingsOut++;
    this.out.raw(encodeFrame(FRAME_PING, 0, 0, new Uint8Array(PING_BYTES).fill(this.#pingsOut)));
  }

  /** While set, no window is given back to the client: its request bodies come to a halt. */
  withholdWindows(withholds: boolean): void {
    this.#windows.withhold(withholds);
  }

  // ---- FrameVisitor

  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#block.isOpen && (type !== FRAME_CONTINUATION || stream !== this.#block.stream)) {
      this.#violate("a header block is interrupted by another frame");
      return;
    }
    if (!this.#hasSettings && type !== FRAME_SETTINGS) {
      this.#violate("the first frame is not SETTINGS");
      return;
    }
    if (frameError(type, flags, stream, end - start) !== NO_ERROR) {
      this.#violate("a frame has a wrong length, or is on a wrong stream");
      return;
    }
    switch (type) {
      case FRAME_HEADERS:
        if (stream % 2 === 0) this.#violate("HEADERS on a stream that is not a client's");
        else this.#takeBlock(this.#block.begin(flags, stream, bytes, start, end), bytes);
        return;
      case FRAME_CONTINUATION:
        if (this.#block.isOpen) this.#takeBlock(this.#block.continue(flags, bytes, start, end), bytes);
        else this.#violate("CONTINUATION without a header block");
        return;
      case FRAME_SETTINGS:
        this.#takeSettings(flags, bytes, start, end);
        return;
      case FRAME_WINDOW_UPDATE:
        this.#takeWindowUpdate(stream, readUint31(bytes, start));
        return;
      case FRAME_PING:
        if ((flags & FLAG_ACK) === 0) this.out.pingAck(bytes, start);
        else if (this.#pingsOut-- === 0) this.#violate("a PING is answered that was not sent");
        return;
      case FRAME_RST_STREAM:
        this.#takeReset(stream, readUint32(bytes, start));
        return;
      case FRAME_GOAWAY:
        this.#events.leaving(readUint32(bytes, start + 4));
        return;
      case FRAME_PUSH_PROMISE:
        this.#violate("a client promises a push");
        return;
    }
  }

  dataBegins(flags: number, stream: number, payloadBytes: number): void {
    const open = this.#streams.find(stream);
    const isSound = this.#data.begin(flags, payloadBytes);
    const fits = this.#windows.spend(open, payloadBytes);
    this.#dataStream = open;
    if (this.#block.isOpen) this.#violate("a header block is interrupted by another frame");
    else if (!this.#hasSettings) this.#violate("the first frame is not SETTINGS");
    else if (this.#streams.isIdle(stream)) this.#violate("DATA on a stream that was never opened");
    else if (open === null ? !this.#streams.mayLinger(stream) : open.ended) {
      this.#violate("DATA on a stream that the client has ended");
    } else if (!isSound) this.#violate("a padding is as long as its frame");
    else if (!fits) this.#violate("DATA beyond a window");
  }

  dataPart(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isViolated) return;
    const open = this.#dataStream;
    const isSound = this.#data.take(start, end, bytes);
    const contentBytes = this.#data.end - this.#data.start;
    if (!isSound) {
      this.#violate("a padding is as long as its frame");
    } else if (open !== null && contentBytes > 0) {
      open.contentBytes += contentBytes;
      const isTooLong = open.contentLength >= 0 && open.contentBytes > open.contentLength;
      if (isTooLong) this.#violate("a request is longer than its content-length");
      else this.#events.content(open, bytes, this.#data.start, this.#data.end);
    }
  }

  dataEnds(): void {
    if (this.#isViolated) return;
    const open = this.#dataStream;
    this.#dataStream = null;
    this.#windows.grantConnection();
    if (open === null) return;
    if (this.#data.ends) this.#ended(open);
    else this.#windows.grant(open);
  }

  oversized(): void {
    this.#violate("a frame is longer than was agreed");
  }

  // ---- header blocks

  #takeBlock(state: number, bytes: Uint8Array): void {
    if (state === BLOCK_WHOLE) {
      const block = this.#block;
      if (block.isGathered) this.#takeHead(block.bytes, 0, block.length);
      else this.#takeHead(bytes, block.start, block.end);
    } else if (state === BLOCK_TOO_LONG) {
      this.#violate("a header block is too long");
    } else if (this.#block.error !== NO_ERROR) {
      this.#violate("padding or priority is longer than its frame");
    }
  }

  /** A whole header block: a request's head, or its trailers. It is decoded for streams that are over, too. */
  #takeHead(block: Uint8Array, start: number, end: number): void {
    const { stream, flags } = this.#block;
    const isNew = this.#streams.isIdle(stream);
    if (!isNew && this.#streams.find(stream) === null && !this.#streams.mayLinger(stream)) {
      this.#violate("a stream is opened below one that was opened before");
      return;
    }
    if (!this.#announced.takesBlock(block, start, end)) {
      this.#violate("a header block does not begin with a table of the size that was asked for");
      return;
    }
    const head = new RequestHead(!isNew);
    const outcome = this.#decoder.decode(block, start, end, head.visit);
    head.end();
    if (outcome !== HPACK_OK) {
      this.#violate(outcome === HPACK_TOO_LARGE ? "a list of fields is too long" : "a header block cannot be decoded");
    } else if (head.problem !== null) {
      this.#violate(head.problem);
    } else if (isNew) {
      this.#begin(stream, (flags & FLAG_END_STREAM) !== 0, head);
    } else {
      this.#takeTrailers(stream, (flags & FLAG_END_STREAM) !== 0);
    }
  }

  #begin(stream: number, ended: boolean, head: RequestHead): void {
    this.#streams.noteOpened(stream);
    if (this.#streams.isLeftOut(stream)) return;
    if (this.#streams.count >= this.#announced.current.maxConcurrentStreams) {
      this.#violate("more streams at once than were allowed");
      return;
    }
    const open: ServerStream = {
      stream,
      method: head.method,
      path: head.path,
      toHead: head.method === "HEAD",
      fields: head.fields,
      contentBytes: 0,
      ended: false,
      contentLength: head.contentLength,
      receiveWindow: this.#windows.initial,
      sendWindow: this.#client.initialWindowBytes,
      isAnswering: false,
      isAnswered: false,
      pending: null,
    };
    this.#streams.add(open);
    this.#events.began(open);
    if (this.#streams.find(stream) === null) return;
    if (ended) this.#ended(open);
    else this.#windows.grant(open);
  }

  #takeTrailers(stream: number, ends: boolean): void {
    const open = this.#streams.find(stream);
    if (open === null) return;
    if (open.ended || !ends) this.#violate("a second header block is no trailer");
    else this.#ended(open);
  }

  // ---- other frames

  #takeSettings(flags: number, bytes: Uint8Array, start: number, end: number): void {
    if ((flags & FLAG_ACK) !== 0) {
      if (!this.#hasSettings) this.#violate("the first frame is not SETTINGS");
      else if (!this.#announced.acknowledged()) this.#violate("settings are acknowledged that were not sent");
      else this.#windows.changeInitial(this.#announced.current.initialWindowBytes);
      return;
    }
    const windowBefore = this.#client.initialWindowBytes;
    if (this.#client.take(bytes, start, end) !== NO_ERROR) {
      this.#violate("a setting has a value that it must not have");
      return;
    }
    this.#hasSettings = true;
    this.out.settingsAck();
    const change = this.#client.initialWindowBytes - windowBefore;
    if (!this.#answers.settingsChanged(change)) this.#violate("a window is larger than one can be");
  }

  #takeWindowUpdate(stream: number, increment: number): void {
    const open = this.#streams.find(stream);
    const isOver = stream !== 0 && open === null;
    if (increment === 0) this.#violate("a window is opened by nothing");
    else if (stream !== 0 && this.#streams.isIdle(stream)) {
      this.#violate("WINDOW_UPDATE of a stream that was never opened");
    } else if (!isOver && !this.#answers.widen(open, increment)) {
      this.#violate("a window is larger than one can be");
    }
  }

  #takeReset(stream: number, error: number): void {
    if (this.#streams.isIdle(stream)) {
      this.#violate("RST_STREAM of a stream that was never opened");
      return;
    }
    this.#streams.forgetReset(stream);
    const open = this.#streams.find(stream);
    if (open === null) return;
    this.#close(open);
    this.#events.cancelled(open, error);
  }

  // ---- how streams end

  #open(stream: number): ServerStream {
    const open = this.#streams.find(stream);
    assert(open !== null, "an answer goes to a stream that is open");
    return open;
  }

  /** The client has said that the request is complete. */
  #ended(open: ServerStream): void {
    if (open.contentLength >= 0 && open.contentBytes !== open.contentLength) {
      this.#violate("a request is shorter than its content-length");
      return;
    }
    open.ended = true;
    if (open.isAnswered) this.#close(open);
    this.#events.completed(open);
  }

  #answered(open: ServerStream): void {
    if (open.ended) this.#close(open);
    this.#events.answered(open);
  }

  #close(open: ServerStream): void {
    this.#answers.drop(open);
    this.#streams.close(open);
    if (this.#dataStream === open) this.#dataStream = null;
  }

  #violate(reason: string): void {
    if (this.#isViolated) return;
    this.#isViolated = true;
    this.#reader.stop();
    this.#events.violated(reason);
  }
}
