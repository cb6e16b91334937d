/** How many connections a run may have open to a target: the bounds of the pools that choose-pool.ts makes, added up. */
import { shareOf } from "../base/share.ts";
import type { Target } from "../model/scenario.ts";

export interface ConnectionsNeeded {
  /** At once, at most; those apart that a peer is leaving. Where ALPN decides, as if it chose HTTP/1.1. */
  readonly connections: number;
  /** Where ALPN decides: if it chooses HTTP/2; else null. */
  readonly http2: number | null;
}

/**
 * @param users alive at once who may send to the target, at most.
 * @param placesOf users that each shard may have alive at once, by shard.
 */
export function connectionsNeeded(target: Target, users: number, placesOf: readonly number[]): ConnectionsNeeded {
  const { httpVersion, tls, maxConnections, maxStreamsPerConnection } = target;
  const plain = Math.min(users, maxConnections ?? users);
  const perShard = placesOf.map((places, shard) =>
    maxConnections === null
      ? Math.ceil(places / maxStreamsPerConnection)
      : Math.min(places, shareOf(maxConnections, shard, placesOf.length)),
  );
  const multiplexed = Math.min(
    users,
    perShard.reduce((sum, connections) => sum + connections, 0),
  );
  if (httpVersion === "http2") return { connections: multiplexed, http2: null };
  return { connections: plain, http2: httpVersion === "auto" && tls !== null ? multiplexed : null };
}
