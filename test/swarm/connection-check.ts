/**
 * The connections that the network sees to one target, against the requests to it that the ledger has in flight: the
 * scenario's bounds are kept, and nobody waits while there is room. Three policies, as docs/SCENARIO.md has them.
 */
import { assert } from "../../src/base/assert.ts";
import type { Target } from "../../src/model/scenario.ts";
import type { LinkView } from "../../src/sim/link.ts";

/** A shard, and what it has in flight to the target. */
export interface ShardLoad {
  readonly shard: number;
  readonly shards: number;
  /** Users of this shard at once. */
  readonly users: number;
  /** Users of the whole run at once. */
  readonly usersMax: number;
  /** They are arrivals, who share connections. */
  readonly isOpen: boolean;
  readonly inFlight: number;
  /** The client wants a turn at once. */
  readonly isEager: boolean;
}

export function checkConnections(target: Target, links: readonly LinkView[], load: ShardLoad): void {
  const { httpVersion, maxConnections } = target;
  assert(!links.some(({ isUnused }) => isUnused), "a connection that opened was not used with the next turn");
  if (httpVersion === "http2") checkMultiplexed(target, links, load);
  else if (load.isOpen) checkShared(links, load, maxConnections === null ? load.users : shareOf(maxConnections, load));
  else if (maxConnections === null || maxConnections >= load.usersMax) checkOwn(links, load);
  else checkShared(links, load, shareOf(maxConnections, load));
}

function checkOwn(links: readonly LinkView[], load: ShardLoad): void {
  assert(waiting(links, load) === 0, "each request in flight has a connection of its own");
  assert(links.length <= load.users, "more connections than users");
}

function checkShared(links: readonly LinkView[], load: ShardLoad, share: number): void {
  assert(links.length <= share, "more connections than the scenario allows");
  const canServe = links.some(hasRoom) || links.length < share;
  assert(waiting(links, load) === 0 || !canServe || load.isEager, "a request waits although a connection is to be had");
}

function checkMultiplexed(target: Target, links: readonly LinkView[], load: ShardLoad): void {
  const { maxConnections, maxStreamsPerConnection } = target;
  const bound =
    maxConnections === null
      ? Math.max(1, Math.ceil(load.users / maxStreamsPerConnection))
      : shareOf(maxConnections, load);
  const staying = links.filter(({ isLeaving }) => !isLeaving);
  assert(staying.length <= bound, "more connections than the scenario allows");
  assert(links.length <= 2 * bound, "more connections finish what they have than the client allows itself");
  assert(!links.some(({ awaiting }) => awaiting > maxStreamsPerConnection), "more streams than the scenario allows");
  const isRoomy = staying.some((link) => hasRoom(link) && link.awaiting < maxStreamsPerConnection);
  const canServe = isRoomy || (staying.length < bound && links.length < 2 * bound);
  assert(waiting(links, load) === 0 || !canServe || load.isEager, "a request waits although a stream is to be had");
}

/** Requests in flight that have no connection, or none that is opened for them. */
function waiting(links: readonly LinkView[], { inFlight }: ShardLoad): number {
  const carried = links.reduce((sum, { isOpening, awaiting }) => sum + (isOpening ? 1 : awaiting), 0);
  assert(carried <= inFlight, "more connections are busy than there are requests in flight");
  return inFlight - carried;
}

function hasRoom({ isOpening, isLeaving, awaiting, allowed }: LinkView): boolean {
  return !isOpening && !isLeaving && awaiting < allowed;
}

function shareOf(maxConnections: number, { shard, shards }: ShardLoad): number {
  return Math.ceil((maxConnections - shard) / shards);
}
