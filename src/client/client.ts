/**
 * The live world, sans-IO: commands become bytes, bytes become inputs. One client serves one shard.
 *
 * Network callbacks come between turns. They only record: what ended becomes an input, a connection that became ready
 * is put on a list that `begin` serves. Nothing is sent outside a turn.
 *
 * A request that is cancelled (timed out, unfinished) takes its HTTP/1.1 connection with it: no answer that comes late
 * can ever meet the next request. With HTTP/2 only its stream ends.
 *
 * What HTTP/2 sends is gathered in a turn and written at its end, once for each connection.
 */
import { assert } from "../base/assert.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { listOf } from "../base/list.ts";
import { CLOSE_CODES, CONNECTION_RESUMED, KIND, PROTOCOL_CODES } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort, World } from "../model/ports.ts";
import type { Target } from "../model/scenario.ts";
import { RESPONSE_COMPLETE, RESPONSE_FAILED } from "../protocol/http1/response-parser.ts";
import type { Http2Outcomes } from "../protocol/http2/answers.ts";
import { Http2ClientSession } from "../protocol/http2/client-session.ts";
import { poolFor } from "./choose-pool.ts";
import type { ClientPlan } from "./client-plan.ts";
import { BUSY, Connections, FREE, IDLE, NONE, OPENING, READY } from "./connections.ts";
import { Openings } from "./openings.ts";
import { Outgoing } from "./outgoing.ts";
import type { Pool } from "./pool.ts";
import { Requests } from "./requests.ts";
import { SessionWriter } from "./session-writer.ts";

export class Client implements World, IoEvents, Http2Outcomes {
  readonly inputs: EntryRing;
  readonly #targets: readonly Target[];
  readonly #io: IoPort;
  readonly #targetCount: number;
  readonly #outgoing: Outgoing;
  readonly #connections: Connections;
  readonly #pools: readonly Pool[];
  readonly #requests: Requests;
  readonly #openings: Openings;

  // Recorded by callbacks, served by the next begin().
  readonly #ready: Int32Array;
  #readyCount = 0;
  /** Places whose request was returned unseen and looks for another connection. */
  readonly #returned: Int32Array;
  #returnedCount = 0;

  readonly #writer: SessionWriter;

