/**
 * The ports: the few calls by which floors that do not know each other work together.
 */
import type { EntryRing } from "../base/entry-ring.ts";
import type { DataFormat, DataTable } from "./data.ts";
import type { TlsOptions } from "./scenario.ts";

/** Carries out commands and reports inputs. Live, simulated and recorded runs differ in nothing but their World. */
export interface World {
  /** What the world reports; the turn drains it. */
  readonly inputs: EntryRing;
  /**
   * A turn begins at `nowNs`: stamp what arrived since the last one, fire the world's own timeouts. Adds at most
   * 2 * TURN_WAKES_MAX inputs.
   */
  begin(nowNs: number): void;
  /** Carries out the command at index `at` of `commands`; kinds that need no action are ignored. */
  perform(commands: EntryRing, at: number, nowNs: number): void;
  /** The turn is over: hand over what was gathered in it. Reports nothing. */
  end(): void;
  /** The next moment at which the world itself wants a turn; NEVER for none. */
  wakeAtNs(): number;
  /** The run is over: let go of everything. What that closes is reported as inputs. */
  shutdown(): void;
}

/**
 * What the requests of one shard say. The engine has a request rendered when it issues it, so that a replay arrives at
 * the same hash; the world takes the bytes.
 */
export interface Messages {
  /** The row of a set with unique rows that the user at `place` has in the iteration that it begins. */
  useRow(place: number, set: number, row: number): void;
  /**
   * Renders the request that the user at `place` sends now; `hash` and `bytes` are then about it.
   * @param position requests that the user has issued in this iteration before.
   */
  render(place: number, identity: number, iteration: number, position: number, request: number, target: number): void;
  /** FNV-1a of the canonical bytes, in which a shadow stands for every secret. */
  readonly hash: number;
  /** Bytes of the HTTP/1.1 form, without cookies. */
  readonly bytes: number;
  /** Keeps what value_captured says, until the iteration ends. `text` may be kept. @param flags of value_captured. */
  capture(place: number, capture: number, flags: number, text: Uint8Array): void;
  /** A response broke a rule. Where that is a capture's, its name stands for nothing from now on. */
  breakRule(place: number, rule: number): void;
  /** The iteration of the user at `place` ends: what it has captured is forgotten. */
  forget(place: number): void;
}

/** Takes entries in order; the ledger's block writer is one. */
export interface EntrySink {
  /** Appends the entry at index `at` of `ring`, stamped with `timeNs`. */
  write(timeNs: number, ring: EntryRing, at: number): void;
}

/**
 * The only door to the network. A connection is a small integer chosen by the client. Nothing is called back from
 * within these calls: everything comes later, through IoEvents, between turns.
 */
export interface IoPort {
  /** Starts connecting to a target (index). Ends in `opened` or `failed`. */
  open(connection: number, target: number): void;
  /**
   * Sends bytes[start, end) of one of the requests that the io was made with. The bytes must not change until the
   * connection is closed or answered. On one connection either `send` or `write` is used.
   */
  send(connection: number, bytes: Uint8Array, start: number, end: number): void;
  /** Sends bytes[start, end), in the order of the calls. The bytes are free for other use when it returns. */
  write(connection: number, bytes: Uint8Array, start: number, end: number): void;
  /** Bytes that were written and that the operating system has not taken yet; `drained` says when that becomes 0. */
  unsent(connection: number): number;
  /** Closes at once. Nothing about this connection is reported any more; its number may be used again. */
  close(connection: number): void;
}

/** What a network reports about a connection. */
export interface IoEvents {
  /** Ready to send. `alpn` is the protocol that TLS agreed on, or ""; `resumed` a shortened handshake. Durations in ns. */
  opened(connection: number, tcpNs: number, tlsNs: number, alpn: string, resumed: boolean): void;
  /** Bytes [start, end) arrived; valid only during the call. */
  received(connection: number, bytes: Uint8Array, start: number, end: number): void;
  /** The operating system has taken all that was written, after `unsent` was above 0. */
  drained(connection: number): void;
  /** The peer has finished sending (FIN). */
  ended(connection: number): void;
  /** The connection is gone: failure code (model/failure) and the OS error number (0 for none). */
  failed(connection: number, failure: number, errno: number): void;
  /** A target's name was resolved to this many addresses. */
  resolved(target: number, addresses: number, dnsNs: number): void;
}

/** What the TLS library cannot use: the scenario's key, and why; null when it can use everything. */
export type CheckTls = (
  tls: TlsOptions,
) => { readonly key: "client_cert" | "client_key" | "tls_ciphers"; readonly reason: string } | null;

/**
 * Reads the data file at a path as the scenario writes it. A text is the reason why it cannot be used, with its line.
 * Columns have no rule to keep to yet; of more than DATA_ROWS_MAX rows there is one too many.
 */
export type ReadData = (path: string, format: DataFormat, delimiter: string) => DataTable | string;

/** A regular expression that ends in a time which size and text bound: RE2, in which "." is a line's end too. */
export interface Pattern {
  /** Steps that a character of the text takes at most; at most REGEX_SIZE_MAX. */
  readonly size: number;
  /** Groups that capture. */
  readonly groups: number;
  /** What the first group matches in the first match; null when there is none. */
  firstGroup(text: string): string | null;
}

/** Compiles a regular expression. A text is the reason why it cannot be used. */
export type CompilePattern = (source: string) => Pattern | string;

/** SHA-256 of the concatenation of `parts`. The pure floors are given it, because only Node has a fast one. */
export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array;

/** 32 bytes that stand for a secret in the ledger: the same for the same UTF-8 bytes, and of no use to find them. */
export type HideSecret = (secret: Uint8Array) => Uint8Array;

/**
 * Undoes one content coding (RFC 9110 8.4.1), in lower case: gzip, x-gzip, deflate, br. Null when the coding is another,
 * the bytes are not in it, or they would give more than `bytesMax`.
 */
export type Decompress = (coding: string, bytes: Uint8Array, bytesMax: number) => Uint8Array | null;

/** UTF-8 to text, with U+FFFD for what is none and without a byte order mark. The pure floors' own is slow on large texts. */
export type DecodeUtf8 = (bytes: Uint8Array) => string;

/** The cookies of the users of one shard (RFC 6265). Values have a character for each byte. */
export interface CookieJars {
  /**
   * The user at `place` got these Set-Cookie fields from a target (index).
   * @param path of the request, a query included or not.
   */
  take(place: number, target: number, path: string, setCookie: readonly string[]): void;
  /** The value of the Cookie field that the user sends with a request; "" for none. */
  header(place: number, target: number, path: string): string;
  /** The user at `place` is gone, and another one begins without cookies. */
  forget(place: number): void;
}
