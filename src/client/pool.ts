/**
 * Which connection a request gets. Four policies behind one face:
 *
 *   own          each user has a connection of its own to each target (HTTP/1.1 without max_connections)
 *   shared       a bounded number, each carries one request at a time (HTTP/1.1 with max_connections)
 *   multiplexed  a bounded number, each carries several requests at once (HTTP/2)
 *   negotiated   one of the above, once the first connection has agreed on a protocol (auto over TLS)
 *
 * A pool knows places and connection numbers only; it opens and sends nothing.
 */
export interface Pool {
  /** Connections that may exist at once. */
  readonly connectionsMax: number;
  /** A connection that can carry a request of the user at `place` now, or NONE. */
  available(place: number): number;
  /** Whether a new connection may be opened. */
  mayOpen(): boolean;
  /** A connection is being opened for the user at `place`. */
  opened(connection: number, place: number): void;
  /** The first connection says what the target speaks. */
  negotiated(isMultiplexed: boolean): void;
  /** The user at `place` must wait until a connection can carry its request. */
  wait(place: number): void;
  /** The user at `place` waits no longer. */
  giveUp(place: number): void;
  /** A connection carries `load` requests now, and can carry `room` more. */
  update(connection: number, load: number, room: number): void;
  /** A connection carries no request beyond those that it has, and another may take its place. */
  leaving(connection: number): void;
  /** A connection is gone; `place` is the user whom it was opened for or who used it last, or NONE. */
  closed(connection: number, place: number): void;
  /** Somebody waits who can be served: by a connection with room, or by a new one. */
  readonly canServe: boolean;
  /** Takes the user who has waited longest; only when `canServe`. */
  nextWaiting(): number;
  /** The connection that the user at `place` keeps between requests, or NONE. */
  keptBy(place: number): number;
}
