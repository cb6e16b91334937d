/**
 * From a scenario to what a shard works with: every request rendered once for every target. What the ledger says of a
 * request, its hash and its size, is that of the canonical bytes, which are those of HTTP/1.1: the plan of a run must
 * not depend on what a server agrees to speak.
 */
import { assert } from "../base/assert.ts";
import { fnv1a } from "../base/bytes.ts";
import type { RenderedTable } from "../engine/engine.ts";
import type { Scenario } from "../model/scenario.ts";
import { encodeRequest } from "../protocol/http1/request-encoder.ts";
import { type Http2Request, http2Request } from "../protocol/http2/request.ts";
import { hostHeader, mergeHeaders, type RequestMessage } from "../protocol/request-fields.ts";

export interface RunPlan {
  readonly scenario: Scenario;
  readonly rendered: RenderedTable;
  /** Bytes of each request for each target; index request * targets + target. */
  readonly requestBytes: readonly Uint8Array[];
  /** The same for HTTP/2; undefined for targets that never speak it. */
  readonly http2Requests: readonly (Http2Request | undefined)[];
}

/** The plan of a scenario. A replay makes it from the scenario in the ledger, and so arrives at the same bytes. */
export function planFor(scenario: Scenario): RunPlan {
  const requestBytes: Uint8Array[] = [];
  const http2Requests: (Http2Request | undefined)[] = [];
  for (const request of scenario.requests) {
    for (const target of scenario.targets) {
      const tls = target.tls !== null;
      const message: RequestMessage = {
        method: request.method,
        host: hostHeader(target.host, target.port, tls),
        path: target.basePath + request.path,
        headers: mergeHeaders(target.headers, request.headers),
        body: request.body,
      };
      requestBytes.push(encodeRequest(message));
      http2Requests.push(target.httpVersion === "http1.1" ? undefined : http2Request(message, tls));
    }
  }
  assert(requestBytes.length === scenario.requests.length * scenario.targets.length, "each request is rendered");
  return {
    scenario,
    requestBytes,
    http2Requests,
    rendered: {
      hash: Uint32Array.from(requestBytes, (bytes) => fnv1a(bytes)),
      bytes: Float64Array.from(requestBytes, (bytes) => bytes.length),
    },
  };
}
