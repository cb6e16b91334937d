/**
 * A plan as text: what will be sent and when, then what it takes and whether there is enough of it. "about" and "at
 * most" stand before every number that is not exact.
 */
import { NS_PER_SECOND } from "../base/units.ts";
import type { Amount, PeakRate, Plan, PlannedArrivals, PlannedGroup, PlannedUsers, Series } from "../model/plan.ts";
import { chartRows } from "./chart.ts";
import { left, printable, right, type Span, widest, wrap } from "./columns.ts";
import { Page } from "./page.ts";
import { writeNeeds } from "./plan-needs.ts";
import { AT_MOST, amountText } from "./plan-words.ts";
import { formatCount, formatNs, formatPercent, formatRate, plural } from "./units.ts";

export interface PlanTextOptions {
  readonly colour: boolean;
  /** Columns of the terminal; 100 when not given, never less than 80. */
  readonly width?: number;
}

const WIDTH_DEFAULT = 100;
const WIDTH_MIN = 80;
const LABEL = 13;
const CHART_MAX = 96;
/** Groups with a chart of their own, and requests in the table. */
const CHARTS_MAX = 6;
const REQUESTS_MAX = 20;

/** The whole plan, ending in a newline. */
export function renderPlan(plan: Plan, options: PlanTextOptions): string {
  const page = new Page(options.colour, Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT));
  page.heading(printable(plan.name), "planned; nothing was sent");
  writeFacts(page, plan);
  writeTotals(page, plan);
  for (const group of plan.groups.slice(0, CHARTS_MAX)) writeGroup(page, group, plan);
  if (plan.groups.length > CHARTS_MAX) {
    page.explain(`and ${plural(plan.groups.length - CHARTS_MAX, "more group")}; --json has them all.`);
  }
  writeByRequest(page, plan);
  writeNeeds(page, plan);
  writeVerdict(page, plan);
  return page.toString();
}

function writeFacts(page: Page, plan: Plan): void {
  const { duration_seconds: seconds, graceful_stop_seconds: graceful } = plan;
  const rest = graceful === 0 ? "" : `, then up to ${formatNs(graceful * NS_PER_SECOND)} for requests in flight`;
  const facts = [
    seconds === null ? "ends with its last iteration" : `${formatNs(seconds * NS_PER_SECOND)}${rest}`,
    `seed ${plan.seed}`,
    plural(plan.shards, "shard"),
  ];
  page.explain(facts.join(" · "));
  if (plan.seed_drawn) {
    page.explain(`The scenario has no seed: this one was drawn. A run with --seed ${plan.seed} has this plan.`);
  }
}

function writeTotals(page: Page, plan: Plan): void {
  const { style } = page;
  page.heading("In all");
  const row = (label: string, value: string, remark: string) =>
    writeLabelled(page, label, [value, style.strong], remark);
  if (plan.peak_rate !== null) row("arrivals", formatCount(plan.arrivals), peakWords(plan.peak_rate));
  if (!isSame(plan.iterations, plan.requests)) {
    row("iterations", amountText(plan.iterations, formatCount), plan.iterations === null ? AS_FAST : "");
  }
  row("requests", amountText(plan.requests, formatCount), requestWords(plan));
  row("users", `${AT_MOST} ${formatCount(plan.users_max)}`, "alive at once");
  if (plan.fewer_if.length > 0) page.explain("Fewer if:");
  for (const sentence of plan.fewer_if) {
    for (const [i, text] of wrap(sentence, page.width - 2).entries()) {
      page.row([`${i === 0 ? "·" : " "} ${text}`, style.faint]);
    }
  }
}

const AS_FAST = "as many as the server answers";

function isSame(a: Amount | null, b: Amount | null): boolean {
  return a?.value === b?.value && a?.precision === b?.precision;
}

function requestWords({ requests, duration_seconds: seconds, groups }: Plan): string {
  if (requests === null) return AS_FAST;
  if (requests.precision === "exact" || requests.precision === "about") {
    return seconds === null ? "" : `${formatRate(requests.value / seconds)} on average`;
  }
  return groups.some(({ type }) => type === "arrivals") ? "" : "as if every answer came at once";
}

function peakWords(peak: PeakRate): string {
  return peak.basis === "schedule"
    ? `${formatRate(peak.per_second)} at the peak`
    : `${formatCount(peak.per_second)} in the busiest second`;
}

