/**
 * A modelled server: what a simulation sends its requests to. Plain data with every default filled in and every unit
 * in its base (ns, bytes, fractions of 1); docs/SIMULATION.md says what each part does to a request.
 */

export interface ServerModel {
  /** How long a worker is busy with one request. */
  readonly serviceTime: ServiceTime;
  /** Requests served at the same time; 0 for no bound. */
  readonly workers: number;
  /** Requests that wait for a worker at most; one more meets `whenFull`. */
  readonly queueMax: number;
  readonly whenFull: WhenFull;
  /** Size of every answer. */
  readonly responseBytes: number;
  /** From the client to the server and back, without the time at the server. */
  readonly roundTripNs: number;
  /** Share of the served requests that are answered with status 500. */
  readonly errorRatio: number;
  /** Share of the served requests whose connection is reset instead of an answer. */
  readonly dropRatio: number;
  readonly slowStart: SlowStart;
  readonly stalls: readonly Stall[];
}

export const SERVICE_TIME_TYPES = ["fixed", "uniform", "normal", "long_tail"] as const;

export type ServiceTime =
  | { readonly type: "fixed"; readonly durationNs: number }
  | { readonly type: "uniform"; readonly minNs: number; readonly maxNs: number }
  /** Never below 0. */
  | { readonly type: "normal"; readonly meanNs: number; readonly stddevNs: number }
  /** Log-normal: most near the median, a few many times as long. */
  | { readonly type: "long_tail"; readonly medianNs: number; readonly p99Ns: number };

/** What a request meets that finds the queue full: an answer with status 503 at once, or a connection that is reset. */
export const WHEN_FULL = ["status_503", "reset"] as const;
export type WhenFull = (typeof WHEN_FULL)[number];

/** Service times are `factor` times as long at first; the factor falls linearly to 1 over `durationNs`. */
export interface SlowStart {
  readonly durationNs: number;
  readonly factor: number;
}

/** A time in which the whole server stands still: from `startNs` for `durationNs`, again every `everyNs` unless null. */
export interface Stall {
  readonly startNs: number;
  readonly durationNs: number;
  readonly everyNs: number | null;
}
