/**
 * From a scenario to what a shard works with: every request that is the same in each sending rendered once for every
 * target. What the ledger says of a request, its hash and its size, is that of the canonical bytes, which are those of
 * HTTP/1.1: the plan of a run must not depend on what a server agrees to speak.
 */
import { assert } from "../base/assert.ts";
import type { RenderedTable } from "../engine/engine-plan.ts";
import type { Scenario } from "../model/scenario.ts";
import type { Http2Request } from "../protocol/http2/request.ts";
import { type FixedRequest, FixedRequests } from "../render/fixed-request.ts";
import { isDynamic, requestText } from "../render/request-text.ts";

export interface RunPlan {
  readonly scenario: Scenario;
  readonly rendered: RenderedTable;
  /** Bytes of each request for each target, none where they differ from one sending to the next; request * targets + target. */
  readonly requestBytes: readonly Uint8Array[];
  /** The same for HTTP/2; undefined for targets that never speak it. */
  readonly http2Requests: readonly (Http2Request | undefined)[];
}

const DYNAMIC: FixedRequest = { hash: 0, length: 0, bytes: new Uint8Array(0), http2: undefined };

/**
 * The plan of a scenario. A replay makes it from the scenario in the ledger, and arrives at the same hashes and lengths;
 * requests whose secrets it does not know have no bytes.
 */
export function planFor(scenario: Scenario): RunPlan {
  const texts = scenario.requests.flatMap((request) => scenario.targets.map((target) => requestText(request, target)));
  const fixed = new FixedRequests(scenario);
  const requests = texts.map((text) => (isDynamic(text) ? DYNAMIC : fixed.render(text)));
  assert(requests.length === scenario.requests.length * scenario.targets.length, "each request is rendered");
  return {
    scenario,
    requestBytes: requests.map(({ bytes }) => bytes),
    http2Requests: requests.map(({ http2 }) => http2),
    rendered: {
      hash: Uint32Array.from(requests, ({ hash }) => hash),
      bytes: Float64Array.from(requests, ({ length }) => length),
      dynamic: Uint8Array.from(requests, (request) => (request === DYNAMIC ? 1 : 0)),
    },
  };
}