function writeGroup(page: Page, group: PlannedGroup, plan: Plan): void {
  const name = group.name === "" ? (group.type === "arrivals" ? "Arrivals" : "Users") : printable(group.name);
  page.heading(name, group.type === "arrivals" ? arrivalWords(group) : userWords(group));
  if (plan.groups.length > 1) {
    const { iterations, requests } = group;
    const both = isSame(iterations, requests) ? "" : ` of ${amountText(iterations, formatCount)} iterations`;
    page.explain(`Requests: ${requests === null ? AS_FAST : amountText(requests, formatCount)}${both}.`);
  }
  if (group.type === "arrivals" && group.iteration_seconds_at_peak !== null) {
    page.explain(
      `At the peak, iterations may take ${formatNs(group.iteration_seconds_at_peak * NS_PER_SECOND)} on average before ` +
        `${plural(group.alive_max, "user")} (max_vus) are too few and arrivals are dropped.`,
    );
  }
  if (group.type === "arrivals" && group.distribution === "poisson" && group.peak_rate.basis === "schedule") {
    page.explain(
      `The rates are those of the schedule: ${plural(plan.arrivals, "arrival")} are too many to draw beforehand, and the ` +
        "busiest second will have some more.",
    );
  }
  if (group.type === "arrivals") writeChart(page, perSecond(group.series), rateLabel);
  else if (group.series !== null) writeChart(page, group.series, formatCount);
  if (group.flows.length > 1) writeFlows(page, group);
}

function arrivalWords({ arrivals, seconds, distribution, peak_rate: peak }: PlannedArrivals): string {
  const how = distribution === "even" ? "evenly spaced" : "at random (Poisson)";
  return `${formatCount(arrivals)} in ${formatNs(seconds * NS_PER_SECOND)}, ${how}, ${peakWords(peak)}`;
}

function userWords(group: PlannedUsers): string {
  const { iterations_per_user: iterations, users_max: users, type } = group;
  if (iterations !== null) return `${plural(users, "user")}, ${plural(iterations, "iteration")} each`;
  return type === "constant" ? `${formatCount(users)} all the time` : `${type}, at most ${formatCount(users)}`;
}

/** Arrivals of a bucket as a rate. */
function perSecond(series: Series): Series {
  const { bucket_seconds: bucket, seconds, values } = series;
  return { ...series, values: values.map((count, i) => count / Math.min(bucket, seconds - i * bucket)) };
}

function rateLabel(value: number): string {
  return value === 0 ? "0" : formatRate(value);
}

function writeChart(page: Page, series: Series, label: (value: number) => string): void {
  const { values, bucket_seconds: bucketSeconds, seconds } = series;
  const data = { values, bucketSeconds, seconds };
  for (const row of chartRows(data, label, Math.min(CHART_MAX, page.width), page.style)) page.row(...row);
}

function writeFlows(page: Page, { flows }: PlannedGroup): void {
  const { style } = page;
  const nameWidth = Math.min(34, widest(flows.map(({ name }) => printable(name))));
  for (const { name, share, iterations, requests_per_iteration: requests } of flows) {
    page.row(
      [left(printable(name), nameWidth), style.plain],
      [right(formatPercent(share), SHARE), style.plain],
      [right(amountText(iterations, formatCount), COUNT), style.plain],
      [`  iterations of ${plural(requests, "request")}`, style.faint],
    );
  }
}

const SHARE = 9;
const COUNT = 22;

function writeByRequest(page: Page, { by_request: requests }: Plan): void {
  if (requests.length < 2) return;
  const { style } = page;
  page.heading("By request");
  const shown = requests.slice(0, REQUESTS_MAX);
  const nameWidth = Math.min(34, widest(shown.map(({ name }) => printable(name))));
  for (const { name, share, requests: amount } of shown) {
    page.row(
      [left(printable(name), nameWidth), style.plain],
      [right(share === null ? "" : formatPercent(share), SHARE), style.plain],
      [amount === null ? "" : right(amountText(amount, formatCount), COUNT), style.plain],
    );
  }
  if (requests.length > shown.length) {
    page.explain(`and ${formatCount(requests.length - shown.length)} more; --json has them all.`);
  }
}

function writeVerdict(page: Page, { warnings }: Plan): void {
  const { style } = page;
  if (warnings.length === 0) {
    page.heading("Verdict", "everything fits", style.good);
    return;
  }
  page.heading("Verdict", plural(warnings.length, "warning"), style.warning);
  for (const warning of warnings) page.alarm("WARNING", printable(warning), style.warning);
}

function writeLabelled(page: Page, label: string, value: Span, remark: string): void {
  page.row([left(label, LABEL), page.style.plain], value, [remark && `  ${remark}`, page.style.faint]);
}
