/**
 * The entry: the one noun that the engine, the world, the ledger and the metrics share. An input (what the world
 * reports), a command (what the engine decides) and an event (what the ledger holds) are all entries, in one flat
 * shape, so that none of them is ever translated into another:
 *
 *   time      when, in ns since the run began; all entries of one turn share it (a ring leaves it to the turn)
 *   identity  whose: the virtual user (or arrival), or the connection for entries about connections
 *   kind, flags, code, a, b, c   what; their meaning by kind is the table ENTRY_FIELDS below
 *
 * `a` is an unsigned 32-bit integer, `b` and `c` are unsigned 48-bit integers (durations in ns: 78 hours).
 */

/** What an entry says. The numbers are the ledger's and never change their meaning. */
export const KIND = {
  /** Continuation: text that belongs to the entry before it. */
  text: 0,
  run_started: 1,
  user_spawned: 2,
  user_retired: 3,
  arrival_dropped: 4,
  request_issued: 5,
  response_received: 6,
  request_failed: 7,
  request_timed_out: 8,
  request_unfinished: 9,
  connection_opened: 10,
  connection_failed: 11,
  connection_closed: 12,
  target_resolved: 13,
  backpressure_on: 14,
  backpressure_off: 15,
  heartbeat: 16,
  stop_requested: 17,
  stop_begun: 18,
  criterion_judged: 19,
  run_ended: 20,
  check_failed: 21,
  value_captured: 22,
} as const;

export type KindName = keyof typeof KIND;
export type Kind = (typeof KIND)[KindName];

/** The name of each kind, by number. */
export const KIND_NAMES: readonly KindName[] = Object.keys(KIND) as KindName[];

/**
 * Who writes a kind. `input`: the world told the engine, so replay feeds it. `command`: the engine decided, so replay
 * compares it. `frame`: the supervisor's bookkeeping around the run.
 */
export const ENTRY_ORIGIN: Readonly<Record<KindName, "input" | "command" | "frame">> = {
  text: "frame",
  run_started: "frame",
  user_spawned: "command",
  user_retired: "command",
  arrival_dropped: "command",
  request_issued: "command",
  response_received: "input",
  request_failed: "input",
  request_timed_out: "command",
  request_unfinished: "command",
  connection_opened: "input",
  connection_failed: "input",
  connection_closed: "input",
  target_resolved: "input",
  backpressure_on: "input",
  backpressure_off: "input",
  heartbeat: "input",
  stop_requested: "input",
  stop_begun: "command",
  criterion_judged: "frame",
  run_ended: "frame",
  check_failed: "input",
  value_captured: "input",
};

