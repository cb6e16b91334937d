/** What a caller may ask of a target, and the same with every default filled in and every value checked. */
import { isSeed } from "../base/prng.ts";
import { nsFromMs } from "../base/units.ts";
import { DELAY_MS_MAX } from "./bounds.ts";

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
  /** Fraction of requests to `/` that are answered with 500; default 0. */
  readonly errorRatio?: number;
  /** Fraction of requests to `/` whose connection is reset instead of answered; default 0. */
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
    errorRatio: bounded("errorRatio", options.errorRatio ?? 0, 1),
    dropRatio: bounded("dropRatio", options.dropRatio ?? 0, 1),
    delayNs: nsFromMs(bounded("delayMs", options.delayMs ?? 0, DELAY_MS_MAX)),
    stallEveryNs: nsFromMs(stallEveryMs),
    stallForNs: nsFromMs(bounded("stallForMs", options.stallForMs ?? 0, stallEveryMs)),
  };
}

function bounded(name: string, value: number, max: number): number {
  if (!(value >= 0 && value <= max)) throw new RangeError(`${name} must be between 0 and ${max}, not ${value}`);
  return value;
}
