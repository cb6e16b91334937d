/**
 * The Summary: every number of a report, computed by metrics from entries alone. It is metrics.json as it stands
 * (schema/metrics.schema.json), so names are stable and in snake case. Latencies are integer ns, rates fractions of 1,
 * null means that there was nothing to measure.
 */

import type { StopReason } from "./entry.ts";
import type { FailureKind } from "./failure.ts";

export interface Summary {
  readonly version: "1";
  readonly run_id: string;
  readonly simulated: boolean;
  readonly scenario: { readonly name: string; readonly version: string; readonly sha256: string };
  readonly runtime: {
    readonly start_time: string | null;
    /** From the run's start to its planned end, or to the stop when that came first. */
    readonly duration_seconds: number;
    readonly vus: number;
    readonly seed: string;
    readonly shards: number;
    readonly io: string;
    readonly stop_reason: StopReason | null;
  };
  readonly requests: RequestCounts;
  readonly latency: Distribution;
  readonly service_time: Distribution;
  readonly phases: Readonly<Record<Phase, Distribution>>;
  readonly throughput: {
    /** Completed requests per second from start to planned end. */
    readonly rps: number;
    /** Of the whole seconds before the planned end; null when the run has none. */
    readonly peak_rps: number | null;
    readonly min_rps: number | null;
    readonly bytes_in: number;
    readonly bytes_out: number;
  };
  readonly connections: {
    readonly opened: number;
    /** Of those opened, the ones whose TLS resumed a session instead of making a full handshake. */
    readonly resumed: number;
    /** Requests that found an open connection. */
    readonly reused: number;
    readonly errors: number;
    readonly closed: number;
  };
  readonly errors: ErrorCounts;
  readonly by_request: Readonly<Record<string, RequestSummary>>;
  /** What the scenario's rules found, in its order. */
  readonly checks: readonly CheckSummary[];
  /** Null when no group of users is open, and in an analysis that counts a part of the requests. */
  readonly arrivals: ArrivalCounts | null;
  readonly lag: {
    readonly p50_ns: number | null;
    readonly p99_ns: number | null;
    readonly p999_ns: number | null;
    readonly max_ns: number | null;
    /** Processor time of the shards' threads by wall time, mean over the run; null without heartbeats (short runs). */
    readonly busy_mean: number | null;
    /** The busiest second of any shard. */
    readonly busy_max: number | null;
    /** The generator set the pace, not the server: lag p99 above LAG_LIMITED_NS, or busy_mean above BUSY_LIMITED. */
    readonly generator_limited: boolean;
    readonly paused_for_disk_ns: number;
  };
  readonly books: Books;
  readonly assertions: readonly Assertion[];
  /** Only of an analysis that counts a part of the requests: the expression that is true for them. */
  readonly filter?: string;
  /** Only of an analysis that was asked for percentiles of its own. */
  readonly percentiles?: Percentiles;
}

/** Percentiles as asked for, in that order, by "p25_ns" or "p99.99_ns". */
export interface Percentiles {
  readonly latency: Readonly<Record<string, number | null>>;
  readonly service_time: Readonly<Record<string, number | null>>;
}

export type Phase = "wait" | "dns" | "connect" | "tls" | "ttfb" | "body";
export const PHASES: readonly Phase[] = ["wait", "dns", "connect", "tls", "ttfb", "body"];

export interface RequestCounts {
  readonly planned: number;
  /** Issued. */
  readonly total: number;
  readonly dropped: number;
  readonly success: number;
  /** Not successful: failed, timed out, a status of 400 or more that no rule asks for, or another broken rule. */
  readonly failed: number;
  readonly unfinished: number;
  /** success / total; null when nothing was issued. */
  readonly success_rate: number | null;
  readonly by_method: Readonly<Record<string, number>>;
  readonly by_status: Readonly<Record<string, number>>;
}

