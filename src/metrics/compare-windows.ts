/**
 * A run cut into windows of equal length, with a few counts for each window and group of requests. Group 0 is all
 * requests, group 1 + i those of request i.
 *
 * The number of windows is fixed and their length follows from the run, so memory depends on the scenario alone: 1000
 * request names take 10 MB. That asks for two passes over a ledger: the first (the fold) finds the run's length and
 * its percentiles, the second counts here. A request belongs, with its outcome, to the window of its planned moment.
 */
import { type Entry, isSuccess, KIND } from "../model/entry.ts";
import type { Accumulator } from "./accumulator.ts";
import { COMPARED_PERCENTILES, COUNT_AT, COUNTS_PER_WINDOW } from "./compare-figures.ts";
import { Discrepancies } from "./discrepancies.ts";
import type { FoldResult } from "./fold.ts";
import { InFlight } from "./in-flight.ts";

/** Windows of a run, whatever its length. */
export const COMPARE_WINDOWS = 120;

export class WindowCounts {
  /** The groups' accounts over the whole run, from the first pass. */
  readonly totals: readonly Accumulator[];
  /** Length of the run, ns. */
  readonly endNs: number;
  /** By group, then count, then window. */
  readonly #counts: Float64Array;
  /** By group, then percentile: up to where values are counted, ns. */
  readonly #cutsNs: Float64Array;
  readonly #inFlight: InFlight;

  /** @param first what the fold of the same entries found. */
  constructor(first: FoldResult) {
    this.totals = [first.totals, ...first.byRequest];
    this.endNs = first.endNs;
    this.#counts = new Float64Array(this.totals.length * COUNTS_PER_WINDOW * COMPARE_WINDOWS);
    this.#cutsNs = new Float64Array(
      this.totals.flatMap((total) => COMPARED_PERCENTILES.map(({ of, percent }) => total[of].percentile(percent) ?? 0)),
    );
    this.#inFlight = new InFlight(first.plan, new Discrepancies());
  }

  /** Takes one entry; those that say nothing about a request are ignored. The entry is not kept. */
  add(entry: Entry): void {
    switch (entry.kind) {
      case KIND.request_issued:
        this.#inFlight.issue(entry.identity, entry.timeNs - entry.b, entry.code);
        this.#count(COUNT_AT.issued, entry.code, this.#windowOf(entry.timeNs - entry.b), 1);
        return;
      case KIND.response_received:
        this.#addResponse(entry);
        return;
      case KIND.request_failed:
      case KIND.request_timed_out: {
        const request = this.#inFlight.settle(entry.identity);
        if (request >= 0) this.#count(COUNT_AT.errors, request, this.#plannedWindow(), 1);
        return;
      }
      case KIND.request_unfinished:
        this.#inFlight.settle(entry.identity);
        return;
      default:
        return;
    }
  }

  /** The counts of `group` for each window, at place `count`. */
  series(group: number, count: number): Float64Array {
    const start = (group * COUNTS_PER_WINDOW + count) * COMPARE_WINDOWS;
    return this.#counts.subarray(start, start + COMPARE_WINDOWS);
  }

  #addResponse(entry: Entry): void {
    const request = this.#inFlight.settle(entry.identity);
    if (request < 0) return;
    const window = this.#plannedWindow();
    this.#count(COUNT_AT.completed, request, window, 1);
    // As the fold has it: a code that is no status is 0.
    const status = entry.code > 999 ? 0 : entry.code;
    if (!isSuccess(status, entry.flags)) this.#count(COUNT_AT.errors, request, window, 1);
    const latencyNs = entry.timeNs - this.#inFlight.settledPlannedNs;
    if (entry.b + entry.c > latencyNs || latencyNs > Number.MAX_SAFE_INTEGER) return;
    this.#addDurations(0, window, latencyNs, latencyNs - entry.b);
    if (request + 1 < this.totals.length) this.#addDurations(request + 1, window, latencyNs, latencyNs - entry.b);
  }

  #addDurations(group: number, window: number, latencyNs: number, serviceNs: number): void {
    const start = group * COUNTS_PER_WINDOW * COMPARE_WINDOWS + window;
    const counts = this.#counts;
    counts[start + COUNT_AT.measured * COMPARE_WINDOWS]!++;
    counts[start + COUNT_AT.latencyNs * COMPARE_WINDOWS]! += latencyNs;
    for (let i = 0; i < COMPARED_PERCENTILES.length; i++) {
      const { of, count } = COMPARED_PERCENTILES[i]!;
      const valueNs = of === "latency" ? latencyNs : serviceNs;
      if (valueNs <= this.#cutsNs[group * COMPARED_PERCENTILES.length + i]!) counts[start + count * COMPARE_WINDOWS]!++;
    }
  }

  /** Counts for all requests and for the one, if the scenario has it. */
  #count(count: number, request: number, window: number, amount: number): void {
    this.#counts[count * COMPARE_WINDOWS + window]! += amount;
    const group = request + 1;
    if (group < this.totals.length) {
      this.#counts[(group * COUNTS_PER_WINDOW + count) * COMPARE_WINDOWS + window]! += amount;
    }
  }

  /** Of the request that was settled last. */
  #plannedWindow(): number {
    return this.#windowOf(this.#inFlight.settledPlannedNs);
  }

  /** What a foreign ledger dates outside of the run counts in its first or last window. */
  #windowOf(timeNs: number): number {
    if (this.endNs <= 0) return 0;
    const window = Math.floor((timeNs / this.endNs) * COMPARE_WINDOWS);
    return Math.max(0, Math.min(COMPARE_WINDOWS - 1, window));
  }
}
