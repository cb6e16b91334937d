/**
 * A validated, frozen scenario: what SCENARIO.md promises, with every default filled in, every reference resolved to
 * an index and every unit in its base (ns, bytes). Plain data: it crosses threads by structured clone.
 */
import type { DataSet } from "./data.ts";
import type { Capture, OnFailure, Rule } from "./rule.ts";
import type { Part, Secret, Text } from "./template.ts";

export const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] as const;
export type Method = (typeof METHODS)[number];

export const HTTP_VERSIONS = ["http1.1", "http2", "auto"] as const;
/** "auto" is what ALPN agrees on, and without TLS the same as "http1.1"; "http2" without TLS needs no agreement (h2c). */
export type HttpVersion = (typeof HTTP_VERSIONS)[number];

export const TLS_VERSIONS = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** A header as it will be sent: name as written, value without surrounding white space. */
export type Header = readonly [name: string, value: string];
/** The same with values in it. */
export type HeaderText = readonly [name: string, value: Text];

export interface Scenario {
  readonly metadata: {
    /** Defaults to the file's name without its extension. */
    readonly name: string;
    readonly description: string;
    readonly version: string;
    readonly author: string;
    readonly tags: readonly string[];
  };
  /** Users (and arrivals) alive at once, at most. */
  readonly usersMax: number;
  /** All identities that the run may ever have: 0 .. identities - 1. Equals usersMax when no group is open. */
  readonly identities: number;
  /** `runtime.vus` as written, or the default that the schedule implies; of open groups `max_vus`. */
  readonly vus: number;
  /** Planned end of the run, or null when `iterations` ends it. */
  readonly durationNs: number | null;
  /** Iterations of each user of a closed group, or null when the duration ends the run. */
  readonly iterations: number | null;
  /** Unsigned 64-bit decimal, or null: the caller draws one and records it. */
  readonly seed: string | null;
  readonly gracefulStopNs: number;
  readonly targets: readonly Target[];
  readonly requests: readonly RequestSpec[];
  /** What users do; at least one. */
  readonly flows: readonly Flow[];
  /** Where users come from; at least one. */
  readonly groups: readonly UserGroup[];
  /** Rows that templates use. */
  readonly data: readonly DataSet[];
  /** Environment variables that templates use. */
  readonly secrets: readonly Secret[];
  /** Names under which captures keep what they find. */
  readonly variables: readonly string[];
  readonly captures: readonly Capture[];
  /** By request, those of one request together. */
  readonly rules: readonly Rule[];
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
  readonly headers: readonly HeaderText[];
  /** Each user keeps the cookies that this target sets, and sends them back. */
  readonly cookies: boolean;
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
  readonly path: Text;
  /** The request's own headers; they override the target's of the same name (case-insensitive). */
  readonly headers: readonly HeaderText[];
  /** Bytes, or parts that give them. */
  readonly body: Uint8Array | readonly Part[] | null;
  readonly timeoutNs: number;
  readonly weight: number;
  /** Index into targets, or null: chosen by weight from the user's stream. */
  readonly target: number | null;
  /** Takes the place of its flow's. */
  readonly onFailure: OnFailure | null;
}

/** What a user does in one iteration. */
export interface Flow {
  /** "" for the one flow of a file without [[flows]]. */
  readonly name: string;
  /** Of the flows that its group chooses from. */
  readonly weight: number;
  /** Steps in order, or null: one of `requests`, chosen by weight. */
  readonly steps: readonly SequenceStep[] | null;
  /** Requests that it can send. */
  readonly requests: readonly number[];
  /** A pause between two iterations of a user, uniform in [minNs, maxNs]; both 0 for none. */
  readonly thinkTime: { readonly minNs: number; readonly maxNs: number };
  readonly onFailure: OnFailure;
}

export interface SequenceStep {
  readonly request: number;
  readonly repeat: number;
}

/** Users who come and go by one schedule. Each iteration of one is a flow of the group, chosen by weight. */
export interface UserGroup {
  /** The flow that has a schedule of its own; "" for the users of [schedule]. */
  readonly name: string;
  /** Indices into `flows`. */
  readonly flows: readonly number[];
  readonly schedule: Schedule;
  /** Its identities are firstIdentity .. firstIdentity + identities - 1. */
  readonly firstIdentity: number;
  /** Closed: users; open: arrivals. */
  readonly identities: number;
}

export type Schedule = ClosedSchedule | OpenSchedule;

/**
 * Closed model: the number of users alive is a pure function of time, given as phases that follow one another. Within
 * a phase it moves linearly from `fromUsers` to `toUsers`; after the last phase it stays at the last `toUsers`.
 */
export interface ClosedSchedule {
  readonly type: "constant" | "ramp" | "spike" | "steps";
  readonly phases: readonly UserPhase[];
}

export interface UserPhase {
  readonly startNs: number;
  readonly durationNs: number;
  readonly fromUsers: number;
  readonly toUsers: number;
}

/**
 * Open model: arrival n comes when the integral of the rate reaches its position, however busy the server is, and runs
 * one iteration.
 */
export interface OpenSchedule {
  readonly type: "arrivals";
  /** They follow one another from the run's beginning. */
  readonly stages: readonly RateStage[];
  /** even: the position of arrival n is n. poisson: positions are drawn, as many as even ones. */
  readonly distribution: "even" | "poisson";
  /** Arrivals alive at once; one more is dropped. */
  readonly aliveMax: number;
}

/** A linear change of the rate. Rates are whole millionths of an arrival per second. */
export interface RateStage {
  readonly durationNs: number;
  readonly fromMicroRate: number;
  readonly toMicroRate: number;
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
  /** Judged every second from this moment on, and the run stops when it fails; null: judged after the run only. */
  readonly abortAfterNs: number | null;
}
