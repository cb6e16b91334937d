/**
 * One request and its answer: what a route sees. An exchange is settled in the books exactly once: answered, lost in
 * the way that the route wanted, or abandoned when the client goes away first; from then on it waits for nothing.
 */
import type { OutgoingHttpHeaders } from "node:http";
import type { Carrier } from "./carrier.ts";
import type { Params } from "./params.ts";
import type { TargetState } from "./state.ts";
import type { Books, Loss } from "./stats.ts";

export const TEXT = "text/plain; charset=utf-8";
export const JSON_TYPE = "application/json";
export const BYTES_TYPE = "application/octet-stream";

const NO_BYTES = new Uint8Array(0);

export class Exchange {
  readonly state: TargetState;
  readonly carrier: Carrier;
  readonly params: Params;
  /** The request's body, for the routes that keep it; null when it was too large. */
  body: Uint8Array | null = NO_BYTES;
  /** Whether the books record how long this answer took: set for answers that are made to wait. */
  timed = false;
  #books: Books | null;
  #receivedNs: number;
  #cancelWait: () => void = () => {};
  #over = false;

  /** @param books where the request has been entered, or null for one that the statistics leave out. */
  constructor(state: TargetState, books: Books | null, carrier: Carrier, params: Params) {
    this.state = state;
    this.carrier = carrier;
    this.params = params;
    this.#books = books;
    this.#receivedNs = state.sinceStartNs();
    carrier.body.on("close", () => {
      this.#over = true;
      this.#cancelWait();
      this.lose("abandoned");
    });
  }

  /** Whether the answer has a body at all: not to HEAD. */
  get wantsBody(): boolean {
    return this.carrier.method !== "HEAD";
  }

  /** The whole request has arrived: delays count from here. */
  received(): void {
    this.#receivedNs = this.state.sinceStartNs();
  }

  /** Calls `act` after `delayNs`, later than this call, unless the client goes away first. One wait at a time. */
  wait(delayNs: number, act: () => void): void {
    if (!this.#over) this.#cancelWait = this.state.waits.after(delayNs, act);
  }

  /** Calls `act` when the server is not frozen, at once or when the stall is over, unless the client goes away first. */
  whenThawed(act: () => void): void {
    if (this.carrier.gone) return;
    const timeNs = this.state.sinceStartNs();
    const thawsAtNs = this.state.stalls.thawsAtNs(timeNs);
    if (thawsAtNs === timeNs) {
      act();
      return;
    }
    this.timed = true;
    this.wait(thawsAtNs - timeNs, () => this.whenThawed(act));
  }

  /** Sends a whole answer as soon as the server is not frozen. */
  answer(status: number, type: string, body: string | Uint8Array, headers: OutgoingHttpHeaders = {}): void {
    this.whenThawed(() => this.answerAtOnce(status, type, body, headers));
  }

  /** Sends a whole answer, even from a frozen server. */
  answerAtOnce(status: number, type: string, body: string | Uint8Array, headers: OutgoingHttpHeaders = {}): void {
    this.#settleAnswered(status);
    const { carrier } = this;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const bodiless = headersWithoutContent(status);
    const hasBody = bodiless === null && this.wantsBody;
    carrier.head(status, bodiless ?? { "content-type": type, "content-length": bytes.length, ...headers }, hasBody);
    if (hasBody) carrier.body.end(bytes);
    else carrier.body.end();
  }

  /**
   * Sends the head of a good answer; its body is written to `carrier.body` piece by piece, and settled when it is
   * whole. Returns false when there is no body to write and the answer is therefore complete.
   */
  begin(headers: OutgoingHttpHeaders): boolean {
    const { carrier, wantsBody } = this;
    carrier.head(200, headers, wantsBody);
    if (!wantsBody) this.finish();
    return wantsBody;
  }

  /** The body that was begun is whole. */
  finish(): void {
    this.#settleAnswered(200);
    this.carrier.body.end();
  }

  /** No complete and lawful answer will follow. */
  lose(loss: Loss): void {
    this.#books?.settleLost(loss);
    this.#books = null;
  }

  /** The answer is about to be handed to the connection whole. */
  #settleAnswered(status: number): void {
    if (this.timed) this.#books?.delays.add(this.state.sinceStartNs() - this.#receivedNs);
    this.#books?.settleAnswered(status);
    this.#books = null;
  }
}

/** The headers of a status that has no content (RFC 9110, section 15); null for all others. */
function headersWithoutContent(status: number): OutgoingHttpHeaders | null {
  if (status === 205) return { "content-length": 0 };
  return status === 204 || status === 304 ? {} : null;
}
