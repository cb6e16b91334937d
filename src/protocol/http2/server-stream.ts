/**
 * The streams of one connection as its server has them: those that are open, and what it must know of the others to
 * tell a late frame, which is passed over, from one that breaks a rule.
 */
import { assert } from "../../base/assert.ts";
import { RESETS_REMEMBERED_MAX } from "../../base/limits.ts";
import type { HpackField } from "../hpack/field.ts";
import { STREAM_ID_MAX } from "./frame.ts";
import type { PendingContent } from "./server-answer.ts";

/** A request of which at least the head has come. */
export interface ReceivedRequest {
  readonly stream: number;
  readonly method: string;
  readonly path: string;
  /** The answer has no content, whatever its length says. */
  readonly toHead: boolean;
  /** The regular fields, in order. */
  readonly fields: readonly HpackField[];
  /** Bytes of content that have come, padding not counted. */
  readonly contentBytes: number;
  /** The client has said that this is all of it. */
  readonly ended: boolean;
}

export interface ServerStream extends ReceivedRequest {
  contentBytes: number;
  ended: boolean;
  /** The announced length of the content; -1 for none. */
  readonly contentLength: number;
  /** What the client may still send; below 0 after some was taken back. */
  receiveWindow: number;
  /** What we may still send; below 0 after the client has taken some back. */
  sendWindow: number;
  /** The head of the final answer was sent. */
  isAnswering: boolean;
  /** END_STREAM was sent. */
  isAnswered: boolean;
  /** Content that waits; null for none. */
  pending: PendingContent | null;
}

export class ServerStreams {
  readonly #open = new Map<number, ServerStream>();
  readonly #resets = new Set<number>();
  #last = 0;
  #leavesOut = STREAM_ID_MAX;

  get count(): number {
    return this.#open.size;
  }

  /** The highest stream that the client has opened; 0 for none. */
  get last(): number {
    return this.#last;
  }

  /** Those that are open, in the order in which they were opened. */
  get all(): ServerStream[] {
    return [...this.#open.values()];
  }

  /** The stream if it is open; null before and after. */
  find(id: number): ServerStream | null {
    return this.#open.get(id) ?? null;
  }

  add(stream: ServerStream): void {
    this.#open.set(stream.stream, stream);
  }

  /** The client has opened the stream, whether or not it is for us. */
  noteOpened(id: number): void {
    assert(id > this.#last, "ids of streams rise");
    this.#last = id;
  }

  close(stream: ServerStream): void {
    assert(this.#open.delete(stream.stream), "a stream is closed once");
    stream.pending = null;
  }

  /** We gave the stream up before the client had ended it. */
  noteReset(id: number): void {
    this.#resets.add(id);
    if (this.#resets.size > RESETS_REMEMBERED_MAX) this.#resets.delete(this.#resets.values().next().value!);
  }

  /** The client has given the stream up as well. */
  forgetReset(id: number): void {
    this.#resets.delete(id);
  }

  /** Streams above `last` are not for us any more. Returns those of them that are open. */
  leaveOut(last: number): ServerStream[] {
    assert(last <= this.#leavesOut, "the last stream of a GOAWAY never rises");
    this.#leavesOut = last;
    return this.all.filter(({ stream }) => stream > last);
  }

  /** Whether the stream came, or comes, after the last one that we take. */
  isLeftOut(id: number): boolean {
    return id > this.#leavesOut;
  }

  /** Whether the client never opened the stream: only odd ones are its own. */
  isIdle(id: number): boolean {
    return id % 2 === 0 || id > this.#last;
  }

  /** Whether the client may still send on a stream that is not open, not knowing that we passed it over. */
  mayLinger(id: number): boolean {
    return this.#resets.has(id) || this.isLeftOut(id);
  }
}
