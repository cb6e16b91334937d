/** What one running server holds, shared by all its requests. */
import { Accounts } from "./accounts.ts";
import { Chances } from "./chances.ts";
import { nowNs } from "./clock.ts";
import { Connections } from "./connections.ts";
import type { Settings } from "./options.ts";
import { Stalls } from "./stalls.ts";
import { Books, type TargetStats } from "./stats.ts";
import { Waits } from "./waits.ts";

export class TargetState {
  readonly settings: Settings;
  readonly accounts = new Accounts();
  readonly chances = new Chances();
  readonly connections = new Connections();
  readonly stalls: Stalls;
  readonly waits = new Waits();
  readonly #startNs = nowNs();
  #books = new Books();

  constructor(settings: Settings) {
    this.settings = settings;
    this.stalls = new Stalls({ everyNs: settings.stallEveryNs, forNs: settings.stallForNs });
  }

  /** Those in which new requests are entered. */
  get books(): Books {
    return this.#books;
  }

  /** Ns since the server started. */
  sinceStartNs(): number {
    return nowNs() - this.#startNs;
  }

  stats(): TargetStats {
    const { accepted, open, bytesIn } = this.connections;
    return { ...this.#books.stats(), connections: { accepted, open }, bytes_in: bytesIn };
  }

  resetStats(): void {
    this.#books = new Books();
    this.connections.resetCounts();
  }
}
