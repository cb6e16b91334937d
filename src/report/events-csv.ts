/** Events as a table (RFC 4180 with bare newlines): the same columns for every kind; an empty field is "not of this kind". */

/** Column and the field of an event that fills it. The texts of a ledger are no table: only ndjson has them. */
const COLUMNS = [
  ["time_ns", "timeNs"],
  ["shard", "shard"],
  ["kind", "kind"],
  ["user", "user"],
  ["connection", "connection"],
  ["request", "requestName"],
  ["target", "targetName"],
  ["status", "status"],
  ["failure", "failure"],
  ["errno", "errno"],
  ["reason", "reason"],
  ["reused", "reused"],
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
  return `${COLUMNS.map(([column]) => column).join(",")}\n`;
}

/** The line of one event, with its newline. Fields without a column are left out. */
export function eventRow(event: Readonly<Partial<Record<Field, unknown>>>): string {
  return `${COLUMNS.map(([, field]) => quoted(String(event[field] ?? ""))).join(",")}\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
