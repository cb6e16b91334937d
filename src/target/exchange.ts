/**
 * One request and its answer: what a route sees. An exchange is settled in the books exactly once: answered, lost in
 * the way that the route wanted, or abandoned when the client goes away first; from then on it waits for nothing.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Ending } from "./connections.ts";
import type { Params } from "./params.ts";
import type { TargetState } from "./state.ts";
import type { Books, Loss } from "./stats.ts";

export const TEXT = "text/plain; charset=utf-8";
export const JSON_TYPE = "application/json";
export const BYTES_TYPE = "application/octet-stream";

const NO_BYTES = new Uint8Array(0);

export class Exchange {
  readonly state: TargetState;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Params;
  /** The connection below, for routes that write past the HTTP server. */
  readonly socket: Socket;
  /** The request's body, for the routes that keep it; null when it was too large. */
  body: Uint8Array | null = NO_BYTES;
  /** Whether the books record how long this answer took: set for answers that are made to wait. */
  timed = false;
  #books: Books | null;
  #receivedNs: number;
  #cancelWait: () => void = () => {};
  #clientGone = false;

  /** @param books where the request has been entered, or null for one that the statistics leave out. */
  constructor(
    state: TargetState,
    books: Books | null,
    request: IncomingMessage,
    response: ServerResponse,
    params: Params,
  ) {
    this.state = state;
    this.request = request;
    this.response = response;
    this.params = params;
    this.#books = books;
    this.socket = request.socket;
    this.#receivedNs = state.sinceStartNs();
    response.sendDate = false;
    response.on("close", () => {
      this.#clientGone = true;
      this.#cancelWait();
      this.lose("abandoned");
    });
  }

  get method(): string {
    return this.request.method ?? "GET";
  }

  /** The whole request has arrived: delays count from here. */
  received(): void {
    this.#receivedNs = this.state.sinceStartNs();
  }

  /** Calls `act` after `delayNs`, later than this call, unless the client goes away first. One wait at a time. */
  wait(delayNs: number, act: () => void): void {
    if (!this.#clientGone) this.#cancelWait = this.state.waits.after(delayNs, act);
  }

  /** Calls `act` when the server is not frozen: at once, or when the stall is over. */
  whenThawed(act: () => void): void {
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
  answer(status: number, type: string, body: string | Uint8Array): void {
    this.whenThawed(() => {
      this.settleAnswered(status);
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      if (status !== 204 && status !== 304) {
        this.response.setHeader("content-type", type);
        this.response.setHeader("content-length", bytes.length);
      }
      this.response.writeHead(status);
      this.response.end(bytes);
    });
  }

  /** Writes bytes past the HTTP server, as they are, then calls `then` unless the connection has broken. */
  writeRaw(bytes: string | Uint8Array, then: () => void): void {
    this.socket.write(bytes, (error) => {
      if (!error) then();
    });
  }

  endConnection(ending: Ending): void {
    this.state.connections.end(this.socket, ending);
  }

  /** The answer is about to be handed to the socket whole. */
  settleAnswered(status: number): void {
    if (this.timed) this.#books?.delays.add(this.state.sinceStartNs() - this.#receivedNs);
    this.#books?.settleAnswered(status);
    this.#books = null;
  }

  /** No complete and lawful answer will follow. */
  lose(loss: Loss): void {
    this.#books?.settleLost(loss);
    this.#books = null;
  }
}
