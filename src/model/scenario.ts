/**
 * A validated, frozen scenario: what SCENARIO.md promises, with every default filled in, every reference resolved to
 * an index and every unit in its base (ns, bytes). Plain data: it crosses threads by structured clone.
 */

export const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] as const;
export type Method = (typeof METHODS)[number];

export const HTTP_VERSIONS = ["http1.1", "http2", "auto"] as const;
/** "auto" is what ALPN agrees on, and without TLS the same as "http1.1"; "http2" without TLS needs no agreement (h2c). */
export type HttpVersion = (typeof HTTP_VERSIONS)[number];

export const TLS_VERSIONS = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** A header as it will be sent: name as written, value without surrounding white space. */
export type Header = readonly [name: string, value: string];

export interface Scenario {
  readonly metadata: {
    /** Defaults to the file's name without its extension. */
    readonly name: string;
    readonly description: string;
    readonly version: string;
    readonly author: string;
    readonly tags: readonly string[];
  };
  /** Virtual users that the schedule reaches at its highest; identities are 0 .. usersMax - 1. */
  readonly usersMax: number;
  /** `runtime.vus` as written, or the default that the schedule implies. */
  readonly vus: number;
  /** Planned end of the run, or null when `iterations` ends it. */
  readonly durationNs: number | null;
  /** Iterations per user, or null when the duration ends the run. */
  readonly iterations: number | null;
  /** Unsigned 64-bit decimal, or null: the caller draws one and records it. */
  readonly seed: string | null;
  readonly gracefulStopNs: number;
  readonly targets: readonly Target[];
  readonly requests: readonly RequestSpec[];
  /** Steps of one iteration in order, or null: each iteration is one request chosen by weight. */
  readonly sequence: readonly SequenceStep[] | null;
  readonly schedule: Schedule;
  /** A pause between a user's iterations, uniform in [minNs, maxNs]; both 0 for none. */
  readonly thinkTime: { readonly minNs: number; readonly maxNs: number };
  readonly criteria: readonly Criterion[];
  readonly limits: {
    readonly eventLogBytesMax: number;
    readonly connectionsMax: number;
    readonly memoryBytesMax: number;
  };
}

export interface Target {
  /** "" for a single [target]. */
  readonly name: string;
  readonly baseUrl: string;
  readonly host: string;
  readonly port: number;
  /** Path of the base URL without a trailing slash; "" for none. */
  readonly basePath: string;
  readonly tls: TlsOptions | null;
  readonly httpVersion: HttpVersion;
  /** Bound on open connections. Null: one per user, with HTTP/2 ceil(users / maxStreamsPerConnection). */
  readonly maxConnections: number | null;
  /** HTTP/2: requests that share a connection at once, unless the server allows fewer. */
  readonly maxStreamsPerConnection: number;
  readonly connectionTimeoutNs: number;
  readonly headers: readonly Header[];
  readonly weight: number;
}

export interface TlsOptions {
  readonly verify: boolean;
  /** SNI and the name that the certificate must carry. */
  readonly serverName: string;
  /** PEM file contents, or null. */
  readonly caBundle: string | null;
  readonly clientCert: string | null;
  readonly clientKey: string | null;
  /** Oldest and newest version to agree on. */
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL's list of ciphers, those of TLS 1.3 (TLS_...) among them; or null for the runtime's own. */
  readonly ciphers: string | null;
  /** Connections offer the newest session of their target; false: each makes a full handshake. */
  readonly sessionResumption: boolean;
}

export interface RequestSpec {
  readonly name: string;
  readonly method: Method;
  /** Path and query as written; joined to the target's base path. */
  readonly path: string;
  /** The request's own headers; they override the target's of the same name (case-insensitive). */
  readonly headers: readonly Header[];
  readonly body: Uint8Array | null;
  readonly timeoutNs: number;
  readonly weight: number;
  /** Index into targets, or null: chosen by weight from the user's stream. */
  readonly target: number | null;
}

export interface SequenceStep {
  readonly request: number;
  readonly repeat: number;
}

/**
 * Closed model: the number of users alive is a pure function of time, given as phases that follow one another. Within
 * a phase it moves linearly from `fromUsers` to `toUsers`; after the last phase it stays at the last `toUsers`.
 */
export interface Schedule {
  readonly type: "constant" | "ramp" | "spike" | "steps";
  readonly phases: readonly UserPhase[];
}

export interface UserPhase {
  readonly startNs: number;
  readonly durationNs: number;
  readonly fromUsers: number;
  readonly toUsers: number;
}

export type LatencyStatistic = "p50" | "p90" | "p95" | "p99" | "p999" | "mean" | "max";

/** One assertion of the file. `bound` is in the unit of the key: ms, a fraction, or requests per second. */
export interface Criterion {
  /** Key as written, e.g. "p99_latency_ms". */
  readonly name: string;
  /** Index of the request that it is about, or null for the whole run. */
  readonly request: number | null;
  readonly measure:
    | { readonly kind: "latency"; readonly statistic: LatencyStatistic }
    | { readonly kind: "error_rate" | "success_rate" | "rps" | "status_5xx_rate" };
  readonly bound: number;
}
