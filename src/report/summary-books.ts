/** The sections about trust: do the books balance, and did the generator keep to its plan. */
import { LAG_LIMITED_NS } from "../base/limits.ts";
import type { ArrivalCounts, Books, Summary } from "../model/summary.ts";
import { columnsOf, left, wrap } from "./columns.ts";
import type { Page } from "./page.ts";
import { formatCount, formatNs, formatPercent, plural } from "./units.ts";

const LABEL = 13;

export function writeBooks(page: Page, books: Books, arrivals: ArrivalCounts | null): void {
  const { style } = page;
  if (books.balanced) page.heading("Books", "balanced", style.good);
  else page.heading("Books", "THE BOOKS DO NOT BALANCE", style.bad);
  const planned = sum([
    ["issued", books.issued],
    ["dropped", books.dropped],
  ]);
  const issued = sum([
    ["completed", books.completed],
    ["failed", books.failed],
    ["timed out", books.timed_out],
    ["unfinished", books.unfinished],
  ]);
  const settled = books.completed + books.failed + books.timed_out + books.unfinished;
  if (arrivals !== null) writeArrivals(page, arrivals);
  writeEquation(page, "planned", books.planned, planned, books.issued + books.dropped);
  writeEquation(page, "issued", books.issued, issued, settled);
  for (const problem of books.problems) page.wholeRow(["✗ ", style.bad], [problem, style.bad]);
}

function writeArrivals(page: Page, { planned, started, dropped, not_reached: notReached }: ArrivalCounts): void {
  const terms = sum([
    ["started", started],
    ["dropped", dropped],
    ...(notReached > 0 ? [["not reached", notReached] as const] : []),
  ]);
  writeEquation(page, "arrivals", planned, terms, started + dropped + notReached);
}

function sum(terms: readonly (readonly [name: string, count: number])[]): string {
  return terms.map(([name, count]) => `${formatCount(count)} ${name}`).join(" + ");
}

function writeEquation(page: Page, name: string, count: number, terms: string, total: number): void {
  const { style } = page;
  const equal = count === total;
  const head = `${left(name, LABEL)}${formatCount(count)}`;
  for (const [i, text] of wrap(terms, page.width - columnsOf(head) - 3).entries()) {
    page.row(
      [i === 0 ? head : " ".repeat(columnsOf(head)), style.strong],
      [i > 0 ? "   " : equal ? " = " : " ≠ ", equal ? style.plain : style.bad],
      [text, style.plain],
    );
  }
}

export function writeGenerator(page: Page, { lag, simulated, arrivals }: Summary): void {
  const { style } = page;
  const dropped = arrivals?.dropped ?? 0;
  if (lag.generator_limited) page.heading("Generator", "LIMITED", style.warning);
  else if (dropped > 0) page.heading("Generator", "short of users", style.warning);
  else page.heading("Generator", simulated ? "simulated" : "kept to its plan", style.good);
  const times = `p50 ${formatNs(lag.p50_ns)} · p99 ${formatNs(lag.p99_ns)} · max ${formatNs(lag.max_ns)}`;
  page.row([left("lag", LABEL), style.plain], [times, style.plain], ["   late against the plan", style.faint]);
  if (lag.busy_mean !== null && lag.busy_max !== null && !simulated) {
    const busy = `${formatPercent(lag.busy_mean)} of the time · ${formatPercent(lag.busy_max)} in its busiest second`;
    page.row([left("busy", LABEL), style.plain], [busy, style.plain], ["   threads on a processor", style.faint]);
  }
  const paused = lag.paused_for_disk_ns === 0 ? "never" : formatNs(lag.paused_for_disk_ns);
  page.row(
    [left("paused", LABEL), style.plain],
    [paused, lag.paused_for_disk_ns === 0 ? style.plain : style.warning],
    ["   for the disk", style.faint],
  );
  if (lag.generator_limited)
    page.alarm("THE GENERATOR WAS THE BOTTLENECK", limitText(lag, arrivals !== null), style.warning);
  if (arrivals !== null && dropped > 0) page.alarm("ARRIVALS WERE DROPPED", dropText(arrivals), style.warning);
}

/** Why less was asked of the server than planned, and what to do about it. */
function dropText({ dropped, planned, max_vus: maxVus }: ArrivalCounts): string {
  const users = maxVus === 1 ? "the one user of max_vus = 1 was" : `all max_vus = ${formatCount(maxVus)} users were`;
  return `${formatCount(dropped)} of ${plural(planned, "arrival")} came while ${users} busy, so the server was asked for less than planned. Either it could not keep up, or max_vus is too low for it: the rate times the seconds that one arrival takes is what it needs. Raise max_vus of the schedule, or lower its rate.`;
}

/** Why the generator, and not the server, may have set the pace, and what to do about it. */
function limitText(lag: Summary["lag"], isOpen: boolean): string {
  const remedy = `use ${isOpen ? "a lower rate" : "fewer users"}, more shards or more machines.`;
  if ((lag.p99_ns ?? 0) > LAG_LIMITED_NS) {
    return `one request in a hundred left ${formatNs(lag.p99_ns)} late or more. Latency holds that delay, throughput is what this machine could send: ${remedy}`;
  }
  return `it was busy ${formatPercent(lag.busy_mean)} of the time. Throughput is what it could send, and answers may have waited for it, which latency and service time hold: ${remedy}`;
}
