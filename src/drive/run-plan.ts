/** From a scenario to what a shard works with: every request rendered once for every target. */

import { assert } from "../base/assert.ts";
import { fnv1a } from "../base/bytes.ts";
import type { RenderedTable } from "../engine/engine.ts";
import type { Scenario } from "../model/scenario.ts";
import { encodeRequest, hostHeader, mergeHeaders } from "../protocol/http1/request-encoder.ts";

export interface RunPlan {
  readonly scenario: Scenario;
  readonly rendered: RenderedTable;
  /** Bytes of each request for each target; index request * targets + target. */
  readonly requestBytes: readonly Uint8Array[];
}

/** The plan of a scenario. A replay makes it from the scenario in the ledger, and so arrives at the same bytes. */
export function planFor(scenario: Scenario): RunPlan {
  const requestBytes: Uint8Array[] = [];
  for (const request of scenario.requests) {
    for (const target of scenario.targets) {
      requestBytes.push(
        encodeRequest({
          method: request.method,
          host: hostHeader(target.host, target.port, target.tls !== null),
          path: target.basePath + request.path,
          headers: mergeHeaders(target.headers, request.headers),
          body: request.body,
        }),
      );
    }
  }
  assert(requestBytes.length === scenario.requests.length * scenario.targets.length, "each request is rendered");
  return {
    scenario,
    requestBytes,
    rendered: {
      hash: Uint32Array.from(requestBytes, (bytes) => fnv1a(bytes)),
      bytes: Float64Array.from(requestBytes, (bytes) => bytes.length),
    },
  };
}
