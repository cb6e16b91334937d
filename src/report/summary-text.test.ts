import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { STOP_REASONS, type StopReason } from "../model/entry.ts";
import type { Distribution, Summary } from "../model/summary.ts";
import { columnsOf } from "./columns.ts";
import { renderSummary, type SummaryTextOptions } from "./summary-text.ts";

const SUMMARY = JSON.parse(readFileSync(new URL("./fixtures/summary.json", import.meta.url), "utf8")) as Summary;
const GOLDEN = new URL("./fixtures/summary.txt", import.meta.url);
const OPTIONS: SummaryTextOptions = {
  fingerprint: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
  folder: "results/run_2026-01-31_120000",
  colour: false,
};
const NOTHING: Distribution = {
  count: 0,
  min_ns: null,
  max_ns: null,
  mean_ns: null,
  stddev_ns: null,
  p50_ns: null,
  p90_ns: null,
  p95_ns: null,
  p99_ns: null,
  p999_ns: null,
};

/** The text without what a terminal takes for colour. */
function withoutColour(text: string): string {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");
}

describe("renderSummary", () => {
  it("writes the committed text; Z6_UPDATE=1 writes it anew", () => {
    const text = renderSummary(SUMMARY, OPTIONS);
    if (process.env.Z6_UPDATE === "1") writeFileSync(GOLDEN, text);
    expect(text).toBe(readFileSync(GOLDEN, "utf8"));
  });

  it("moves nothing by colour", () => {
    const coloured = renderSummary(SUMMARY, { ...OPTIONS, colour: true });
    expect(coloured).not.toBe(renderSummary(SUMMARY, OPTIONS));
    expect(withoutColour(coloured)).toBe(renderSummary(SUMMARY, OPTIONS));
  });

  it.each([80, 100, 200])("fits %d columns, without white space at the end of a line", (width) => {
    const long = { ...SUMMARY.by_request, ["名前".repeat(60)]: SUMMARY.by_request.create_user! };
    for (const line of renderSummary({ ...SUMMARY, by_request: long }, { ...OPTIONS, width }).split("\n")) {
      expect(columnsOf(line), line).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
  });

  it("is loud when the books do not balance", () => {
    const books = { ...SUMMARY.books, balanced: false, issued: 120_012, problems: ["12 requests were never settled"] };
    const text = renderSummary({ ...SUMMARY, books }, OPTIONS);
    expect(text).toContain("THE BOOKS DO NOT BALANCE");
    expect(text).toContain("issued       120,012 ≠ 119,572 completed");
    expect(text).toContain("✗ 12 requests were never settled");
  });

  it("says when it was simulated, cut off, limited by the generator, or reached nothing", () => {
    const requests = { ...SUMMARY.requests, success: 0, success_rate: 0, by_status: {} };
    const lag = { ...SUMMARY.lag, generator_limited: true };
    const runtime = { ...SUMMARY.runtime, stop_reason: null, start_time: null };
    const text = renderSummary({ ...SUMMARY, simulated: true, runtime, requests, lag, latency: NOTHING }, OPTIONS);
    for (const alarm of ["SIMULATED", "CUT OFF", "THE GENERATOR WAS THE BOTTLENECK", "NOTHING WAS REACHED"]) {
      expect(text).toContain(alarm);
    }
    expect(renderSummary({ ...SUMMARY, requests: { ...requests, total: 0 } }, OPTIONS)).toContain("NOTHING WAS SENT");
  });

  it("has a line for rules that were all kept, and nothing without rules", () => {
    const kept = SUMMARY.checks.map(({ failed, passed, ...rule }) => ({ ...rule, failed: 0, passed: failed + passed }));
    const text = (checks: Summary["checks"]) => renderSummary({ ...SUMMARY, checks }, OPTIONS);
    expect(text(kept)).toContain("\nChecks  all 3 rules kept, 209,544 times\n\nBooks");
    expect(text(kept.slice(0, 1))).toContain("\nChecks  the one rule kept, 29,600 times\n");
    expect(text(kept.map((rule) => ({ ...rule, passed: 0 })))).toContain("\nChecks  no response to judge\n");
    expect(text([])).not.toContain("Checks");
    expect(text(SUMMARY.checks.slice(0, 2))).not.toContain("never broken");
    expect(text([{ ...SUMMARY.checks[0]!, rule: 'evil "\u001b[2J"' }])).toContain('evil "?[2J"');
  });

  it("accounts for arrivals, and says what to change when some were dropped", () => {
    const arrivals = { planned: 3000, started: 2500, dropped: 300, not_reached: 200, max_vus: 50 };
    const text = renderSummary({ ...SUMMARY, arrivals }, { ...OPTIONS, width: 1000 });
    expect(text).toContain("arrivals     3,000 = 2,500 started + 300 dropped + 200 not reached\n");
    expect(text).toContain("Generator  short of users\n");
    expect(text).toContain(
      "ARRIVALS WERE DROPPED: 300 of 3,000 arrivals came while all max_vus = 50 users were busy, so the server was asked",
    );
    expect(text).toContain("Raise max_vus of the schedule");
    const one = renderSummary({ ...SUMMARY, arrivals: { ...arrivals, max_vus: 1 } }, { ...OPTIONS, width: 1000 });
    expect(one).toContain("while the one user of max_vus = 1 was busy");
    const closed = renderSummary({ ...SUMMARY, arrivals: null }, OPTIONS);
    expect(closed).not.toMatch(/arrival/i);
    expect(closed).toContain("Generator  kept to its plan\n");
  });

  it("says what to change when the generator was the limit: fewer users, or a lower rate of arrivals", () => {
    const words = (lag: Partial<Summary["lag"]>, arrivals: Summary["arrivals"]) =>
      renderSummary(
        { ...SUMMARY, lag: { ...SUMMARY.lag, ...lag, generator_limited: true }, arrivals },
        { ...OPTIONS, width: 1000 },
      );
    const late = { p99_ns: 25_000_000 };
    const busy = { busy_mean: 0.98 };
    const all = { planned: 3000, started: 3000, dropped: 0, not_reached: 0, max_vus: 50 };
    expect(words(late, null)).toContain("Generator  LIMITED\n");
    expect(words(late, null)).toContain(
      "THE GENERATOR WAS THE BOTTLENECK: one request in a hundred left 25.0 ms late or more.",
    );
    expect(words(late, null)).toContain("use fewer users, more shards or more machines.");
    expect(words(late, all)).toContain("use a lower rate, more shards or more machines.");
    expect(words(busy, null)).toContain("it was busy 98.00% of the time.");
    expect(words(busy, null)).toContain("use fewer users, more shards or more machines.");
    expect(words(busy, all)).toContain("use a lower rate, more shards or more machines.");
    // Both at once: each says its own remedy.
    const short = words(late, { ...all, started: 2900, dropped: 100 });
    expect(short).toContain("Generator  LIMITED\n");
    expect(short).toMatch(/THE GENERATOR WAS THE BOTTLENECK.*\n.*ARRIVALS WERE DROPPED/s);
  });

  it("says in words why the run ended, and what that means when nobody asked for it", () => {
    const ended = (stop_reason: StopReason) =>
      renderSummary({ ...SUMMARY, runtime: { ...SUMMARY.runtime, stop_reason } }, OPTIONS);
    for (const reason of STOP_REASONS) expect(ended(reason)).toMatch(/ · ended by [a-zA-Z]/);
    expect(ended("sigint")).toContain("ended by SIGINT (Ctrl+C)");
    expect(ended("assertion_failed")).toContain("ended by a failed assertion");
    expect(ended("assertion_failed")).toContain("STOPPED EARLY: an assertion with abort_on_fail did not hold");
    expect(ended("data_exhausted")).toContain("STOPPED EARLY: a user found no row left");
    expect(ended("ledger_full")).toMatch(/STOPPED EARLY: the ledger .*Raise max_event_log_size_mb/s);
    expect(ended("memory")).toMatch(/STOPPED EARLY: the program .*Raise max_memory_mb/s);
    expect(ended("duration")).not.toContain("STOPPED EARLY");
  });

  it("lets no name steer the terminal", () => {
    const scenario = { ...SUMMARY.scenario, name: "evil\u001b[2J\r\nname" };
    expect(renderSummary({ ...SUMMARY, scenario }, OPTIONS)).toContain("evil?[2J??name");
  });

  it("tells of resumed TLS sessions when there were any", () => {
    const connections = { ...SUMMARY.connections, resumed: 30 };
    const phases = { ...SUMMARY.phases, tls: { ...SUMMARY.phases.tls, count: 120 } };
    expect(renderSummary({ ...SUMMARY, connections, phases }, OPTIONS)).toMatch(
      /\n +resumed +30 +25\.00% of all TLS handshakes\n/,
    );
    expect(renderSummary(SUMMARY, OPTIONS)).not.toContain("resumed");
  });
});
