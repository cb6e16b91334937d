/** The sections about outcomes: how many requests, which failed and how, request by request. */
import type { ErrorCounts, RequestSummary, Summary } from "../model/summary.ts";
import { bar } from "./bars.ts";
import { left, printable, right, type Span, widest, wrap } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Paint } from "./style.ts";
import { formatCount, formatNs, formatPercent, formatRate, plural } from "./units.ts";

const LABEL = 13;
const COUNT = 13;
const SHARE = 10;
const BAR_MAX = 40;

export function writeRequests(page: Page, { requests, errors }: Summary): void {
  const { style } = page;
  page.heading("Requests");
  page.row([left("issued", LABEL), style.plain], [right(formatCount(requests.total), COUNT), style.strong]);
  const share = (count: number) => (requests.total === 0 ? null : count / requests.total);
  writeShare(page, "succeeded", requests.success, requests.success_rate, style.good);
  writeShare(page, "failed", requests.failed, errors.rate, style.bad);
  if (requests.unfinished > 0) {
    writeShare(page, "unfinished", requests.unfinished, share(requests.unfinished), style.warning);
  }
  if (requests.dropped > 0) {
    const note: Span = ["  planned and never issued", style.faint];
    page.row([left("dropped", LABEL), style.plain], [right(formatCount(requests.dropped), COUNT), style.warning], note);
  }
  writeList(page, "methods", requests.by_method);
  writeList(page, "statuses", requests.by_status);
  if (requests.total === 0) {
    page.alarm("NOTHING WAS SENT", "no request was issued, so there is nothing to judge.", style.bad);
  } else if (Object.keys(requests.by_status).length === 0) {
    page.alarm("NOTHING WAS REACHED", `not one of ${plural(requests.total, "request")} got an answer.`, style.bad);
  }
}

export function writeFailures(page: Page, errors: ErrorCounts): void {
  const { style } = page;
  if (errors.total === 0) {
    page.heading("Failures", "none", style.good);
    return;
  }
  page.heading("Failures", `${formatCount(errors.total)}, ${formatPercent(errors.rate)} of all requests`);
  const byKind = Object.entries(errors.by_kind).sort(([, a], [, b]) => b - a);
  const label = 2 + widest(byKind.map(([kind]) => kind));
  for (const [kind, count] of byKind) writeShare(page, kind, count, count / errors.total, style.bad, label);
}

const COLUMNS = ["issued", "rate", "errors", "p50", "p99", "max", "service p99"] as const;
const COLUMN_WIDTHS = [11, 10, 9, 9, 9, 9, 13] as const;
const NAME_MAX = 34;
const NAME_MIN = 8;

export function writeByRequest(page: Page, byRequest: Readonly<Record<string, RequestSummary>>): void {
  const { style } = page;
  const rows = Object.entries(byRequest);
  const room = page.width - COLUMN_WIDTHS.reduce((sum, width) => sum + width, 0);
  const longest = Math.min(NAME_MAX, widest(rows.map(([name]) => printable(name))));
  const nameWidth = Math.max(NAME_MIN, Math.min(room, longest));
  const cells = (texts: readonly string[], paints: readonly Paint[]) =>
    texts.map((text, i): Span => [right(text, COLUMN_WIDTHS[i]!), paints[i] ?? style.plain]);
  page.heading("By request");
  page.row(
    [left("", nameWidth), style.faint],
    ...cells(
      COLUMNS,
      COLUMNS.map(() => style.faint),
    ),
  );
  for (const [name, { requests, latency, service_time, errors, throughput }] of rows) {
    const texts = [
      formatCount(requests.total),
      formatRate(throughput.rps),
      formatPercent(errors.rate),
      formatNs(latency.p50_ns),
      formatNs(latency.p99_ns),
      formatNs(latency.max_ns),
      formatNs(service_time.p99_ns),
    ];
    const errorPaint = errors.total > 0 ? style.bad : style.plain;
    const paints = [style.plain, style.plain, errorPaint, style.plain, style.strong];
    page.row([left(printable(name), nameWidth), style.plain], ...cells(texts, paints));
  }
}

function writeShare(page: Page, label: string, count: number, share: number | null, paint: Paint, width = LABEL): void {
  const { style } = page;
  const barWidth = Math.min(BAR_MAX, page.width - width - COUNT - SHARE - 2);
  page.row(
    [left(label, width), style.plain],
    [right(formatCount(count), COUNT), count > 0 ? paint : style.plain],
    [right(formatPercent(share), SHARE), style.plain],
    [`  ${bar(share ?? 0, barWidth)}`, paint],
  );
}

function writeList(page: Page, label: string, counts: Readonly<Record<string, number>>): void {
  const items = Object.entries(counts).map(([name, count]) => `${name} ${formatCount(count)}`);
  for (const [i, text] of wrap(items.join(" · "), page.width - LABEL - 2).entries()) {
    page.row([left(i === 0 ? label : "", LABEL + 2), page.style.plain], [text, page.style.faint]);
  }
}
