/**
 * The one fold: entries in, numbers out, the same while a run is under way and years later from its ledger.
 *
 *   entry ─► join with the request it settles ─► this second's accumulator ─► row of the time series ─► totals
 *                                             └► the request name's accumulator
 *
 * Memory depends on the scenario (users, request names) and not on the length of the run: windows are handed out as
 * they close. Nothing here throws on what an entry says; what does not add up is counted as a discrepancy.
 */
import { RPS_HISTORY_WINDOWS, WINDOW_NS } from "../base/limits.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import {
  CONNECTION_RESUMED,
  connectionProtocol,
  type Entry,
  KIND,
  PROTOCOL_CODES,
  STOP_CODES,
  type StopReason,
  stopReason,
} from "../model/entry.ts";
import { failureKind } from "../model/failure.ts";
import type { ArrivalCounts, LiveSnapshot, Window } from "../model/summary.ts";
import { Accumulator } from "./accumulator.ts";
import { ArrivalsBook, type ArrivalsPlan } from "./arrivals-book.ts";
import { BusyTime } from "./busy-time.ts";
import { Discrepancies } from "./discrepancies.ts";
import { Histogram } from "./histogram.ts";
import { InFlight, type UserBounds } from "./in-flight.ts";
import { errorCounts } from "./outcomes.ts";
import { Phases } from "./phases.ts";
import { BrokenRules, type CountedRule } from "./rule-counts.ts";
import { type OpenWindow, WindowSeries } from "./window-series.ts";

/** What the fold has to know beforehand. */
export interface FoldPlan extends UserBounds {
  readonly requests: readonly { readonly name: string; readonly method: string }[];
  readonly rules: readonly CountedRule[];
  /** Null when no group of users is open, or when arrivals are not to be accounted for. */
  readonly arrivals: ArrivalsPlan | null;
  /** Shards whose entries will be added; entries of shard s carry 0 <= s < shardCount. */
  readonly shardCount: number;
  /** Null when iterations end the run. */
  readonly plannedEndNs: number | null;
  /** Gets each second of the run in order, once, as soon as it is over. */
  readonly windows: (window: Window) => void;
}

/** The run's accounts after the last entry; `summarise` makes the Summary of it. */
export interface FoldResult {
  readonly plan: FoldPlan;
  readonly totals: Accumulator;
  /** By request index. */
  readonly byRequest: readonly Accumulator[];
  /** How late requests were issued, and arrivals dropped, against their plan. */
  readonly lag: Histogram;
  readonly phases: Phases;
  readonly dropped: number;
  /** By rule. */
  readonly rules: readonly { readonly failed: number; readonly passed: number }[];
  readonly arrivals: ArrivalCounts | null;
  readonly connections: {
    readonly opened: number;
    /** Of those opened, the ones whose TLS resumed a session. */
    readonly resumed: number;
    readonly failed: number;
    readonly closed: number;
  };
  readonly pausedNs: number;
  readonly busy: { readonly mean: number | null; readonly max: number | null };
  /** Planned end, or the stop when that came first, or the last entry of a ledger that was cut off. */
  readonly endNs: number;
  readonly stopReason: StopReason | null;
  /** Completed requests in the fullest and the emptiest whole window before `endNs`; null when there was none. */
  readonly windowCompletedMax: number | null;
  readonly windowCompletedMin: number | null;
  /** What is wrong with the books, in words; empty when nothing is. */
  readonly problems: readonly string[];
}

/** What was counted up to now. */
export interface CountedSoFar {
  readonly totals: Accumulator;
  /** By request index. */
  readonly byRequest: readonly Accumulator[];
}

