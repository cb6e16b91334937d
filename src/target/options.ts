/** What a caller may ask of a target, and the same with every default filled in and every value checked. */
import { isSeed } from "../base/prng.ts";
import { nsFromMs } from "../base/units.ts";
import { CONCURRENT_STREAMS_MAX, DELAY_MS_MAX } from "./bounds.ts";

/** What a connection can speak. */
export type Protocol = "http1.1" | "http2";

/** What a server speaks; with `auto` each client decides for its connections. */
const HTTP_VERSIONS = ["auto", "http1.1", "http2"] as const;
export type HttpVersion = (typeof HTTP_VERSIONS)[number];

/** Everything is optional; plain data, so that it can cross into a worker thread. */
export interface TargetOptions {
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Unsigned 64-bit decimal from which ratios and delays are drawn; default "1". */
  readonly seed?: string;
  /** Serve HTTPS with a certificate made for this start; default false. */
  readonly tls?: boolean;
  /** Default auto: HTTP/1.1 and HTTP/2 on the same port. */
  readonly httpVersion?: HttpVersion;
  /** Streams that an HTTP/2 client may have open at once on a connection; at least 1; default no limit. */
  readonly maxConcurrentStreams?: number;
  /** A connection is closed after this many requests; at least 1; default never. */
  readonly requestsPerConnection?: number;
  /** Fraction of requests to `/` that are answered with 500; default 0. */
  readonly errorRatio?: number;
  /** Fraction of requests to `/` that are reset (over HTTP/1.1 the connection) instead of answered; default 0. */
  readonly dropRatio?: number;
  /** Delay of every answer to `/`; fractions allowed; default 0. */
  readonly delayMs?: number;
  /** Freeze all answers for the last `stallForMs` of every `stallEveryMs` since the start; default never. */
  readonly stallEveryMs?: number;
  readonly stallForMs?: number;
}

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly seed: string;
  readonly tls: boolean;
  readonly httpVersion: HttpVersion;
  /** null: no limit. */
  readonly maxConcurrentStreams: number | null;
  /** null: no limit. */
  readonly requestsPerConnection: number | null;
  readonly errorRatio: number;
  readonly dropRatio: number;
  readonly delayNs: number;
  readonly stallEveryNs: number;
  readonly stallForNs: number;
}

/** Fills in the defaults. Throws a RangeError that names the option, its bounds and the value given. */
export function settingsFrom(options: TargetOptions): Settings {
  const seed = options.seed ?? "1";
  if (!isSeed(seed)) throw new RangeError(`seed must be an unsigned 64-bit decimal, not "${seed}"`);
  const port = bounded("port", options.port ?? 0, 65_535);
  if (!Number.isInteger(port)) throw new RangeError(`port must be an integer, not ${port}`);
  const stallEveryMs = bounded("stallEveryMs", options.stallEveryMs ?? 0, DELAY_MS_MAX);
  return {
    host: options.host ?? "127.0.0.1",
    port,
    seed,
    tls: options.tls ?? false,
    httpVersion: httpVersion(options.httpVersion ?? "auto"),
    maxConcurrentStreams: limit("maxConcurrentStreams", options.maxConcurrentStreams, CONCURRENT_STREAMS_MAX),
    requestsPerConnection: limit("requestsPerConnection", options.requestsPerConnection, Number.MAX_SAFE_INTEGER),
    errorRatio: bounded("errorRatio", options.errorRatio ?? 0, 1),
    dropRatio: bounded("dropRatio", options.dropRatio ?? 0, 1),
    delayNs: nsFromMs(bounded("delayMs", options.delayMs ?? 0, DELAY_MS_MAX)),
    stallEveryNs: nsFromMs(stallEveryMs),
    stallForNs: nsFromMs(bounded("stallForMs", options.stallForMs ?? 0, stallEveryMs)),
  };
}

function httpVersion(value: HttpVersion): HttpVersion {
  if (!HTTP_VERSIONS.includes(value)) {
    throw new RangeError(`httpVersion must be one of ${HTTP_VERSIONS.join(", ")}, not ${value}`);
  }
  return value;
}

/** An integer of at least 1; null where the option is not given. */
function limit(name: string, value: number | undefined, max: number): number | null {
  if (value === undefined) return null;
  if (!(Number.isInteger(value) && value >= 1 && value <= max)) {
    throw new RangeError(`${name} must be an integer between 1 and ${max}, not ${value}`);
  }
  return value;
}

function bounded(name: string, value: number, max: number): number {
  if (!(value >= 0 && value <= max)) throw new RangeError(`${name} must be between 0 and ${max}, not ${value}`);
  return value;
}
