/**
 * Connections that are being opened: each for the request of one user, each against a deadline. An opening ends when
 * the connection is ready, when it fails and its request with it, or when its request is given up.
 */
import type { EntryRing } from "../base/entry-ring.ts";
import { TURN_WAKES_MAX } from "../base/limits.ts";
import { Timers } from "../base/timers.ts";
import { KIND } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { Target } from "../model/scenario.ts";
import { isAddress } from "./client-plan.ts";
import type { Connections } from "./connections.ts";
import type { Pool } from "./pool.ts";
import type { Requests } from "./requests.ts";

/** What the openings of a client share with it. */
export interface OpeningsParts {
  readonly targets: readonly Target[];
  readonly inputs: EntryRing;
  readonly connections: Connections;
  readonly requests: Requests;
  /** By target. */
  readonly pools: readonly Pool[];
  /** Closes a connection and frees its number. */
  readonly free: (connection: number) => void;
}

export class Openings {
  readonly #parts: OpeningsParts;
  readonly #deadlines: Timers;
  /** By target: whether its name has an address (an address needs none). */
  readonly #resolved: Uint8Array;

  constructor(parts: OpeningsParts) {
    this.#parts = parts;
    this.#deadlines = new Timers(parts.connections.capacity);
    this.#resolved = Uint8Array.from(parts.targets, ({ host }) => (isAddress(host) ? 1 : 0));
  }

  /** Begins to open a connection for the request of the user at `place`; returns its number. */
  begin(place: number, target: number, nowNs: number): number {
    const { connections, requests, pools, targets } = this.#parts;
    const connection = connections.allocate(target, place, nowNs);
    requests.connection[place] = connection;
    pools[target]!.opened(connection, place);
    this.#deadlines.set(connection, nowNs + targets[target]!.connectionTimeoutNs);
    return connection;
  }

  /** The target's name has an address. */
  resolved(target: number): void {
    this.#resolved[target] = 1;
  }

  /** The connection is ready. */
  done(connection: number): void {
    this.#deadlines.clear(connection);
  }

  /** It will not be ready: its request fails, nothing of it sent. */
  fail(connection: number, failure: number, errno: number): void {
    const place = this.#parts.connections.user[connection]!;
    this.abandon(connection, failure, errno);
    this.#parts.requests.failedUnsent(place, failure, errno);
  }

  /** Records that a connection was never made, and frees it. */
  abandon(connection: number, failure: number, errno: number): void {
    const { connections, inputs, requests, free } = this.#parts;
    const at = inputs.push(KIND.connection_failed, connection, 0, failure, errno, connections.target[connection]!);
    requests.stampLater(at, connections.openedAtNs[connection]!);
    this.#deadlines.clear(connection);
    free(connection);
  }

  /** Fails those whose deadline has passed, at most TURN_WAKES_MAX. */
  failLate(nowNs: number): void {
    for (let fired = 0; fired < TURN_WAKES_MAX; fired++) {
      const connection = this.#deadlines.take(nowNs);
      if (connection < 0) return;
      const isResolved = this.#resolved[this.#parts.connections.target[connection]!] === 1;
      this.fail(connection, isResolved ? FAILURE_CODES.connection_timeout : FAILURE_CODES.dns_timeout, 0);
    }
  }

  wakeAtNs(): number {
    return this.#deadlines.notBeforeNs();
  }
}
