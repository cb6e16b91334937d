/**
 * The time series: one accumulator per second, kept only until the second is over.
 *
 * Entries of several shards arrive block by block, so time never falls within a shard but jumps back and forth between
 * shards. A window closes when every shard has passed its end. At most OPEN_WINDOWS_MAX are open at once: when one
 * shard is further ahead of another than that, the oldest window closes all the same, and what still comes for it is
 * counted in the oldest one open. Totals are therefore always whole; only the second they show up in can be off.
 */
import { OPEN_WINDOWS_MAX, WINDOW_NS } from "../base/limits.ts";
import { Accumulator } from "./accumulator.ts";
import { Histogram } from "./histogram.ts";

/** One second of the run while it is open. */
export class OpenWindow {
  readonly requests = new Accumulator();
  /** How late requests were issued, and arrivals dropped, against their plan. */
  readonly lag = new Histogram();
  /** Users spawned less users retired. */
  usersChange = 0;

  reset(): void {
    this.requests.reset();
    this.lag.reset();
    this.usersChange = 0;
  }
}

export class WindowSeries {
  readonly #onClose: (window: OpenWindow, endNs: number) => void;
  readonly #slots = Array.from({ length: OPEN_WINDOWS_MAX }, () => new OpenWindow());
  /** Number of the oldest open window; window n covers [n, n + 1) * WINDOW_NS and lives in slot n mod OPEN_WINDOWS_MAX. */
  #oldest = 0;
  /** By shard: the window that its newest entry fell into, that window's end, and where its entries are counted. */
  readonly #reached: Float64Array;
  readonly #endNs: Float64Array;
  readonly #current: OpenWindow[];

  /** @param onClose gets each window in order, with its end; it must not keep the window, which is used again. */
  constructor(shardCount: number, onClose: (window: OpenWindow, endNs: number) => void) {
    this.#onClose = onClose;
    this.#reached = new Float64Array(shardCount);
    this.#endNs = new Float64Array(shardCount).fill(WINDOW_NS);
    this.#current = new Array(shardCount).fill(this.#slot(0));
  }

  /** The window that counts an entry of `shard` at `timeNs`; closes the windows that every shard has passed. */
  at(timeNs: number, shard: number): OpenWindow {
    if (timeNs >= this.#endNs[shard]!) this.#advance(timeNs, shard);
    return this.#current[shard]!;
  }

  /** Visits the open windows, oldest first. */
  forEachOpen(visit: (window: OpenWindow) => void): void {
    for (let i = 0; i < OPEN_WINDOWS_MAX; i++) visit(this.#slot(this.#oldest + i));
  }

  /** Closes what is open up to `lastNs`; the last window, cut off by the end, only when a request or a drop falls into it. */
  close(lastNs: number): void {
    const last = Math.floor(lastNs / WINDOW_NS);
    while (this.#oldest < last) this.#closeOldest();
    const { requests, lag } = this.#slot(this.#oldest);
    if (requests.settled + lag.count > 0) this.#closeOldest();
  }

  #advance(timeNs: number, shard: number): void {
    const reached = Math.floor(timeNs / WINDOW_NS);
    this.#reached[shard] = reached;
    this.#endNs[shard] = (reached + 1) * WINDOW_NS;
    const passedByAll = this.#reached.reduce((least, other) => Math.min(least, other), reached);
    const oldest = Math.max(passedByAll, reached - OPEN_WINDOWS_MAX + 1);
    while (this.#oldest < oldest) this.#closeOldest();
    this.#current[shard] = this.#slot(Math.max(reached, this.#oldest));
  }

  #closeOldest(): void {
    const closing = this.#slot(this.#oldest);
    this.#onClose(closing, (this.#oldest + 1) * WINDOW_NS);
    closing.reset();
    this.#oldest++;
    const next = this.#slot(this.#oldest);
    for (let shard = 0; shard < this.#current.length; shard++) {
      if (this.#current[shard] === closing) this.#current[shard] = next;
    }
  }

  #slot(window: number): OpenWindow {
    return this.#slots[window % OPEN_WINDOWS_MAX]!;
  }
}
