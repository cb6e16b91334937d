/** What `z6 inspect` tells: the steps of one user, and failures with what came before them. Times are ns since the run began. */
import type { RequestRecord } from "./request-record.ts";

/** One step of a user's life, in the order in which the ledger has them; a request is told when it ends. */
export type UserStep =
  | { readonly kind: "spawned"; readonly timeNs: number }
  /** An arrival that found no free user. */
  | { readonly kind: "dropped"; readonly timeNs: number; readonly reason: string }
  /** Between the end of a request and the planned moment of the next, which was issued at `timeNs`. */
  | { readonly kind: "paused"; readonly timeNs: number; readonly pausedNs: number }
  | { readonly kind: "request"; readonly request: RequestRecord }
  /** The response that ends next broke this rule (index into the scenario's). */
  | { readonly kind: "check_failed"; readonly timeNs: number; readonly rule: number }
  /** `text` is null for a secret. */
  | {
      readonly kind: "captured";
      readonly timeNs: number;
      /** Index into the scenario's captures. */
      readonly capture: number;
      readonly text: string | null;
    }
  | {
      readonly kind: "connection_opened";
      readonly timeNs: number;
      readonly connection: number;
      readonly protocol: string;
      /** TLS resumed an earlier session. */
      readonly resumed: boolean;
      /** Index of the target. */
      readonly target: number;
      readonly tcpNs: number;
      readonly tlsNs: number;
    }
  | {
      readonly kind: "connection_closed";
      readonly timeNs: number;
      readonly connection: number;
      readonly reason: string;
      /** Requests that it served. */
      readonly requests: number;
    }
  | { readonly kind: "retired"; readonly timeNs: number; readonly reason: string; readonly iterations: number };

/** A request that failed or timed out, and the past of its user up to there. */
export interface FailureStory {
  readonly request: RequestRecord;
  readonly past: UserPast;
}

export interface UserPast {
  /** Requests of this user that ended before. */
  readonly requests: number;
  /** The end of the last of them, in words of RequestRecord; null when there was none. */
  readonly last: { readonly outcome: string; readonly status: number; readonly endNs: number } | null;
  /** The connection that was opened last for this user; null when there was none. */
  readonly connection: {
    readonly connection: number;
    readonly openedNs: number;
    /** Answers that this user got since. */
    readonly answers: number;
    /** When and why it was closed; null while it is open. */
    readonly closed: { readonly timeNs: number; readonly reason: string } | null;
  } | null;
}

/** A list that is shown up to a limit. */
export interface Shortened<Item> {
  readonly shown: readonly Item[];
  /** How many more there are. */
  readonly more: number;
}
