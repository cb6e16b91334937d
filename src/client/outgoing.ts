/**
 * What a request is sent as. Requests that are the same each time were encoded beforehand; others are messages of the
 * moment, which the engine had rendered; and where users keep cookies, theirs are put in here.
 */
import { assert } from "../base/assert.ts";
import { listOf } from "../base/list.ts";
import type { IoPort } from "../model/ports.ts";
import { CookieLine, requestTarget } from "../protocol/http1/cookie-line.ts";
import { HeadMemo } from "../protocol/http1/head-memo.ts";
import type { Http1ResponseParser } from "../protocol/http1/response-parser.ts";
import type { Http2ClientSession } from "../protocol/http2/client-session.ts";
import type { ClientPlan } from "./client-plan.ts";

export class Outgoing {
  readonly #requestBytes: ClientPlan["requestBytes"];
  readonly #http2Requests: ClientPlan["http2Requests"];
  readonly #messages: ClientPlan["messages"];
  readonly #inspections: ClientPlan["inspections"];
  readonly #targetCount: number;
  readonly #toHead: readonly boolean[];
  /** By request and target: 1 where it differs from one sending to the next. */
  readonly #dynamic: Uint8Array;
  /** By target: 1 where some request is of the moment, so that all are written and none is sent from where it lies. */
  readonly #writes: Uint8Array;
  /** By request and target: the head of its last answer. */
  readonly #memos: readonly HeadMemo[];
  readonly #cookieLine = new CookieLine();

  constructor(plan: ClientPlan) {
    const { targets, requests } = plan.scenario;
    this.#requestBytes = listOf(plan.requestBytes);
    this.#http2Requests = listOf(plan.http2Requests);
    this.#messages = plan.messages;
    this.#inspections = plan.inspections;
    this.#targetCount = targets.length;
    this.#toHead = listOf(requests.map((request) => request.method === "HEAD"));
    this.#dynamic = plan.dynamic;
    this.#writes = Uint8Array.from(targets, ({ cookies }, target) => {
      const hasMessages = requests.some((_, request) => this.#dynamic[request * targets.length + target] === 1);
      return cookies || hasMessages ? 1 : 0;
    });
    this.#memos = listOf(plan.requestBytes.map(() => new HeadMemo()));
  }

  /** Sends over HTTP/1.1, and prepares `parser` for the answer; returns how many bytes. */
  send(io: IoPort, connection: number, parser: Http1ResponseParser, place: number, rendered: number): number {
    const target = rendered % this.#targetCount;
    const request = (rendered - target) / this.#targetCount;
    const inspections = this.#inspections;
    const tap = inspections === null ? null : inspections.tap(place, request, target);
    parser.begin(this.#toHead[request]!, this.#memos[rendered]!, tap);
    if (this.#writes[target] === 0) {
      const bytes = this.#requestBytes[rendered]!;
      io.send(connection, bytes, 0, bytes.length);
      return bytes.length;
    }
    let bytes = this.#bytesOf(place, rendered);
    let length = this.#lengthOf(place, rendered);
    const cookies = this.#cookiesOf(bytes, place, target);
    if (cookies !== "") {
      this.#cookieLine.insert(bytes, 0, length, cookies);
      bytes = this.#cookieLine.bytes;
      length = this.#cookieLine.length;
    }
    io.write(connection, bytes, 0, length);
    return length;
  }

  /** Opens a stream of HTTP/2 for it; returns the slot of the stream. */
  open(session: Http2ClientSession, place: number, rendered: number): number {
    const target = rendered % this.#targetCount;
    const inspections = this.#inspections;
    const tap = inspections === null ? null : inspections.tap(place, (rendered - target) / this.#targetCount, target);
    const isDynamic = this.#dynamic[rendered] === 1;
    const request = isDynamic ? this.#messages!.http2Of(place) : this.#http2Requests[rendered];
    assert(request !== undefined, "a target that speaks HTTP/2 has its requests in that form");
    if (this.#writes[target] === 0) return session.open(place, rendered, request, tap);
    return session.open(place, rendered, request, tap, this.#cookiesOf(this.#bytesOf(place, rendered), place, target));
  }

  #bytesOf(place: number, rendered: number): Uint8Array {
    return this.#dynamic[rendered] === 1 ? this.#messages!.bufferOf(place) : this.#requestBytes[rendered]!;
  }

  #lengthOf(place: number, rendered: number): number {
    return this.#dynamic[rendered] === 1 ? this.#messages!.lengthOf(place) : this.#requestBytes[rendered]!.length;
  }

  #cookiesOf(bytes: Uint8Array, place: number, target: number): string {
    const inspections = this.#inspections;
    if (inspections === null || !inspections.keepsCookies(target)) return "";
    return inspections.cookies(place, target, requestTarget(bytes, 0));
  }
}
