/**
 * What a scenario will do, said beforehand: what `z6 plan --json` prints (schema/plan.schema.json), so names are stable
 * and in snake case. Nothing has been sent; every number follows from the scenario, the seed and this machine.
 */

/**
 * How far a number can be trusted:
 *
 * exact           it is what the engine plans; `fewer_if` says what may keep a part of it from being sent
 * at_most         it is a bound that holds, and may be far away
 * about           it is an expectation or an estimate
 * at_most_about   it is an estimate of what can be at most
 */
export type Precision = "exact" | "at_most" | "about" | "at_most_about";

export interface Amount {
  readonly value: number;
  readonly precision: Precision;
}

export interface Plan {
  readonly version: "1";
  readonly name: string;
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  /** The scenario has no seed: this one was drawn, and a run draws another. */
  readonly seed_drawn: boolean;
  readonly shards: number;
  /** Null when iterations end the run. */
  readonly duration_seconds: number | null;
  /** Requests in flight may finish for this long after the end. */
  readonly graceful_stop_seconds: number;
  /** Users and arrivals alive at once. */
  readonly users_max: number;
  /** Arrivals of all open groups. */
  readonly arrivals: number;
  /** Null when the server's speed decides, and no pause bounds it. */
  readonly iterations: Amount | null;
  readonly requests: Amount | null;
  /** Of the arrivals of all open groups together; null without one. */
  readonly peak_rate: PeakRate | null;
  /** What may keep planned requests from being sent, in sentences. */
  readonly fewer_if: readonly string[];
  readonly groups: readonly PlannedGroup[];
  /** In the order of the scenario. */
  readonly by_request: readonly PlannedRequest[];
  readonly connections: PlannedConnections;
  readonly ledger: PlannedLedger;
  /** What does not fit and what to change, in sentences. */
  readonly warnings: readonly string[];
}

export interface PeakRate {
  readonly per_second: number;
  /** schedule: the highest rate of the schedule. busiest_second: the most arrivals within one second, counted. */
  readonly basis: "schedule" | "busiest_second";
}

export type PlannedGroup = PlannedUsers | PlannedArrivals;

interface PlannedGroupBase {
  /** "" for the users of [schedule]. */
  readonly name: string;
  readonly iterations: Amount | null;
  readonly requests: Amount | null;
  readonly flows: readonly PlannedFlow[];
}

/** A closed group. */
export interface PlannedUsers extends PlannedGroupBase {
  readonly type: "constant" | "ramp" | "spike" | "steps";
  readonly users_max: number;
  /** Iterations of each user; null when the duration ends the run. */
  readonly iterations_per_user: number | null;
  /** Times that a user comes. */
  readonly spawns: Amount;
  /** Users alive, the most within each bucket; null when iterations end the run. */
  readonly series: Series | null;
}

/** An open group. */
export interface PlannedArrivals extends PlannedGroupBase {
  readonly type: "arrivals";
  readonly distribution: "even" | "poisson";
  /** Seconds until the last stage ends, or the run. */
  readonly seconds: number;
  readonly arrivals: number;
  /** Alive at once, at most; one more is dropped. */
  readonly alive_max: number;
  readonly peak_rate: PeakRate;
  /** How long an iteration may take on average at the peak before arrivals are dropped; null when none can be. */
  readonly iteration_seconds_at_peak: number | null;
  /** Arrivals within each bucket. */
  readonly series: Series;
}

/** Values for buckets of equal length that follow one another from the run's beginning; the last may be cut short. */
export interface Series {
  readonly bucket_seconds: number;
  /** Of all buckets. */
  readonly seconds: number;
  readonly precision: Precision;
  readonly values: readonly number[];
}

export interface PlannedFlow {
  /** "" for the one flow of a file without [[flows]]. */
  readonly name: string;
  /** Of its group's iterations. */
  readonly share: number;
  readonly requests_per_iteration: number;
  readonly iterations: Amount | null;
}

export interface PlannedRequest {
  readonly name: string;
  /** Of all requests, as expected; null when they cannot be compared, because a group's number is not known. */
  readonly share: number | null;
  readonly requests: Amount | null;
}

export interface PlannedConnections {
  /** Open at once, all targets together. */
  readonly sockets: Amount;
  /** Sockets and the process's own files. */
  readonly file_descriptors: number;
  /** Null where the system does not say. */
  readonly file_descriptors_max: number | null;
  /** Local ports for connections to one address and port; null where the system does not say. */
  readonly local_ports: number | null;
  readonly targets: readonly PlannedTarget[];
  /** Each pair of host and port that targets name. */
  readonly destinations: readonly { readonly address: string; readonly connections: number }[];
}

export interface PlannedTarget {
  readonly name: string;
  readonly base_url: string;
  /** At most, at once. Where ALPN decides, those of HTTP/1.1. */
  readonly connections: number;
  /** Where ALPN decides: those of HTTP/2; else null. */
  readonly connections_http2: number | null;
}

export interface PlannedLedger {
  /** The whole file; null when the number of requests is not known. */
  readonly bytes: Amount | null;
  readonly parts: readonly { readonly name: LedgerPart; readonly bytes: Amount | null }[];
  /** What a million requests take, with what is captured from their responses. */
  readonly bytes_per_million_requests: number;
  /** What each second takes beside the requests: heartbeats, and the headers of blocks that are not full. */
  readonly bytes_per_second: number;
  /** [limits] max_event_log_size_mb. */
  readonly bytes_max: number;
  /** The run folder, or where its folder would be. */
  readonly folder: string;
  /** Null where the system does not say. */
  readonly free_disk_bytes: number | null;
}

export type LedgerPart = "manifest" | "requests" | "captures" | "users" | "connections" | "seconds" | "blocks" | "end";
