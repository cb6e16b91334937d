/**
 * The live world, sans-IO: commands become bytes, bytes become inputs. One client serves one shard.
 *
 * Network callbacks come between turns, when the time of the next turn is not known yet. So they only record: an
 * input whose duration ends "now" is pushed open-ended and stamped by `begin`; a connection that became ready is put
 * on a list that `begin` serves. Nothing is sent outside a turn.
 *
 * A request that is cancelled (timed out, unfinished) takes its connection with it: no answer that comes late can ever
 * meet the next request.
 */
import { assert } from "../base/assert.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { TURN_WAKES_MAX } from "../base/limits.ts";
import { Timers } from "../base/timers.ts";
import { CLOSE_CODES, FAILED_SENT, KIND, PROTOCOL_CODES, RESPONSE_REUSED } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort, World } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { HeadMemo } from "../protocol/http1/head-memo.ts";
import { RESPONSE_COMPLETE, RESPONSE_FAILED } from "../protocol/http1/response-parser.ts";
import { BUSY, Connections, FREE, IDLE, NONE, OPENING, READY } from "./connections.ts";
import { OwnConnections, type Pool, SharedConnections } from "./pool.ts";

/** What a client is made from. */
export interface ClientPlan {
  readonly scenario: Scenario;
  readonly shard: number;
  readonly shards: number;
  /** Bytes of each request for each target; index request * targets + target. */
  readonly requestBytes: readonly Uint8Array[];
}

const UNKNOWN = -1;

export class Client implements World, IoEvents {
  readonly inputs: EntryRing;
  readonly #plan: ClientPlan;
  readonly #io: IoPort;
  readonly #targetCount: number;
  readonly #toHead: readonly boolean[];
  /** By request and target: the head of its last answer. */
  readonly #memos: readonly HeadMemo[];
  readonly #connections: Connections;
  readonly #pools: readonly Pool[];
  /** By connection: when opening it takes too long. */
  readonly #openTimers: Timers;
  /** By target: whether its name has an address (an address needs none). */
  readonly #resolved: Uint8Array;

  // By place of a user: its request in flight.
  readonly #rendered: Int32Array;
  readonly #connection: Int32Array;
  readonly #plannedAtNs: Float64Array;
  /** UNKNOWN until the first byte was written. */
  readonly #sentAtNs: Float64Array;
  /** UNKNOWN until the turn after the first byte was read. */
  readonly #firstByteAtNs: Float64Array;

  // Recorded by callbacks, served by the next begin().
  readonly #unstamped: Int32Array;
  readonly #stampFromNs: Float64Array;
  #unstampedCount = 0;
  readonly #firstBytes: Int32Array;
  #firstByteCount = 0;
  readonly #ready: Int32Array;
  #readyCount = 0;

