/**
 * The server's books. Every request is entered when its head arrives and settled once, so at any moment
 * total = answered + dropped_before + dropped_within + misbehaved + abandoned + pending.
 * A request is settled in the books that it was entered in, even when they were replaced meanwhile.
 */
import { PATHS_MAX } from "./bounds.ts";
import { DelayRecord, type DelayStats } from "./delay-record.ts";

/** What became of a request that got no complete and lawful answer. */
export type Loss =
  /** It was dropped on purpose before the answer. */
  | "dropped_before"
  /** It was dropped on purpose within the answer. */
  | "dropped_within"
  /** The answer breaks HTTP or never ends, on purpose. */
  | "misbehaved"
  /** The client went away first, or took its request back, or another request ended their connection. */
  | "abandoned";

/** The answer of `/stats`, and of `stats()` on a running target. The keys of `by_status` are decimal. */
export interface TargetStats {
  readonly requests: Readonly<Record<Loss | "total" | "answered" | "pending", number>>;
  /** Without the query; after the first thousand different paths, the others are "(other)". */
  readonly by_path: Readonly<Record<string, number>>;
  readonly by_method: Readonly<Record<string, number>>;
  readonly by_status: Readonly<Record<string, number>>;
  /** The keys are "1.0", "1.1" and "2". */
  readonly by_http_version: Readonly<Record<string, number>>;
  readonly connections: { readonly accepted: number; readonly open: number };
  /** All bytes read from connections, heads included; under TLS the decrypted ones. */
  readonly bytes_in: number;
  /** From the request's last byte read to the answer handed to the socket, for answers that were made to wait. */
  readonly delays: DelayStats;
}

export class Books {
  #total = 0;
  #answered = 0;
  readonly #losses: Record<Loss, number> = { dropped_before: 0, dropped_within: 0, misbehaved: 0, abandoned: 0 };
  readonly #byPath = new Map<string, number>();
  readonly #byMethod = new Map<string, number>();
  readonly #byStatus = new Map<number, number>();
  readonly #byHttpVersion = new Map<string, number>();
  readonly delays = new DelayRecord();

  enter(method: string, path: string, httpVersion: string): void {
    this.#total++;
    increment(this.#byHttpVersion, httpVersion);
    increment(this.#byMethod, method);
    increment(this.#byPath, this.#byPath.has(path) || this.#byPath.size < PATHS_MAX ? path : "(other)");
  }

  settleAnswered(status: number): void {
    this.#answered++;
    increment(this.#byStatus, status);
  }

  settleLost(loss: Loss): void {
    this.#losses[loss]++;
  }

  stats(): Omit<TargetStats, "connections" | "bytes_in"> {
    const lost = Object.values(this.#losses).reduce((sum, count) => sum + count, 0);
    return {
      requests: {
        total: this.#total,
        answered: this.#answered,
        ...this.#losses,
        pending: this.#total - this.#answered - lost,
      },
      by_path: Object.fromEntries(this.#byPath),
      by_method: Object.fromEntries(this.#byMethod),
      by_status: Object.fromEntries(this.#byStatus),
      by_http_version: Object.fromEntries(this.#byHttpVersion),
      delays: this.delays.stats(),
    };
  }
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
