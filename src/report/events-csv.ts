/** Events as a table: the same columns for every kind; an empty field is "not of this kind". */
import { csvRow } from "./csv.ts";

/** Column and the field of an event that fills it. The texts of a ledger are no table: only ndjson has them. */
const COLUMNS = [
  ["time_ns", "timeNs"],
  ["shard", "shard"],
  ["kind", "kind"],
  ["user", "user"],
  ["arrival", "arrival"],
  ["connection", "connection"],
  ["request", "requestName"],
  ["target", "targetName"],
  ["status", "status"],
  ["failure", "failure"],
  ["errno", "errno"],
  ["reason", "reason"],
  ["reused", "reused"],
  ["check_failed", "checkFailed"],
  ["expected", "expected"],
  ["rule", "ruleName"],
  ["variable", "variableName"],
  ["protocol", "protocol"],
  ["resumed", "resumed"],
  ["lateness_ns", "latenessNs"],
  ["wait_ns", "waitNs"],
  ["ttfb_ns", "ttfbNs"],
  ["dns_ns", "dnsNs"],
  ["tcp_ns", "tcpNs"],
  ["tls_ns", "tlsNs"],
  ["bytes_in", "bytesIn"],
  ["bytes_out", "bytesOut"],
] as const;

type Field = (typeof COLUMNS)[number][1];

/** The first line, with its newline. */
export function eventsHeader(): string {
  return csvRow(COLUMNS.map(([column]) => column));
}

/** The line of one event, with its newline. Fields without a column are left out. */
export function eventRow(event: Readonly<Partial<Record<Field, unknown>>>): string {
  return csvRow(COLUMNS.map(([, field]) => event[field]));
}