/** What `identity`, `flags`, `code`, `a`, `b` and `c` mean, by kind; docs/LEDGER.md prints the same table. "" is unused (0). */
export interface EntryFields {
  readonly identity: string;
  readonly flags: string;
  readonly code: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

const NONE: EntryFields = { identity: "", flags: "", code: "", a: "", b: "", c: "" };

export const ENTRY_FIELDS: Readonly<Record<KindName, EntryFields>> = {
  text: NONE,
  /** The text is the manifest, JSON (model/manifest.ts). */
  run_started: { ...NONE, a: "textBytes" },
  user_spawned: { ...NONE, identity: "user" },
  user_retired: { ...NONE, identity: "user", code: "reason", a: "iterations" },
  /** Planned moment = time - latenessNs. */
  arrival_dropped: { ...NONE, identity: "arrival", code: "reason", b: "latenessNs" },
  /** Planned moment = time - latenessNs. `hash` is FNV-1a of the rendered request. */
  request_issued: {
    identity: "user",
    flags: "target",
    code: "request",
    a: "hash",
    b: "latenessNs",
    c: "bytesOut",
  },
  /** First byte written = planned + waitNs; first byte read = planned + waitNs + ttfbNs; last byte read = time. */
  response_received: {
    identity: "user",
    flags: "reused, checkFailed, expected",
    code: "status",
    a: "bytesIn",
    b: "waitNs",
    c: "ttfbNs",
  },
  /** `waitNs` is 0 when no byte of the request was sent (flag bit 1 clear). */
  request_failed: {
    identity: "user",
    flags: "sent",
    code: "failure",
    a: "errno",
    b: "waitNs",
    c: "bytesIn",
  },
  request_timed_out: { ...NONE, identity: "user" },
  request_unfinished: { ...NONE, identity: "user" },
  connection_opened: {
    identity: "connection",
    flags: "protocol, resumed",
    code: "target",
    a: "user",
    b: "tcpNs",
    c: "tlsNs",
  },
  connection_failed: {
    identity: "connection",
    flags: "",
    code: "failure",
    a: "errno",
    b: "target",
    c: "elapsedNs",
  },
  connection_closed: {
    identity: "connection",
    flags: "",
    code: "reason",
    a: "requests",
    b: "bytesIn",
    c: "bytesOut",
  },
  target_resolved: { ...NONE, flags: "addresses", code: "target", b: "dnsNs" },
  backpressure_on: NONE,
  backpressure_off: { ...NONE, b: "pausedNs" },
  /** Once a second. `busyNs`: processor time that the shard's thread has used since its last heartbeat. */
  heartbeat: { ...NONE, b: "busyNs" },
  stop_requested: { ...NONE, code: "reason" },
  stop_begun: { ...NONE, code: "reason" },
  /** The text is JSON: an Assertion of model/summary.ts. */
  criterion_judged: { ...NONE, flags: "passed", a: "textBytes" },
  run_ended: { ...NONE, code: "reason" },
  /** One for each rule that a response broke, before its response_received. */
  check_failed: { ...NONE, identity: "user", code: "rule" },
  /** Before its response_received. The text is the value (UTF-8), or with flag bit 1 its Shadow (model/template), JSON. */
  value_captured: { ...NONE, identity: "user", flags: "secret", code: "capture", a: "textBytes" },
};

/** One entry, flat. Readers reuse a single object: copy what you keep. */
export interface Entry {
  timeNs: number;
  identity: number;
  kind: number;
  flags: number;
  code: number;
  a: number;
  b: number;
  c: number;
}

/** Why the run stopped; the code of stop_requested, stop_begun and run_ended. */
export const STOP_CODES = {
  duration: 1,
  iterations: 2,
  sigint: 3,
  sigterm: 4,
  ledger_full: 5,
  nothing_reached: 6,
  disk_failed: 7,
  memory: 8,
  /** A user found no row left in data that no two iterations may share. */
  data_exhausted: 9,
  /** An assertion with abort_on_fail failed. */
  assertion_failed: 10,
} as const;
export type StopReason = keyof typeof STOP_CODES;
export const STOP_REASONS = Object.keys(STOP_CODES) as StopReason[];

/** The reason that a ledger code stands for, or undefined for a code that this version does not know. */
export function stopReason(code: number): StopReason | undefined {
  return STOP_REASONS.find((reason) => STOP_CODES[reason] === code);
}

/** Whether the code is of a stop that somebody asked for from outside. */
export function isSignal(code: number): boolean {
  return code === STOP_CODES.sigint || code === STOP_CODES.sigterm;
}

/** Why a user retired; `failure`: a request failed, and on_failure is "stop". */
export const RETIRE_CODES = { schedule: 1, iterations: 2, stop: 3, failure: 4 } as const;

/** Why an arrival was dropped (open model). */
export const DROP_CODES = { max_vus: 1 } as const;

/** Why a connection was closed. */
export const CLOSE_CODES = {
  /** The peer closed while no request was in flight. */
  peer: 1,
  /** The response said so (Connection: close, HTTP/1.0, body ended by close). */
  response: 2,
  /** A request on it failed. */
  failure: 3,
  /** Its request was cancelled: a late answer must never meet the next request. */
  cancelled: 4,
  /** Its user retired, or the run ended. */
  retired: 5,
  /** The peer sent bytes that nobody had asked for. */
  unsolicited: 6,
  /** The peer said that it goes (HTTP/2 GOAWAY), and all that it had accepted is answered. */
  goaway: 7,
} as const;

/** Protocol of a connection; the low seven bits of connection_opened's flags. */
export const PROTOCOL_CODES = { "http1.1": 1, "http1.1+tls": 2, http2: 3, "http2+tls": 4 } as const;
export type ProtocolCode = (typeof PROTOCOL_CODES)[keyof typeof PROTOCOL_CODES];

/** Flag bit of connection_opened, above the protocol: TLS resumed an earlier session. */
export const CONNECTION_RESUMED = 0x80;

/** The protocol code within the flags of connection_opened. */
export function connectionProtocol(flags: number): number {
  return flags & (CONNECTION_RESUMED - 1);
}

/** Flag bits of response_received: the connection had served before; a rule is broken; a rule asks for this status. */
export const RESPONSE_REUSED = 1;
export const RESPONSE_CHECK_FAILED = 2;
export const RESPONSE_EXPECTED = 4;
/** Flag bit of value_captured. */
export const CAPTURED_SECRET = 1;
/** Whether a response with this status and these flags is what was asked for. */
export function isSuccess(status: number, flags: number): boolean {
  return (flags & RESPONSE_CHECK_FAILED) === 0 && (status < 400 || (flags & RESPONSE_EXPECTED) !== 0);
}

/** Flag bits of request_failed. */
export const FAILED_SENT = 1;