export class Fold {
  readonly #plan: FoldPlan;
  readonly #windows: WindowSeries;
  readonly #discrepancies = new Discrepancies();
  readonly #inFlight: InFlight;
  readonly #rules: BrokenRules;
  readonly #arrivals: ArrivalsBook | null;
  /** Of the windows that have closed, as is the lag. */
  readonly #totals = new Accumulator();
  /** By request index, and one more for requests that the scenario does not have. */
  readonly #byRequest: readonly Accumulator[];
  readonly #lag = new Histogram();
  readonly #phases = new Phases();
  #opened = 0;
  #resumed = 0;
  #connectFailed = 0;
  #closed = 0;
  #dropped = 0;
  #pausedNs = 0;
  readonly #busy: BusyTime;
  #lastNs = 0;
  /** Users alive at the end of the newest closed window. */
  #users = 0;
  /** By shard: when it began to stop; -1 while it has not. */
  readonly #stopNs: Float64Array;
  /**
   * Why the run stopped: as the earliest stop said, ties by code, or as run_ended said. A shard whose users have done their
   * work speaks for itself alone: any other reason goes before `iterations`.
   */
  #stopCode = 0;
  #stopCodeNs = Number.POSITIVE_INFINITY;
  #windowCompletedMax: number | null = null;
  #windowCompletedMin: number | null = null;
  #newestWindow: Window | null = null;
  readonly #rpsHistory: number[] = [];

  constructor(plan: FoldPlan) {
    this.#plan = plan;
    this.#windows = new WindowSeries(plan.shardCount, (window, endNs) => this.#closeWindow(window, endNs));
    this.#inFlight = new InFlight(plan, this.#discrepancies);
    this.#rules = new BrokenRules(plan.rules, this.#inFlight, this.#discrepancies);
    this.#arrivals = plan.arrivals === null ? null : new ArrivalsBook(plan.arrivals);
    this.#byRequest = Array.from({ length: plan.requests.length + 1 }, () => new Accumulator());
    this.#stopNs = new Float64Array(plan.shardCount).fill(-1);
    this.#busy = new BusyTime(plan.shardCount);
  }

