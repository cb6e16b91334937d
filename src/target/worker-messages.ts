/** What a target in a worker thread and its owner say to each other: a question has a number, its answer the same. */
import type { TargetAddress } from "./server.ts";
import type { TargetStats } from "./stats.ts";

export interface Question {
  readonly id: number;
  readonly ask: "stats" | "close";
}

export type Message =
  /** First, and once: the target listens, or could not start. */
  | { readonly kind: "listening"; readonly address: TargetAddress }
  | { readonly kind: "refused"; readonly message: string; readonly code: string | null }
  | { readonly kind: "stats"; readonly id: number; readonly stats: TargetStats }
  | { readonly kind: "closed"; readonly id: number };

/** The part of a Worker, or of a MessagePort, that a conversation needs. */
export interface Channel {
  postMessage(message: Question | Message): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
}
