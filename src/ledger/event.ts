/**
 * The rich form of an entry, for people and for export: fields by name, codes as words. One shape for each kind, as
 * ENTRY_FIELDS has it. It makes an object for every entry, so no hot path uses it.
 */
import { assert, fail } from "../base/assert.ts";
import { utf8Decode } from "../base/bytes.ts";
import {
  CAPTURED_SECRET,
  CLOSE_CODES,
  CONNECTION_RESUMED,
  connectionProtocol,
  DROP_CODES,
  type Entry,
  FAILED_SENT,
  KIND,
  PROTOCOL_CODES,
  RESPONSE_CHECK_FAILED,
  RESPONSE_EXPECTED,
  RESPONSE_REUSED,
  RETIRE_CODES,
  STOP_CODES,
} from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";

/** A code as its name; `code_<n>` for one that a later Z6 has added to the list. */
export type Named<Codes> = Extract<keyof Codes, string> | `code_${number}`;

export type StopName = Named<typeof STOP_CODES>;
export type FailureName = Named<typeof FAILURE_CODES>;

/** One entry with named fields. Times and durations are ns; `timeNs` counts from the run's start. */
export type LedgerEvent =
  /** `text` is the manifest, JSON (model/manifest.ts). */
  | { readonly kind: "run_started"; readonly timeNs: number; readonly text: string }
  | { readonly kind: "user_spawned"; readonly timeNs: number; readonly user: number }
  | {
      readonly kind: "user_retired";
      readonly timeNs: number;
      readonly user: number;
      readonly reason: Named<typeof RETIRE_CODES>;
      readonly iterations: number;
    }
  | {
      readonly kind: "arrival_dropped";
      readonly timeNs: number;
      readonly arrival: number;
      readonly reason: Named<typeof DROP_CODES>;
      /** Time minus planned moment. */
      readonly latenessNs: number;
    }
  | {
      readonly kind: "request_issued";
      readonly timeNs: number;
      readonly user: number;
      /** Index of the target. */
      readonly target: number;
      /** Index of the request in the scenario. */
      readonly request: number;
      /** FNV-1a of the rendered request. */
      readonly hash: number;
      /** Time minus planned moment. */
      readonly latenessNs: number;
      readonly bytesOut: number;
    }
  | {
      readonly kind: "response_received";
      readonly timeNs: number;
      readonly user: number;
      /** The connection had served a request before. */
      readonly reused: boolean;
      /** It broke a rule. */
      readonly checkFailed: boolean;
      /** A rule asks for its status. */
      readonly expected: boolean;
      readonly status: number;
      readonly bytesIn: number;
      /** From the planned moment to the first byte written. */
      readonly waitNs: number;
      /** From the first byte written to the first byte read. */
      readonly ttfbNs: number;
    }
  | {
      readonly kind: "request_failed";
      readonly timeNs: number;
      readonly user: number;
      /** Bytes of the request were sent. */
      readonly sent: boolean;
      readonly failure: FailureName;
      /** The operating system's error number, 0 for none. */
      readonly errno: number;
      readonly waitNs: number;
      readonly bytesIn: number;
    }
  | { readonly kind: "request_timed_out"; readonly timeNs: number; readonly user: number }
  | { readonly kind: "request_unfinished"; readonly timeNs: number; readonly user: number }
  | {
      readonly kind: "connection_opened";
      readonly timeNs: number;
      readonly connection: number;
      readonly protocol: Named<typeof PROTOCOL_CODES>;
      /** TLS resumed an earlier session instead of making a full handshake. */
      readonly resumed: boolean;
      readonly target: number;
      readonly user: number;
      readonly tcpNs: number;
      readonly tlsNs: number;
    }
  | {
      readonly kind: "connection_failed";
      readonly timeNs: number;
      readonly connection: number;
      readonly failure: FailureName;
      readonly errno: number;
      readonly target: number;
      readonly elapsedNs: number;
    }
  | {
      readonly kind: "connection_closed";
      readonly timeNs: number;
      readonly connection: number;
      readonly reason: Named<typeof CLOSE_CODES>;
      /** Requests that it served. */
      readonly requests: number;
      readonly bytesIn: number;
      readonly bytesOut: number;
    }
  | {
      readonly kind: "target_resolved";
      readonly timeNs: number;
      /** How many addresses the name has. */
      readonly addresses: number;
      readonly target: number;
      readonly dnsNs: number;
    }
  | { readonly kind: "backpressure_on"; readonly timeNs: number }
  | { readonly kind: "backpressure_off"; readonly timeNs: number; readonly pausedNs: number }
  | { readonly kind: "heartbeat"; readonly timeNs: number; readonly busyNs: number }
  | { readonly kind: "stop_requested"; readonly timeNs: number; readonly reason: StopName }
  | { readonly kind: "stop_begun"; readonly timeNs: number; readonly reason: StopName }
  /** `text` is the judgement, JSON (Assertion of model/summary.ts). */
  | { readonly kind: "criterion_judged"; readonly timeNs: number; readonly passed: boolean; readonly text: string }
  | { readonly kind: "run_ended"; readonly timeNs: number; readonly reason: StopName }
  /** `rule`: index of the rule in the scenario. */
  | { readonly kind: "check_failed"; readonly timeNs: number; readonly user: number; readonly rule: number }
  | {
      readonly kind: "value_captured";
      readonly timeNs: number;
      readonly user: number;
      readonly secret: boolean;
      /** Index of the capture in the scenario. */
      readonly capture: number;
      /** The value; of a secret its Shadow (model/template.ts), JSON. */
      readonly text: string;
    };