  /** @param connect makes the io port, given the client as the receiver of its events. */
  constructor(plan: ClientPlan, connect: (events: IoEvents) => IoPort) {
    const { scenario, shard, shards } = plan;
    const { capacity: places, isFixed } = plan.places;
    this.#targets = listOf(scenario.targets);
    this.#targetCount = scenario.targets.length;
    this.#outgoing = new Outgoing(plan);
    this.#pools = scenario.targets.map((target) =>
      poolFor(target, { shard, shards, places, usersMax: scenario.usersMax, isOpen: !isFixed }),
    );
    const capacity = this.#pools.reduce((sum, pool) => sum + pool.connectionsMax, 0);
    this.#connections = new Connections(capacity);
    // Between two turns a connection can at most open, answer or fail, and close; an answer is looked into.
    const perUser = 2 + (plan.inspections?.inputsMax ?? 0);
    this.inputs = new EntryRing(4 * capacity + perUser * places + this.#targetCount + 64);
    this.#requests = new Requests(this.inputs, plan.places, plan.inspections, this.#targetCount);
    this.#openings = new Openings({
      targets: scenario.targets,
      inputs: this.inputs,
      connections: this.#connections,
      requests: this.#requests,
      pools: this.#pools,
      free: (connection) => this.#free(connection),
    });
    this.#ready = new Int32Array(capacity);
    this.#returned = new Int32Array(places);
    this.#io = connect(this);
    this.#writer = new SessionWriter(this.#io, this.#connections);
  }

  // ---- World

  begin(nowNs: number): void {
    this.#openings.failLate(nowNs);
    this.#requests.stamp(nowNs);
    for (let i = 0; i < this.#readyCount; i++) this.#sendOnReady(this.#ready[i]!, nowNs);
    this.#readyCount = 0;
    for (let i = 0; i < this.#returnedCount; i++) this.#sendElsewhere(this.#returned[i]!, nowNs);
    this.#returnedCount = 0;
    for (let target = 0; target < this.#targetCount; target++) this.#serveWaiting(target, nowNs);
  }

  perform(commands: EntryRing, at: number, nowNs: number): void {
    const identity = commands.identity[at]!;
    switch (commands.kind[at]) {
      case KIND.request_issued: {
        const rendered = commands.code[at]! * this.#targetCount + commands.flags[at]!;
        const place = this.#requests.issue(identity, rendered, nowNs - commands.b[at]!);
        this.#connect(place, commands.flags[at]!, nowNs);
        return;
      }
      case KIND.request_timed_out:
      case KIND.request_unfinished:
        this.#cancel(this.#requests.placeOf(identity));
        return;
      case KIND.user_spawned:
        this.#requests.spawned(identity);
        return;
      case KIND.user_retired:
        this.#retire(this.#requests.placeOf(identity));
        return;
    }
  }

  end(): void {
    this.#writer.flush();
  }

  wakeAtNs(): number {
    for (const pool of this.#pools) if (pool.canServe) return 0;
    return this.#readyCount + this.#returnedCount > 0 ? 0 : this.#openings.wakeAtNs();
  }

  shutdown(): void {
    for (let connection = 0; connection < this.#connections.capacity; connection++) {
      if (this.#connections.state[connection] !== FREE) this.#close(connection, CLOSE_CODES.retired);
    }
    assert(this.#connections.inUse === 0, "a shutdown leaves no connection");
  }

  // ---- IoEvents

  resolved(target: number, addresses: number, dnsNs: number): void {
    this.#openings.resolved(target);
    this.inputs.push(KIND.target_resolved, 0, Math.min(addresses, 255), target, 0, dnsNs);
  }

  opened(connection: number, tcpNs: number, tlsNs: number, alpn: string, resumed: boolean): void {
    assert(this.#connections.state[connection] === OPENING, "a connection opens once");
    const place = this.#connections.user[connection]!;
    const target = this.#connections.target[connection]!;
    const { tls, httpVersion, maxStreamsPerConnection } = this.#targets[target]!;
    const isHttp2 = tls === null ? httpVersion === "http2" : alpn === "h2";
    if (isHttp2) {
      this.#connections.setSession(connection, new Http2ClientSession(connection, maxStreamsPerConnection, this));
    }
    this.#pools[target]!.negotiated(isHttp2);
    const protocol = PROTOCOL_CODES[`${isHttp2 ? "http2" : "http1.1"}${tls === null ? "" : "+tls"}`];
    const flags = protocol | (resumed ? CONNECTION_RESUMED : 0);
    this.#openings.done(connection);
    this.#connections.state[connection] = READY;
    this.#ready[this.#readyCount++] = connection;
    this.inputs.push(KIND.connection_opened, connection, flags, target, this.#requests.identityOf(place), tcpNs, tlsNs);
  }

  received(connection: number, bytes: Uint8Array, start: number, end: number): void {
    this.#connections.bytesIn[connection]! += end - start;
    const session = this.#connections.session(connection);
    if (session !== undefined) {
      session.feed(bytes, start, end);
      this.#sessionChanged(connection, session);
      return;
    }
    if (this.#connections.state[connection] !== BUSY) {
      this.#lost(connection, CLOSE_CODES.unsolicited, FAILURE_CODES.invalid_response, 0);
      return;
    }
    const parser = this.#connections.parser(connection);
    const behind = parser.feed(bytes, start, end);
    if (parser.state === RESPONSE_COMPLETE) this.#answered(connection, behind < end);
    else if (parser.state === RESPONSE_FAILED) this.#requestFailed(connection, parser.failure, 0);
    else this.#requests.noteFirstByte(this.#connections.user[connection]!);
  }

  drained(connection: number): void {
    if (this.#connections.session(connection) !== undefined) this.#writer.later(connection);
  }

  ended(connection: number): void {
    const session = this.#connections.session(connection);
    if (session !== undefined) {
      this.#sessionLost(connection, session, FAILURE_CODES.connection_closed, 0);
      return;
    }
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
    const session = this.#connections.session(connection);
    if (session !== undefined) this.#sessionLost(connection, session, failure, errno);
    else if (this.#connections.state[connection] === OPENING) this.#openings.fail(connection, failure, errno);
    else if (this.#connections.state[connection] === BUSY) this.#requestFailed(connection, failure, errno);
    else this.#lost(connection, CLOSE_CODES.peer, failure, errno);
  }

  // ---- requests

  /** Gives the user's new request a connection: an idle one, a new one, or a place in the queue. */
  #connect(place: number, target: number, nowNs: number): void {
    const pool = this.#pools[target]!;
    const available = pool.available(place);
    if (available !== NONE) this.#send(available, place, nowNs);
    else if (pool.mayOpen()) this.#io.open(this.#openings.begin(place, target, nowNs), target);
    else pool.wait(place);
  }

  #send(connection: number, place: number, nowNs: number): void {
    const session = this.#connections.session(connection);
    if (session !== undefined) {
      this.#openStream(connection, session, place, nowNs);
      return;
    }
    const { state } = this.#connections;
    assert(state[connection] === IDLE || state[connection] === READY, "requests are sent on free connections");
    state[connection] = BUSY;
    this.#connections.user[connection] = place;
    this.#requests.sent(place, connection, nowNs);
    this.#pools[this.#connections.target[connection]!]!.update(connection, 1, 0);
    const parser = this.#connections.parser(connection);
    const rendered = this.#requests.rendered[place]!;
    this.#connections.bytesOut[connection]! += this.#outgoing.send(this.#io, connection, parser, place, rendered);
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

  #answered(connection: number, hasMore: boolean): void {
    const connections = this.#connections;
    const place = connections.user[connection]!;
    const parser = connections.parser(connection);
    this.#requests.answered(place, connections.served[connection]!++ > 0, parser.status, parser.totalBytes);
    if (hasMore) this.#close(connection, CLOSE_CODES.unsolicited);
    else if (!parser.keepAlive) this.#close(connection, CLOSE_CODES.response);
    else this.#release(connection);
  }

  #requestFailed(connection: number, failure: number, errno: number): void {
    const place = this.#connections.user[connection]!;
    this.#requests.failed(place, failure, errno, this.#connections.parser(connection).totalBytes);
    this.#close(connection, CLOSE_CODES.failure);
  }

  #retire(place: number): void {
    for (const pool of this.#pools) {
      const kept = pool.keptBy(place);
      if (kept !== NONE) this.#close(kept, CLOSE_CODES.retired);
    }
    this.#requests.retired(place);
  }

  #cancel(place: number): void {
    assert(this.#requests.rendered[place] !== NONE, "only a request in flight is cancelled");
    const connection = this.#requests.connection[place]!;
    if (connection === NONE) {
      for (const pool of this.#pools) pool.giveUp(place);
    } else if (this.#connections.state[connection] === OPENING) {
      this.#openings.abandon(connection, FAILURE_CODES.request_timeout, 0);
    } else if (this.#connections.session(connection) !== undefined && this.#requests.isSent(place)) {
      const session = this.#connections.session(connection)!;
      session.cancel(this.#requests.stream[place]!);
      this.#sessionChanged(connection, session);
    } else {
      this.#close(connection, CLOSE_CODES.cancelled);
    }
    this.#requests.settled(place);
  }

  // ---- HTTP/2

  began(_connection: number, tag: number): void {
    this.#requests.noteFirstByte(tag);
  }

  answered(connection: number, tag: number, status: number, bytesIn: number): void {
    this.#requests.answered(tag, this.#connections.served[connection]!++ > 0, status, bytesIn);
  }

  streamFailed(_connection: number, tag: number, failure: number, error: number, bytesIn: number): void {
    this.#requests.failed(tag, failure, error, bytesIn);
  }

  returned(_connection: number, tag: number): void {
    this.#requests.returned(tag);
    this.#returned[this.#returnedCount++] = tag;
  }

  #openStream(connection: number, session: Http2ClientSession, place: number, nowNs: number): void {
    this.#requests.stream[place] = this.#outgoing.open(session, place, this.#requests.rendered[place]!);
    this.#requests.sent(place, connection, nowNs);
    this.#sessionChanged(connection, session);
  }

  /** Something happened in a session: its room is another one, it has something to say, or it is over. */
  #sessionChanged(connection: number, session: Http2ClientSession): void {
    if (session.failure !== 0) {
      this.#sessionLost(connection, session, session.failure, session.error);
      return;
    }
    const pool = this.#pools[this.#connections.target[connection]!]!;
    this.#writer.later(connection);
    // Until it has sent the request that it was opened for, a connection carries no other.
    if (this.#connections.state[connection] === READY && session.count === 0 && !session.isLeaving) return;
    if (!session.isLeaving) {
      this.#connections.state[connection] = session.count > 0 ? BUSY : IDLE;
      pool.update(connection, session.count, session.room);
    } else if (this.#connections.state[connection] === READY) {
      if (session.error === 0) this.returned(connection, this.#connections.user[connection]!);
      else this.#requests.failedUnsent(this.#connections.user[connection]!, FAILURE_CODES.goaway, session.error);
      this.#close(connection, CLOSE_CODES.goaway);
    } else if (session.count === 0) {
      this.#close(connection, CLOSE_CODES.goaway);
    } else {
      pool.leaving(connection);
    }
  }

  /** The connection of a session is gone, and what it carried with it. */
  #sessionLost(connection: number, session: Http2ClientSession, failure: number, errno: number): void {
    const carried = session.count;
    session.abandon(failure, errno);
    this.#lost(connection, carried > 0 ? CLOSE_CODES.failure : CLOSE_CODES.peer, failure, errno);
  }

  /** A request that its peer never saw gets another connection, unless it was given up meanwhile. */
  #sendElsewhere(place: number, nowNs: number): void {
    const { rendered, connection } = this.#requests;
    if (rendered[place] === NONE || connection[place] !== NONE) return;
    this.#connect(place, rendered[place]! % this.#targetCount, nowNs);
  }

  // ---- connections

  /** A connection has carried its request and can carry another. */
  #release(connection: number): void {
    this.#connections.state[connection] = IDLE;
    this.#pools[this.#connections.target[connection]!]!.update(connection, 0, 1);
  }

  /** An open connection is lost while nothing is sent on it; a request that was about to be sent fails with it. */
  #lost(connection: number, reason: number, failure: number, errno: number): void {
    if (this.#connections.state[connection] === READY) {
      this.#requests.failedUnsent(this.#connections.user[connection]!, failure, errno);
    }
    this.#close(connection, reason);
  }

  #close(connection: number, reason: number): void {
    const session = this.#connections.session(connection);
    if (session !== undefined) this.#writer.now(connection, session);
    const { served, bytesIn, bytesOut } = this.#connections;
    this.inputs.push(
      KIND.connection_closed,
      connection,
      0,
      reason,
      served[connection]!,
      bytesIn[connection]!,
      bytesOut[connection]!,
    );
    this.#free(connection);
  }

  #free(connection: number): void {
    this.#io.close(connection);
    this.#pools[this.#connections.target[connection]!]!.closed(connection, this.#connections.user[connection]!);
    this.#connections.release(connection);
  }
}
