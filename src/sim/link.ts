/** A connection of the byte world: who is at its ends, and what is on its wires. */
import type { BytePeer } from "./byte-peer.ts";
import type { Dice } from "./dice.ts";
import type { Expectation } from "./expectation.ts";
import type { Outbox } from "./outbox.ts";

export interface Link {
  readonly connection: number;
  readonly target: number;
  readonly dice: Dice;
  readonly peer: BytePeer;
  readonly expectation: Expectation;
  readonly outbox: Outbox;
  state: "opening" | "open" | "closed";
  openedAtNs: number;
  lastToPeerNs: number;
  /** Bytes that were written and not taken yet, and when they will be. */
  unsent: number;
  drainsAtNs: number;
  /** The moment for which the peer's next act is in the queue; NEVER for none. */
  wakeAtNs: number;
}

/** What is to be seen of it from outside, while the client holds it. */
export interface LinkView {
  readonly isOpening: boolean;
  /** Open, and nothing was ever sent on it. */
  readonly isUnused: boolean;
  /** Requests that wait for their answers. */
  readonly awaiting: number;
  /** Requests that may wait at once, as far as the client can know. */
  readonly allowed: number;
  /** It takes no further request. */
  readonly isLeaving: boolean;
}

export function viewOf({ state, expectation }: Link): LinkView {
  const { sent, awaiting, allowed, isLeaving } = expectation;
  const isOpening = state === "opening";
  return { isOpening, isUnused: !isOpening && sent === 0, awaiting, allowed, isLeaving };
}