  /** Takes one entry of `shard`. Within a shard time must not fall. The entry is not kept. */
  add(entry: Entry, shard: number): void {
    const { timeNs, kind } = entry;
    if (ENTRY_IS_FRAME[kind] !== 0) {
      if (kind === KIND.run_ended) this.#noteStop(entry.code, Number.NEGATIVE_INFINITY);
      return;
    }
    if (shard >= this.#plan.shardCount) {
      this.#discrepancies.add("unknown_shard");
      return;
    }
    if (timeNs > this.#lastNs) this.#lastNs = timeNs;
    const window = this.#windows.at(timeNs, shard);
    if (kind === KIND.request_issued) this.#addIssued(entry, window);
    else if (kind === KIND.response_received) this.#addResponse(entry, window.requests);
    else this.#addOther(entry, window, shard);
  }

  /** Totals so far, including the second under way. Costs some microseconds: for a screen, not for each entry. */
  live(nowNs: number): LiveSnapshot {
    const sum = this.#sumSoFar();
    const lag = new Histogram();
    lag.merge(this.#lag);
    let users = this.#users;
    this.#windows.forEachOpen((window) => {
      lag.merge(window.lag);
      users += window.usersChange;
    });
    return {
      nowNs,
      users,
      issued: sum.issued,
      completed: sum.completed,
      inFlight: this.#inFlight.count,
      dropped: this.#dropped,
      stopReason: this.stopBegun,
      errors: errorCounts(sum),
      latencyP50Ns: sum.latency.percentile(50),
      latencyP99Ns: sum.latency.percentile(99),
      lagP99Ns: lag.percentile(99),
      window: this.#newestWindow,
      rpsHistory: [...this.#rpsHistory],
    };
  }

  /** What a judgement in the middle of the run is about. Costs as much as `live`. */
  soFar(): CountedSoFar {
    return { totals: this.#sumSoFar(), byRequest: this.#byRequest.slice(0, -1) };
  }

  /** Why a shard began to stop, the first of them; null while none has. */
  get stopBegun(): StopReason | null {
    return this.#stopNs.some((stopNs) => stopNs >= 0) ? (stopReason(this.#stopCode) ?? null) : null;
  }

  /** Whether this shard has begun to stop. */
  isStopping(shard: number): boolean {
    return this.#stopNs[shard]! >= 0;
  }

  /** Closes the books after the last entry. Call it once. */
  close(): FoldResult {
    const reason = stopReason(this.#stopCode) ?? null;
    this.#windows.close(this.#lastNs);
    this.#discrepancies.add("never_settled", this.#inFlight.count);
    const byRequest = this.#byRequest.slice(0, -1);
    return {
      plan: this.#plan,
      totals: this.#totals,
      byRequest,
      lag: this.#lag,
      phases: this.#phases,
      dropped: this.#dropped,
      rules: this.#rules.counts(byRequest),
      arrivals: this.#arrivals?.close(this.#dropped, reason, this.#discrepancies) ?? null,
      connections: {
        opened: this.#opened,
        resumed: this.#resumed,
        failed: this.#connectFailed,
        closed: this.#closed,
      },
      pausedNs: this.#pausedNs,
      busy: { mean: this.#busy.mean, max: this.#busy.max },
      endNs: Math.min(this.#plan.plannedEndNs ?? Number.POSITIVE_INFINITY, this.#stoppedNs() ?? this.#lastNs),
      stopReason: reason,
      windowCompletedMax: this.#windowCompletedMax,
      windowCompletedMin: this.#windowCompletedMin,
      problems: this.#discrepancies.describe(),
    };
  }

  #addIssued(entry: Entry, window: OpenWindow): void {
    const requestCount = this.#byRequest.length - 1;
    let request = entry.code;
    if (request >= requestCount) {
      this.#discrepancies.add("unknown_request");
      request = requestCount;
    }
    window.lag.record(entry.b);
    window.requests.addIssued(entry.c);
    this.#byRequest[request]!.addIssued(entry.c);
    this.#inFlight.issue(entry.identity, entry.timeNs - entry.b, request);
  }

  #addResponse(entry: Entry, window: Accumulator): void {
    const request = this.#inFlight.settle(entry.identity);
    if (request < 0) return;
    let status = entry.code;
    if (status > 999) {
      this.#discrepancies.add("unknown_code");
      status = 0;
    }
    const named = this.#byRequest[request]!;
    window.addResponse(status, entry.a, entry.flags);
    named.addResponse(status, entry.a, entry.flags);
    const latencyNs = entry.timeNs - this.#inFlight.settledPlannedNs;
    if (entry.b + entry.c > latencyNs || latencyNs > Number.MAX_SAFE_INTEGER) {
      this.#discrepancies.add("impossible_duration");
      return;
    }
    const serviceNs = latencyNs - entry.b;
    window.addDurations(latencyNs, serviceNs);
    named.addDurations(latencyNs, serviceNs);
    this.#phases.wait.record(entry.b);
    this.#phases.ttfb.record(entry.c);
    this.#phases.body.record(serviceNs - entry.c);
  }

  #addFailed(entry: Entry, window: Accumulator): void {
    const request = this.#inFlight.settle(entry.identity);
    if (request < 0) return;
    let failure = entry.code;
    if (failureKind(failure) === undefined) {
      this.#discrepancies.add("unknown_code");
      failure = 0;
    }
    window.addFailed(failure, entry.c);
    this.#byRequest[request]!.addFailed(failure, entry.c);
  }

  /** Everything but the two kinds that a healthy run consists of. */
  #addOther(entry: Entry, window: OpenWindow, shard: number): void {
    switch (entry.kind) {
      case KIND.request_failed:
        this.#addFailed(entry, window.requests);
        return;
      case KIND.request_timed_out: {
        const request = this.#inFlight.settle(entry.identity);
        if (request < 0) return;
        window.requests.addTimedOut();
        this.#byRequest[request]!.addTimedOut();
        return;
      }
      case KIND.request_unfinished: {
        const request = this.#inFlight.settle(entry.identity);
        if (request < 0) return;
        window.requests.addUnfinished();
        this.#byRequest[request]!.addUnfinished();
        return;
      }
      case KIND.check_failed:
        this.#rules.add(entry);
        return;
      case KIND.user_spawned:
        window.usersChange++;
        this.#arrivals?.addSpawned(entry.identity);
        return;
      case KIND.user_retired:
        window.usersChange--;
        return;
      case KIND.arrival_dropped:
        // Whom a late generator looks for late it may find busy: its lag is in the drops as well.
        window.lag.record(entry.b);
        this.#dropped++;
        return;
      case KIND.connection_opened: {
        const protocol = connectionProtocol(entry.flags);
        this.#opened++;
        if ((entry.flags & CONNECTION_RESUMED) !== 0) this.#resumed++;
        this.#phases.connect.record(entry.b);
        if (protocol === PROTOCOL_CODES["http1.1+tls"] || protocol === PROTOCOL_CODES["http2+tls"]) {
          this.#phases.tls.record(entry.c);
        }
        return;
      }
      case KIND.connection_failed:
        this.#connectFailed++;
        return;
      case KIND.connection_closed:
        this.#closed++;
        return;
      case KIND.target_resolved:
        this.#phases.dns.record(entry.b);
        return;
      case KIND.backpressure_off:
        this.#pausedNs += entry.b;
        return;
      case KIND.heartbeat:
        this.#busy.add(shard, entry.timeNs, entry.b);
        return;
      case KIND.stop_begun:
        if (this.#stopNs[shard]! < 0) this.#stopNs[shard] = entry.timeNs;
        this.#noteStop(entry.code, entry.code === STOP_CODES.iterations ? Number.MAX_VALUE : entry.timeNs);
        return;
      case KIND.stop_requested:
        if (!this.isStopping(shard)) this.#noteStop(entry.code, entry.timeNs);
        return;
      default:
        // backpressure_on says that time has passed, a captured value is no figure; kinds of a later version say nothing.
        return;
    }
  }

  #sumSoFar(): Accumulator {
    const sum = new Accumulator();
    sum.merge(this.#totals);
    this.#windows.forEachOpen((window) => sum.merge(window.requests));
    return sum;
  }

  #noteStop(code: number, timeNs: number): void {
    if (timeNs > this.#stopCodeNs || (timeNs === this.#stopCodeNs && code >= this.#stopCode)) return;
    this.#stopCode = code;
    this.#stopCodeNs = timeNs;
  }

  /** When the last shard began to stop; null while one has not. */
  #stoppedNs(): number | null {
    let stoppedNs = 0;
    for (const stopNs of this.#stopNs) {
      if (stopNs < 0) return null;
      stoppedNs = Math.max(stoppedNs, stopNs);
    }
    return stoppedNs;
  }

  #closeWindow(window: OpenWindow, endNs: number): void {
    const { requests } = window;
    this.#users += window.usersChange;
    if (requests.issued + requests.settled > 0) this.#totals.merge(requests);
    this.#lag.merge(window.lag);
    const row: Window = {
      tickNs: endNs,
      users: this.#users,
      issued: requests.issued,
      completed: requests.completed,
      failed: requests.errors,
      rps: requests.completed / (WINDOW_NS / NS_PER_SECOND),
      latencyP50Ns: requests.latency.percentile(50),
      latencyP90Ns: requests.latency.percentile(90),
      latencyP99Ns: requests.latency.percentile(99),
      latencyMaxNs: requests.latency.percentile(100),
      serviceP99Ns: requests.service.percentile(99),
      lagP99Ns: window.lag.percentile(99),
      bytesIn: requests.bytesIn,
      bytesOut: requests.bytesOut,
    };
    const wholeUntilNs = Math.min(
      this.#plan.plannedEndNs ?? Number.POSITIVE_INFINITY,
      this.#stoppedNs() ?? this.#lastNs,
    );
    if (endNs <= wholeUntilNs) {
      this.#windowCompletedMax = Math.max(this.#windowCompletedMax ?? 0, requests.completed);
      this.#windowCompletedMin = Math.min(this.#windowCompletedMin ?? requests.completed, requests.completed);
    }
    this.#newestWindow = row;
    this.#rpsHistory.push(row.rps);
    if (this.#rpsHistory.length > RPS_HISTORY_WINDOWS) this.#rpsHistory.shift();
    this.#plan.windows(row);
  }
}

/** By kind, 1 for the supervisor's own entries, which belong to no shard and no second. */
const ENTRY_IS_FRAME = new Uint8Array(256);
for (const kind of [KIND.text, KIND.run_started, KIND.criterion_judged, KIND.run_ended]) ENTRY_IS_FRAME[kind] = 1;
