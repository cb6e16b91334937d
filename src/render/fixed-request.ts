/** A request that is the same in every sending: rendered once, when the run is planned. */
import { assert } from "../base/assert.ts";
import { fnv1a, latin1Decode } from "../base/bytes.ts";
import type { Scenario } from "../model/scenario.ts";
import { encodeRequest } from "../protocol/http1/request-encoder.ts";
import { type Http2Request, http2Request } from "../protocol/http2/request.ts";
import type { RequestMessage } from "../protocol/request-fields.ts";
import { compile } from "./compile.ts";
import { DataRows } from "./data-rows.ts";
import { Renderer } from "./renderer.ts";
import { isDynamic, isParts, type RequestText } from "./request-text.ts";
import { Variables } from "./variables.ts";

export interface FixedRequest {
  /** FNV-1a of the canonical bytes, in which a shadow stands for every secret. */
  readonly hash: number;
  /** Of the HTTP/1.1 form, as it is sent. */
  readonly length: number;
  /** The HTTP/1.1 form; empty where a secret in it is known by its shadow only. */
  readonly bytes: Uint8Array;
  /** Undefined where HTTP/2 is never spoken, and where `bytes` is empty. */
  readonly http2: Http2Request | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** Renders the fixed requests of a scenario. */
export class FixedRequests {
  readonly #renderer: Renderer;

  constructor(scenario: Scenario) {
    this.#renderer = new Renderer(scenario, "0", new Variables(scenario, 0), new DataRows(scenario, "0", 0));
  }

  render(request: RequestText): FixedRequest {
    assert(!isDynamic(request), "a request that differs in each sending is no fixed one");
    const message = withoutValues(request);
    return message === null ? this.#withSecrets(request) : plain(message, request);
  }

  #withSecrets(request: RequestText): FixedRequest {
    const renderer = this.#renderer;
    const form = compile(request);
    renderer.render(form, 0, 0, 0, 0);
    const { out, headLength } = renderer;
    const hash = out.hash();
    const length = renderer.bytes;
    if (out.missing > 0) return { hash, length, bytes: NO_BYTES, http2: undefined };
    const bytes = out.bytes.slice(0, out.length);
    if (form.http2 === null) return { hash, length, bytes, http2: undefined };
    const { fields, toHead } = form.http2;
    let number = 0;
    const known = fields.map(({ name, value, sensitive = false }) => {
      if (value !== null) return { name, value, sensitive };
      const start = renderer.starts[number]!;
      const end = renderer.ends[number++]!;
      return { name, value: latin1Decode(bytes, start, end), sensitive };
    });
    const body = headLength < bytes.length ? bytes.subarray(headLength) : null;
    return { hash, length, bytes, http2: { fields: known, body, toHead, values: null } };
  }
}

function plain(message: RequestMessage, { tls, http2 }: RequestText): FixedRequest {
  const bytes = encodeRequest(message);
  return {
    hash: fnv1a(bytes),
    length: bytes.length,
    bytes,
    http2: http2 ? http2Request(message, tls) : undefined,
  };
}

/** The request when all of it is plain text; else null. */
function withoutValues({ method, host, path, headers, body }: RequestText): RequestMessage | null {
  const plainHeaders: (readonly [string, string])[] = [];
  for (const [name, value] of headers) if (typeof value === "string") plainHeaders.push([name, value]);
  if (typeof path !== "string" || plainHeaders.length < headers.length || isParts(body)) return null;
  return { method, host, path, headers: plainHeaders, body };
}