/**
 * The rich form of an entry that the decoder visited, in memory of its own. `text` is what the decoder gave with it.
 * A kind that no decoder lets through is a bug.
 */
export function eventOf(entry: Entry, text: Uint8Array | null = null): LedgerEvent {
  const { timeNs, identity, flags, code, a, b, c } = entry;
  switch (entry.kind) {
    case KIND.run_started:
      return { kind: "run_started", timeNs, text: textOf(text) };
    case KIND.user_spawned:
      return { kind: "user_spawned", timeNs, user: identity };
    case KIND.user_retired:
      return { kind: "user_retired", timeNs, user: identity, reason: named(RETIRE_CODES, code), iterations: a };
    case KIND.arrival_dropped:
      return { kind: "arrival_dropped", timeNs, arrival: identity, reason: named(DROP_CODES, code), latenessNs: b };
    case KIND.request_issued:
      return {
        kind: "request_issued",
        timeNs,
        user: identity,
        target: flags,
        request: code,
        hash: a,
        latenessNs: b,
        bytesOut: c,
      };
    case KIND.response_received:
      return {
        kind: "response_received",
        timeNs,
        user: identity,
        reused: (flags & RESPONSE_REUSED) !== 0,
        checkFailed: (flags & RESPONSE_CHECK_FAILED) !== 0,
        expected: (flags & RESPONSE_EXPECTED) !== 0,
        status: code,
        bytesIn: a,
        waitNs: b,
        ttfbNs: c,
      };
    case KIND.request_failed:
      return {
        kind: "request_failed",
        timeNs,
        user: identity,
        sent: (flags & FAILED_SENT) !== 0,
        failure: named(FAILURE_CODES, code),
        errno: a,
        waitNs: b,
        bytesIn: c,
      };
    case KIND.request_timed_out:
      return { kind: "request_timed_out", timeNs, user: identity };
    case KIND.request_unfinished:
      return { kind: "request_unfinished", timeNs, user: identity };
    case KIND.connection_opened:
      return {
        kind: "connection_opened",
        timeNs,
        connection: identity,
        protocol: named(PROTOCOL_CODES, connectionProtocol(flags)),
        resumed: (flags & CONNECTION_RESUMED) !== 0,
        target: code,
        user: a,
        tcpNs: b,
        tlsNs: c,
      };
    case KIND.connection_failed:
      return {
        kind: "connection_failed",
        timeNs,
        connection: identity,
        failure: named(FAILURE_CODES, code),
        errno: a,
        target: b,
        elapsedNs: c,
      };
    case KIND.connection_closed:
      return {
        kind: "connection_closed",
        timeNs,
        connection: identity,
        reason: named(CLOSE_CODES, code),
        requests: a,
        bytesIn: b,
        bytesOut: c,
      };
    case KIND.target_resolved:
      return { kind: "target_resolved", timeNs, addresses: flags, target: code, dnsNs: b };
    case KIND.backpressure_on:
      return { kind: "backpressure_on", timeNs };
    case KIND.backpressure_off:
      return { kind: "backpressure_off", timeNs, pausedNs: b };
    case KIND.heartbeat:
      return { kind: "heartbeat", timeNs, busyNs: entry.b };
    case KIND.stop_requested:
      return { kind: "stop_requested", timeNs, reason: named(STOP_CODES, code) };
    case KIND.stop_begun:
      return { kind: "stop_begun", timeNs, reason: named(STOP_CODES, code) };
    case KIND.criterion_judged:
      return { kind: "criterion_judged", timeNs, passed: flags !== 0, text: textOf(text) };
    case KIND.run_ended:
      return { kind: "run_ended", timeNs, reason: named(STOP_CODES, code) };
    case KIND.check_failed:
      return { kind: "check_failed", timeNs, user: identity, rule: code };
    case KIND.value_captured: {
      const secret = (flags & CAPTURED_SECRET) !== 0;
      return { kind: "value_captured", timeNs, user: identity, secret, capture: code, text: textOf(text) };
    }
    default:
      return fail("an entry of this kind has no event");
  }
}

function textOf(text: Uint8Array | null): string {
  assert(text !== null, "an entry of this kind comes with its text");
  return utf8Decode(text);
}

function named<Codes extends Readonly<Record<string, number>>>(codes: Codes, code: number): Named<Codes> {
  for (const name of Object.keys(codes) as Extract<keyof Codes, string>[]) {
    if (codes[name] === code) return name;
  }
  return `code_${code}`;
}
