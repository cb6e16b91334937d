/** The sections about what went over the network: throughput and connections. */
import type { Summary } from "../model/summary.ts";
import { left, right } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Paint } from "./style.ts";
import { formatBytes, formatCount, formatPercent, formatRate } from "./units.ts";

const LABEL = 13;
const NUMBER = 13;

export function writeThroughput(page: Page, { throughput, runtime }: Summary): void {
  const { style } = page;
  const { rps, peak_rps, min_rps, bytes_in, bytes_out } = throughput;
  const perSecond = (bytes: number) =>
    runtime.duration_seconds > 0 ? `${formatBytes(bytes / runtime.duration_seconds)}/s` : "";
  const range = peak_rps === null ? "" : `from ${formatRate(min_rps)} to ${formatRate(peak_rps)} in a second`;
  page.heading("Throughput");
  writeFact(page, "completed", formatRate(rps), range, style.strong);
  writeFact(page, "received", formatBytes(bytes_in), perSecond(bytes_in));
  writeFact(page, "sent", formatBytes(bytes_out), perSecond(bytes_out));
}

export function writeConnections(page: Page, { connections, requests, phases }: Summary): void {
  const { style } = page;
  const { opened, resumed, closed, reused, errors } = connections;
  const share = requests.total === 0 ? "" : `${formatPercent(reused / requests.total)} of all requests`;
  page.heading("Connections");
  writeFact(page, "opened", formatCount(opened), `${formatCount(closed)} closed`);
  if (resumed > 0) {
    const ofHandshakes = `${formatPercent(resumed / phases.tls.count)} of all TLS handshakes`;
    writeFact(page, "resumed", formatCount(resumed), ofHandshakes);
  }
  writeFact(page, "reused", formatCount(reused), share);
  writeFact(page, "errors", formatCount(errors), "could not be made", errors > 0 ? style.bad : style.plain);
}

function writeFact(page: Page, label: string, value: string, remark: string, paint: Paint = page.style.plain): void {
  page.row([left(label, LABEL), page.style.plain], [right(value, NUMBER), paint], [`   ${remark}`, page.style.faint]);
}
