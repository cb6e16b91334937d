/** What a client is made from: the scenario, the part of it that is its own, and its requests as they are sent. */
import type { Places } from "../base/places.ts";
import type { Scenario } from "../model/scenario.ts";
import type { Http2Request } from "../protocol/http2/request.ts";
import type { Inspections } from "./inspect/inspections.ts";

export interface ClientPlan {
  readonly scenario: Scenario;
  readonly shard: number;
  readonly shards: number;
  /** Where the state of users is kept; the client's own, which gives the same places as the engine's. */
  readonly places: Places;
  /** Bytes of each request for each target; index request * targets + target. */
  readonly requestBytes: readonly Uint8Array[];
  /** The same for HTTP/2; undefined for targets that never speak it. */
  readonly http2Requests: readonly (Http2Request | undefined)[];
  /** The same for requests that differ from one sending to the next: 1. */
  readonly dynamic: Uint8Array;
  /** Those requests, as they are when they are sent; null when there are none. */
  readonly messages: SentMessages | null;
  /** Looks into answers and keeps cookies; null when nothing asks for that. */
  readonly inspections: Inspections | null;
}

/** By place of a user: the message that was rendered for it last. */
export interface SentMessages {
  /** The memory in which its HTTP/1.1 form lies: [0, lengthOf(place)). */
  bufferOf(place: number): Uint8Array;
  lengthOf(place: number): number;
  http2Of(place: number): Http2Request;
}

/** Whether a host is an IP address rather than a name. */
export function isAddress(host: string): boolean {
  return host.includes(":") || /^[0-9.]+$/.test(host);
}