  /** @param connect makes the io port, given the client as the receiver of its events. */
  constructor(plan: ClientPlan, connect: (events: IoEvents) => IoPort) {
    const { scenario, shard, shards } = plan;
    const places = Math.max(0, Math.ceil((scenario.usersMax - shard) / shards));
    this.#plan = plan;
    this.#targetCount = scenario.targets.length;
    this.#toHead = scenario.requests.map((request) => request.method === "HEAD");
    this.#memos = plan.requestBytes.map(() => new HeadMemo());
    this.#pools = scenario.targets.map(({ maxConnections }) => {
      if (maxConnections === null || maxConnections >= scenario.usersMax) return new OwnConnections(places);
      const share = Math.floor(maxConnections / shards) + (shard < maxConnections % shards ? 1 : 0);
      assert(share > 0, "each shard has a share of the connections");
      return new SharedConnections(places, share);
    });
    const capacity = this.#pools.reduce((sum, pool) => sum + pool.connectionsMax, 0);
    this.#connections = new Connections(capacity);
    this.#openTimers = new Timers(capacity);
    this.#resolved = Uint8Array.from(scenario.targets, ({ host }) => (isAddress(host) ? 1 : 0));
    // Between two turns a connection can at most open, answer or fail, and close.
    this.inputs = new EntryRing(4 * capacity + 2 * places + this.#targetCount + 64);
    this.#rendered = new Int32Array(places).fill(NONE);
    this.#connection = new Int32Array(places).fill(NONE);
    this.#plannedAtNs = new Float64Array(places);
    this.#sentAtNs = new Float64Array(places);
    this.#firstByteAtNs = new Float64Array(places);
    this.#unstamped = new Int32Array(this.inputs.capacity);
    this.#stampFromNs = new Float64Array(this.inputs.capacity);
    this.#firstBytes = new Int32Array(places);
    this.#ready = new Int32Array(capacity);
    this.#io = connect(this);
  }

  // ---- World

  begin(nowNs: number): void {
    this.#failSlowOpenings(nowNs);
    for (let i = 0; i < this.#unstampedCount; i++) this.inputs.c[this.#unstamped[i]!] = nowNs - this.#stampFromNs[i]!;
    this.#unstampedCount = 0;
    for (let i = 0; i < this.#firstByteCount; i++) this.#firstByteAtNs[this.#firstBytes[i]!] = nowNs;
    this.#firstByteCount = 0;
    for (let i = 0; i < this.#readyCount; i++) this.#sendOnReady(this.#ready[i]!, nowNs);
    this.#readyCount = 0;
    for (let target = 0; target < this.#targetCount; target++) this.#serveWaiting(target, nowNs);
  }

  perform(commands: EntryRing, at: number, nowNs: number): void {
    const place = this.#placeOf(commands.identity[at]!);
    switch (commands.kind[at]) {
      case KIND.request_issued:
        assert(this.#rendered[place] === NONE, "a user has one request in flight");
        this.#rendered[place] = commands.code[at]! * this.#targetCount + commands.flags[at]!;
        this.#plannedAtNs[place] = nowNs - commands.b[at]!;
        this.#sentAtNs[place] = UNKNOWN;
        this.#firstByteAtNs[place] = UNKNOWN;
        this.#connect(place, commands.flags[at]!, nowNs);
        return;
      case KIND.request_timed_out:
      case KIND.request_unfinished:
        this.#cancel(place);
        return;
      case KIND.user_retired:
        for (const pool of this.#pools) {
          const kept = pool.keptBy(place);
          if (kept !== NONE) this.#close(kept, CLOSE_CODES.retired);
        }
        return;
    }
  }

  end(): void {}

  wakeAtNs(): number {
    for (const pool of this.#pools) if (pool.canServe) return 0;
    return this.#readyCount > 0 ? 0 : this.#openTimers.notBeforeNs();
  }

  shutdown(): void {
    for (let connection = 0; connection < this.#connections.capacity; connection++) {
      if (this.#connections.state[connection] !== FREE) this.#close(connection, CLOSE_CODES.retired);
    }
    assert(this.#connections.inUse === 0, "a shutdown leaves no connection");
  }

  // ---- IoEvents

  resolved(target: number, addresses: number, dnsNs: number): void {
    this.#resolved[target] = 1;
    this.inputs.push(KIND.target_resolved, 0, Math.min(addresses, 255), target, 0, dnsNs);
  }

  opened(connection: number, tcpNs: number, tlsNs: number, _alpn: string, _resumed: boolean): void {
    assert(this.#connections.state[connection] === OPENING, "a connection opens once");
    const place = this.#connections.user[connection]!;
    const target = this.#connections.target[connection]!;
    const tls = this.#plan.scenario.targets[target]!.tls !== null;
    const protocol = tls ? PROTOCOL_CODES["http1.1+tls"] : PROTOCOL_CODES["http1.1"];
    this.#openTimers.clear(connection);
    this.#connections.state[connection] = READY;
    this.#ready[this.#readyCount++] = connection;
    this.inputs.push(KIND.connection_opened, connection, protocol, target, this.#identityOf(place), tcpNs, tlsNs);
  }

  received(connection: number, bytes: Uint8Array, start: number, end: number): void {
    this.#connections.bytesIn[connection]! += end - start;
    if (this.#connections.state[connection] !== BUSY) {
      this.#lost(connection, CLOSE_CODES.unsolicited, FAILURE_CODES.invalid_response, 0);
      return;
    }
    const parser = this.#connections.parser(connection);
    const behind = parser.feed(bytes, start, end);
    if (parser.state === RESPONSE_COMPLETE) this.#answered(connection, behind < end);
    else if (parser.state === RESPONSE_FAILED) this.#requestFailed(connection, parser.failure, 0);
    else this.#noteFirstByte(this.#connections.user[connection]!);
  }

  drained(_connection: number): void {}

  ended(connection: number): void {
    if (this.#connections.state[connection] !== BUSY) {
      this.failed(connection, FAILURE_CODES.connection_closed, 0);
      return;
    }
    const parser = this.#connections.parser(connection);
    parser.end();
    if (parser.state === RESPONSE_COMPLETE) this.#answered(connection, false);
    else this.#requestFailed(connection, parser.failure, 0);
  }

  failed(connection: number, failure: number, errno: number): void {
    if (this.#connections.state[connection] === OPENING) this.#openingFailed(connection, failure, errno);
    else if (this.#connections.state[connection] === BUSY) this.#requestFailed(connection, failure, errno);
    else this.#lost(connection, CLOSE_CODES.peer, failure, errno);
  }

  // ---- requests

  #placeOf(identity: number): number {
    return (identity - this.#plan.shard) / this.#plan.shards;
  }

  #identityOf(place: number): number {
    return place * this.#plan.shards + this.#plan.shard;
  }

  /** Gives the user's new request a connection: an idle one, a new one, or a place in the queue. */
  #connect(place: number, target: number, nowNs: number): void {
    const pool = this.#pools[target]!;
    const idle = pool.idle(place);
    if (idle !== NONE) this.#send(idle, place, nowNs);
    else if (pool.mayOpen()) this.#open(place, target, nowNs);
    else pool.wait(place);
  }

  #open(place: number, target: number, nowNs: number): void {
    const connection = this.#connections.allocate(target, place, nowNs);
    this.#connection[place] = connection;
    this.#pools[target]!.opened(connection, place);
    this.#openTimers.set(connection, nowNs + this.#plan.scenario.targets[target]!.connectionTimeoutNs);
    this.#io.open(connection, target);
  }

  #send(connection: number, place: number, nowNs: number): void {
    const { state } = this.#connections;
    assert(state[connection] === IDLE || state[connection] === READY, "requests are sent on free connections");
    const rendered = this.#rendered[place]!;
    const bytes = this.#plan.requestBytes[rendered]!;
    state[connection] = BUSY;
    this.#connections.user[connection] = place;
    this.#connections.bytesOut[connection]! += bytes.length;
    this.#connection[place] = connection;
    this.#sentAtNs[place] = nowNs;
    const toHead = this.#toHead[(rendered / this.#targetCount) | 0]!;
    this.#connections.parser(connection).begin(toHead, this.#memos[rendered]!);
    this.#io.send(connection, bytes, 0, bytes.length);
  }

  /** A connection opened since the last turn: its user sends, unless it has gone. */
  #sendOnReady(connection: number, nowNs: number): void {
    if (this.#connections.state[connection] !== READY) return;
    this.#send(connection, this.#connections.user[connection]!, nowNs);
  }

  /** Requests that waited for a connection get those that have become free. */
  #serveWaiting(target: number, nowNs: number): void {
    const pool = this.#pools[target]!;
    while (pool.canServe) this.#connect(pool.nextWaiting(), target, nowNs);
  }

  #noteFirstByte(place: number): void {
    if (this.#firstByteAtNs[place] !== UNKNOWN) return;
    this.#firstByteAtNs[place] = 0;
    this.#firstBytes[this.#firstByteCount++] = place;
  }

  #answered(connection: number, hasMore: boolean): void {
    const connections = this.#connections;
    const place = connections.user[connection]!;
    const parser = connections.parser(connection);
    const sentAtNs = this.#sentAtNs[place]!;
    const firstByteAtNs = this.#firstByteAtNs[place]!;
    const at = this.inputs.push(
      KIND.response_received,
      this.#identityOf(place),
      connections.served[connection]! > 0 ? RESPONSE_REUSED : 0,
      parser.status,
      parser.totalBytes,
      sentAtNs - this.#plannedAtNs[place]!,
      firstByteAtNs > 0 ? firstByteAtNs - sentAtNs : 0,
    );
    if (firstByteAtNs <= 0) this.#stampFromNs[this.#stampLater(at)] = sentAtNs;
    connections.served[connection]!++;
    this.#settled(place);
    if (hasMore) this.#close(connection, CLOSE_CODES.unsolicited);
    else if (!parser.keepAlive) this.#close(connection, CLOSE_CODES.response);
    else this.#release(connection);
  }

  #requestFailed(connection: number, failure: number, errno: number): void {
    const place = this.#connections.user[connection]!;
    const waitNs = this.#sentAtNs[place]! - this.#plannedAtNs[place]!;
    const bytesIn = this.#connections.parser(connection).totalBytes;
    this.inputs.push(KIND.request_failed, this.#identityOf(place), FAILED_SENT, failure, errno, waitNs, bytesIn);
    this.#settled(place);
    this.#close(connection, CLOSE_CODES.failure);
  }

  #openingFailed(connection: number, failure: number, errno: number): void {
    const place = this.#connections.user[connection]!;
    this.#abandonOpening(connection, failure, errno);
    this.inputs.push(KIND.request_failed, this.#identityOf(place), 0, failure, errno);
    this.#settled(place);
  }

  #failSlowOpenings(nowNs: number): void {
    for (let fired = 0; fired < TURN_WAKES_MAX; fired++) {
      const connection = this.#openTimers.take(nowNs);
      if (connection < 0) return;
      const resolved = this.#resolved[this.#connections.target[connection]!] === 1;
      this.#openingFailed(connection, resolved ? FAILURE_CODES.connection_timeout : FAILURE_CODES.dns_timeout, 0);
    }
  }

  /** The user's request is over. */
  #settled(place: number): void {
    this.#rendered[place] = NONE;
    this.#connection[place] = NONE;
  }

  #cancel(place: number): void {
    assert(this.#rendered[place] !== NONE, "only a request in flight is cancelled");
    const connection = this.#connection[place]!;
    if (connection === NONE) {
      for (const pool of this.#pools) pool.giveUp(place);
    } else if (this.#connections.state[connection] === OPENING) {
      this.#abandonOpening(connection, FAILURE_CODES.request_timeout, 0);
    } else {
      this.#close(connection, CLOSE_CODES.cancelled);
    }
    this.#settled(place);
  }

  /** The entry at ring index `at` lasts until the turn that takes it. Returns where to note since when. */
  #stampLater(at: number): number {
    this.#unstamped[this.#unstampedCount] = at;
    return this.#unstampedCount++;
  }

  // ---- connections

  /** A connection has carried its request and can carry another. */
  #release(connection: number): void {
    this.#connections.state[connection] = IDLE;
    this.#pools[this.#connections.target[connection]!]!.becameIdle(connection);
  }

  /** Records that a connection was never made, and frees it. */
  #abandonOpening(connection: number, failure: number, errno: number): void {
    const target = this.#connections.target[connection]!;
    const at = this.inputs.push(KIND.connection_failed, connection, 0, failure, errno, target);
    this.#stampFromNs[this.#stampLater(at)] = this.#connections.openedAtNs[connection]!;
    this.#openTimers.clear(connection);
    this.#free(connection, false);
  }

  /** An open connection is lost while nothing is sent on it; a request that was about to be sent fails with it. */
  #lost(connection: number, reason: number, failure: number, errno: number): void {
    if (this.#connections.state[connection] === READY) {
      const place = this.#connections.user[connection]!;
      this.inputs.push(KIND.request_failed, this.#identityOf(place), 0, failure, errno);
      this.#settled(place);
    }
    this.#close(connection, reason);
  }

  #close(connection: number, reason: number): void {
    const { served, bytesIn, bytesOut, state } = this.#connections;
    this.inputs.push(
      KIND.connection_closed,
      connection,
      0,
      reason,
      served[connection]!,
      bytesIn[connection]!,
      bytesOut[connection]!,
    );
    this.#free(connection, state[connection] === IDLE);
  }

  #free(connection: number, wasIdle: boolean): void {
    this.#io.close(connection);
    this.#pools[this.#connections.target[connection]!]!.closed(
      connection,
      this.#connections.user[connection]!,
      wasIdle,
    );
    this.#connections.release(connection);
  }
}

/** Whether a host is an IP address rather than a name. */
function isAddress(host: string): boolean {
  return host.includes(":") || /^[0-9.]+$/.test(host);
}
