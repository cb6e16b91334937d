/**
 * The server's own record of the delays that it applied, to hold a load tester's figures against. Values are kept
 * exactly, the latest million of them; percentiles are by nearest rank, sorted when somebody asks.
 */
import { DELAYS_KEPT_MAX } from "./bounds.ts";

/** `count` and `max_ns` are of all delays, the percentiles of those kept; null when there were none. */
export interface DelayStats {
  readonly count: number;
  readonly p50_ns: number | null;
  readonly p90_ns: number | null;
  readonly p99_ns: number | null;
  readonly max_ns: number | null;
}

export class DelayRecord {
  #valuesNs = new Float64Array(1_024);
  #count = 0;
  #maxNs = 0;

  add(delayNs: number): void {
    if (this.#count === this.#valuesNs.length && this.#count < DELAYS_KEPT_MAX) {
      const grown = new Float64Array(Math.min(this.#valuesNs.length * 2, DELAYS_KEPT_MAX));
      grown.set(this.#valuesNs);
      this.#valuesNs = grown;
    }
    this.#valuesNs[this.#count % DELAYS_KEPT_MAX] = delayNs;
    this.#count++;
    this.#maxNs = Math.max(this.#maxNs, delayNs);
  }

  stats(): DelayStats {
    if (this.#count === 0) return { count: 0, p50_ns: null, p90_ns: null, p99_ns: null, max_ns: null };
    const sorted = this.#valuesNs.slice(0, Math.min(this.#count, DELAYS_KEPT_MAX)).sort();
    const rank = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1]!;
    return { count: this.#count, p50_ns: rank(50), p90_ns: rank(90), p99_ns: rank(99), max_ns: this.#maxNs };
  }
}
