/** A session of our client in conversation with a peer that the test plays: what it sends and reports, in words. */
import { latin1Encode } from "../../src/base/bytes.ts";
import { failureKind } from "../../src/model/failure.ts";
import type { Header, Method } from "../../src/model/scenario.ts";
import type { Http2Outcomes } from "../../src/protocol/http2/answers.ts";
import { Http2ClientSession } from "../../src/protocol/http2/client-session.ts";
import { type Http2Request, http2Request } from "../../src/protocol/http2/request.ts";
import { framesOf, inWords, type SentFrame, settings } from "./http2-frames.ts";

export function request(
  method: Method,
  options: { path?: string; headers?: readonly Header[]; body?: Uint8Array | string } = {},
): Http2Request {
  const { path = "/", headers = [], body = null } = options;
  const content = typeof body === "string" ? latin1Encode(body) : body;
  return http2Request({ method, host: "localhost", path, headers, body: content }, false);
}

export const GET = request("GET");

/** What `pump` puts into a frame buffer unless a test says otherwise. */
const PUMP_BYTES = 1024 * 1024;

export class Conversation {
  readonly session: Http2ClientSession;
  /** By tag: bytes of the answers and failures. */
  readonly bytesIn = new Map<number, number>();
  readonly #requests: Http2Request[] = [];
  #outcomes: string[] = [];

  /** @param settled leaves the exchange of settings and preface behind. */
  constructor(streamsMax = 100, settled = true) {
    const outcomes: Http2Outcomes = {
      began: (connection, tag) => this.#note(connection, `began ${tag}`),
      answered: (connection, tag, status, bytesIn) => {
        this.bytesIn.set(tag, bytesIn);
        this.#note(connection, `answered ${tag} ${status}`);
      },
      streamFailed: (connection, tag, failure, error, bytesIn) => {
        this.bytesIn.set(tag, bytesIn);
        this.#note(connection, `failed ${tag} ${failureKind(failure)} ${error}`);
      },
      returned: (connection, tag) => this.#note(connection, `returned ${tag}`),
    };
    this.session = new Http2ClientSession(9, streamsMax, outcomes);
    if (!settled) return;
    this.hear(settings());
    this.sent();
  }

  /** Opens requests with these tags; returns the slot of the last. */
  open(what: Http2Request, ...tags: readonly number[]): number {
    let index = this.#requests.indexOf(what);
    if (index < 0) index = this.#requests.push(what) - 1;
    let slot = -1;
    for (const tag of tags) slot = this.session.open(tag, index, what);
    return slot;
  }

  /** Bytes of the peer. Foreign bytes lie around them, and afterwards nothing of them is left. */
  hear(...parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      const buffer = new Uint8Array(part.length + 4).fill(0x01);
      buffer.set(part, 2);
      this.session.feed(buffer, 2, buffer.length - 2);
      buffer.fill(0xff);
    }
  }

  /** The frames since the last call. */
  frames(pumpBytes = PUMP_BYTES): SentFrame[] {
    this.session.pump(pumpBytes);
    const { out } = this.session;
    const frames = framesOf(out.bytes.slice(0, out.length));
    out.clear();
    return frames;
  }

  /** The same in words. */
  sent(pumpBytes = PUMP_BYTES): string[] {
    return this.frames(pumpBytes).map(inWords);
  }

  /** What was reported since the last call. */
  outcomes(): string[] {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }

  /** How the connection was lost; null while it stands. */
  get loss(): string | null {
    return this.session.failure === 0 ? null : (failureKind(this.session.failure) ?? "?");
  }

  #note(connection: number, outcome: string): void {
    if (connection !== 9) throw new Error("an outcome of another connection");
    this.#outcomes.push(outcome);
  }
}
