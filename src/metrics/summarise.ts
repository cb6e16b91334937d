/** From the closed books to the Summary: every number of every report, in the shape of metrics.json. */
import { BUSY_LIMITED, LAG_LIMITED_NS, WINDOW_NS } from "../base/limits.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Criterion } from "../model/scenario.ts";
import type { Books, CheckSummary, RequestSummary, Summary } from "../model/summary.ts";
import type { Accumulator } from "./accumulator.ts";
import { judge } from "./criteria.ts";
import { distribution } from "./distribution.ts";
import type { FoldResult } from "./fold.ts";
import { errorCounts, requestCounts } from "./outcomes.ts";

/** What a summary says besides what was measured: whose run it was. A Manifest and a Scenario fit. */
export interface SummaryContext {
  readonly manifest: Pick<Manifest, "run_id" | "simulated" | "start_time" | "seed" | "shards" | "io"> & {
    readonly scenario: { readonly sha256: string };
  };
  readonly scenario: {
    readonly metadata: { readonly name: string; readonly version: string };
    readonly vus: number;
    readonly criteria: readonly Criterion[];
  };
}

/** The Summary of a run whose fold is closed, with its criteria judged. */
export function summarise(result: FoldResult, context: SummaryContext): Summary {
  const { manifest, scenario } = context;
  const { totals, lag, phases, plan } = result;
  const seconds = result.endNs / NS_PER_SECOND;
  const checks = checksOf(result);
  const lagP99Ns = lag.percentile(99);
  const measured = {
    version: "1",
    run_id: manifest.run_id,
    simulated: manifest.simulated,
    scenario: {
      name: scenario.metadata.name,
      version: scenario.metadata.version,
      sha256: manifest.scenario.sha256,
    },
    runtime: {
      start_time: manifest.start_time,
      duration_seconds: seconds,
      vus: scenario.vus,
      seed: manifest.seed,
      shards: manifest.shards,
      io: manifest.io,
      stop_reason: result.stopReason,
    },
    requests: requestCounts(totals, result.dropped, issuedByMethod(result)),
    latency: distribution(totals.latency),
    service_time: distribution(totals.service),
    phases: {
      wait: distribution(phases.wait),
      dns: distribution(phases.dns),
      connect: distribution(phases.connect),
      tls: distribution(phases.tls),
      ttfb: distribution(phases.ttfb),
      body: distribution(phases.body),
    },
    throughput: {
      rps: rateOf(totals, seconds),
      peak_rps: perSecond(result.windowCompletedMax),
      min_rps: perSecond(result.windowCompletedMin),
      bytes_in: totals.bytesIn,
      bytes_out: totals.bytesOut,
    },
    connections: {
      opened: result.connections.opened,
      resumed: result.connections.resumed,
      reused: totals.reused,
      errors: result.connections.failed,
      closed: result.connections.closed,
    },
    errors: errorCounts(totals),
    by_request: Object.fromEntries(
      plan.requests.map(({ name, method }, i) => [
        name,
        requestSummary(result.byRequest[i]!, name, method, seconds, checks),
      ]),
    ),
    checks,
    arrivals: result.arrivals,
    lag: {
      p50_ns: lag.percentile(50),
      p99_ns: lagP99Ns,
      p999_ns: lag.percentile(99.9),
      max_ns: lag.percentile(100),
      busy_mean: result.busy.mean,
      busy_max: result.busy.max,
      generator_limited: (lagP99Ns ?? 0) > LAG_LIMITED_NS || (result.busy.mean ?? 0) > BUSY_LIMITED,
      paused_for_disk_ns: result.pausedNs,
    },
    books: books(result),
  } as const;
  return { ...measured, assertions: judge(scenario.criteria, measured, plan.requests) };
}

function requestSummary(
  requests: Accumulator,
  name: string,
  method: string,
  seconds: number,
  checks: readonly CheckSummary[],
): RequestSummary {
  return {
    requests: requestCounts(requests, 0, requests.issued > 0 ? { [method]: requests.issued } : {}),
    latency: distribution(requests.latency),
    service_time: distribution(requests.service),
    errors: errorCounts(requests),
    throughput: { rps: rateOf(requests, seconds), bytes_in: requests.bytesIn, bytes_out: requests.bytesOut },
    checks: checks.flatMap(({ request, ...counts }) => (request === name ? [counts] : [])),
  };
}

function checksOf({ plan, rules }: FoldResult): CheckSummary[] {
  return plan.rules.map(({ request, words }, i) => ({
    request: plan.requests[request]!.name,
    rule: words,
    ...rules[i]!,
  }));
}

function rateOf({ completed }: Accumulator, seconds: number): number {
  return seconds > 0 ? completed / seconds : 0;
}

function issuedByMethod(result: FoldResult): Record<string, number> {
  const byMethod: Record<string, number> = {};
  for (const [i, { method }] of result.plan.requests.entries()) {
    const { issued } = result.byRequest[i]!;
    if (issued > 0) byMethod[method] = (byMethod[method] ?? 0) + issued;
  }
  return byMethod;
}

function books(result: FoldResult): Books {
  const { issued, completed, failed, timedOut, unfinished, settled } = result.totals;
  return {
    balanced: issued === settled && result.problems.length === 0,
    planned: issued + result.dropped,
    issued,
    dropped: result.dropped,
    completed,
    failed,
    timed_out: timedOut,
    unfinished,
    problems: result.problems,
  };
}

function perSecond(windowCount: number | null): number | null {
  return windowCount === null ? null : windowCount / (WINDOW_NS / NS_PER_SECOND);
}
