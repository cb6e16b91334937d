/**
 * A peer of the byte world: one connection's server side, whatever protocol it speaks. It is given bytes and the time,
 * and says what it puts on the wire. There is one in http1/peer.ts, and one in http2/peer.ts.
 */

/** What a peer puts on the wire in one go. */
export interface WireMessage {
  readonly bytes: Uint8Array;
  /** It arrives in one piece: where it is cut would decide what a correct client makes of it. */
  readonly isWhole?: boolean;
}

/** What a peer does because of what reached it, or because it is time. */
export interface Reply {
  /** The first byte leaves this long after what caused it. */
  readonly afterNs: number;
  readonly messages: readonly WireMessage[];
  /** Longest extra pause between two pieces; 0 for none. */
  readonly dripNsMax: number;
  /** What follows the messages on the wire. */
  readonly ending: "none" | "fin" | "reset";
  /** The ending comes this long after the last byte. */
  readonly endingAfterNs: number;
}

export const SILENCE: Reply = { afterNs: 0, messages: [], dripNsMax: 0, ending: "none", endingAfterNs: 0 };

/** A message is cut into this many pieces, and one of what is left. */
export const PIECES_MAX = 48;

export interface BytePeer {
  /** Requests that arrived whole. */
  readonly received: number;
  /** When the peer does something of its own accord; NEVER for not at all. */
  readonly wakeAtNs: number;
  /** The connection was made: what the peer does before it is asked anything. */
  accept(nowNs: number): Reply;
  /** Takes bytes [start, end) of what the client sent. */
  receive(bytes: Uint8Array, start: number, end: number, nowNs: number): Reply;
  /** Does what it had planned to do by now. */
  wake(nowNs: number): Reply;
}