export interface Distribution {
  readonly count: number;
  readonly min_ns: number | null;
  readonly max_ns: number | null;
  readonly mean_ns: number | null;
  readonly stddev_ns: number | null;
  readonly p50_ns: number | null;
  readonly p90_ns: number | null;
  readonly p95_ns: number | null;
  readonly p99_ns: number | null;
  readonly p999_ns: number | null;
}

/** failed + timed out + status + check; a request that is unfinished at the stop is not an error. */
export interface ErrorCounts {
  readonly total: number;
  /** total / issued; null when nothing was issued. */
  readonly rate: number | null;
  readonly by_kind: Readonly<Partial<Record<ErrorKind, number>>>;
}
/** `status_*`: a status that no rule asks for. `check_failed`: any other response that broke a rule. */
export type ErrorKind = FailureKind | "status_4xx" | "status_5xx" | "check_failed";

export interface RequestSummary {
  readonly requests: RequestCounts;
  readonly latency: Distribution;
  readonly service_time: Distribution;
  readonly errors: ErrorCounts;
  readonly throughput: {
    /** Completed requests per second from start to planned end. */
    readonly rps: number;
    readonly bytes_in: number;
    readonly bytes_out: number;
  };
  readonly checks: readonly RuleCounts[];
}

/** How often one rule was broken and kept, of the complete responses of its request. */
export interface RuleCounts {
  /** In words: "status 2xx". */
  readonly rule: string;
  readonly failed: number;
  readonly passed: number;
}

export interface CheckSummary extends RuleCounts {
  /** Name of the request that the rule is about. */
  readonly request: string;
}

/** planned = started + dropped + not_reached, of the arrivals of all open groups. */
export interface ArrivalCounts {
  readonly planned: number;
  readonly started: number;
  /** No user was free under max_vus. */
  readonly dropped: number;
  /** The run ended before their moment. */
  readonly not_reached: number;
  /** Arrivals that may be alive at once, in all open groups together. */
  readonly max_vus: number;
}

/** planned = issued + dropped; issued = completed + failed + timed_out + unfinished. Here `failed` is without time-outs and statuses. */
export interface Books {
  readonly balanced: boolean;
  readonly planned: number;
  readonly issued: number;
  readonly dropped: number;
  readonly completed: number;
  readonly failed: number;
  readonly timed_out: number;
  readonly unfinished: number;
  /** What does not add up, in words; empty when the books balance. */
  readonly problems: readonly string[];
}

export interface Assertion {
  /** "p99_latency_ms", or "create_user.p99_latency_ms" for one request. */
  readonly name: string;
  readonly passed: boolean;
  /** In words: "p99 <= 100 ms". */
  readonly expected: string;
  /** In words: "89.4 ms", or "no responses". */
  readonly actual: string;
}

/** One closed window of the time series: a row of timeseries.csv. */
export interface Window {
  /** End of the window, ns since the run began. */
  readonly tickNs: number;
  readonly users: number;
  readonly issued: number;
  readonly completed: number;
  readonly failed: number;
  readonly rps: number;
  readonly latencyP50Ns: number | null;
  readonly latencyP90Ns: number | null;
  readonly latencyP99Ns: number | null;
  readonly latencyMaxNs: number | null;
  readonly serviceP99Ns: number | null;
  readonly lagP99Ns: number | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What the live screen shows: totals so far and the newest closed window. */
export interface LiveSnapshot {
  readonly nowNs: number;
  readonly users: number;
  readonly issued: number;
  readonly completed: number;
  readonly inFlight: number;
  /** Arrivals that found no free user. */
  readonly dropped: number;
  /** Why a shard began to stop, the first of them; null while none has. */
  readonly stopReason: StopReason | null;
  readonly errors: ErrorCounts;
  readonly latencyP50Ns: number | null;
  readonly latencyP99Ns: number | null;
  readonly lagP99Ns: number | null;
  readonly window: Window | null;
  /** Completed requests per second of the newest windows, oldest first; at most 60. */
  readonly rpsHistory: readonly number[];
}
