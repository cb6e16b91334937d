/** What a client is made from: the scenario, the part of it that is its own, and its requests as they are sent. */
import type { Places } from "../base/places.ts";
import type { Scenario } from "../model/scenario.ts";
import type { Http2Request } from "../protocol/http2/request.ts";

export interface ClientPlan {
  readonly scenario: Scenario;
  readonly shard: number;
  readonly shards: number;
  /** Where the state of users is kept; the client's own. */
  readonly places: Places;
  /** Bytes of each request for each target; index request * targets + target. */
  readonly requestBytes: readonly Uint8Array[];
  /** The same for HTTP/2; undefined for targets that never speak it. */
  readonly http2Requests: readonly (Http2Request | undefined)[];
}

/** Whether a host is an IP address rather than a name. */
export function isAddress(host: string): boolean {
  return host.includes(":") || /^[0-9.]+$/.test(host);
}
