/** Which policy a target's connections get, and how many of them are this shard's. */
import { shareOf } from "../base/share.ts";
import type { Target } from "../model/scenario.ts";
import { MultiplexedConnections } from "./multiplexed-connections.ts";
import { NegotiatedConnections } from "./negotiated-connections.ts";
import { OwnConnections } from "./own-connections.ts";
import type { Pool } from "./pool.ts";
import { SharedConnections } from "./shared-connections.ts";

/** A shard's part of the work. */
export interface PoolShare {
  readonly shard: number;
  readonly shards: number;
  /** Users of this shard. */
  readonly places: number;
  /** Users of the whole run. */
  readonly usersMax: number;
  /** Users come once and leave: what they leave behind serves the next ones. */
  readonly isOpen: boolean;
}

/** The pool of a target. */
export function poolFor(target: Target, share: PoolShare): Pool {
  const { places, usersMax, isOpen, shard, shards } = share;
  const { httpVersion, tls, maxConnections, maxStreamsPerConnection } = target;
  const bound = maxConnections === null ? null : shareOf(maxConnections, shard, shards);
  const plain = (): Pool =>
    !isOpen && (bound === null || maxConnections! >= usersMax)
      ? new OwnConnections(places)
      : new SharedConnections(places, bound ?? places);
  const connections = bound ?? Math.max(1, Math.ceil(places / maxStreamsPerConnection));
  const multiplexed = (): Pool => new MultiplexedConnections(places, connections);
  if (httpVersion === "http2") return multiplexed();
  if (httpVersion === "auto" && tls !== null) return new NegotiatedConnections(places, plain, multiplexed);
  return plain();
}
