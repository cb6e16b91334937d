import { describe, expect, test } from "vitest";
import type { Plan, PlannedArrivals, PlannedUsers } from "../model/plan.ts";
import { columnsOf } from "./columns.ts";
import { renderPlan } from "./plan-text.ts";

const ESCAPE = "\x1b";
const exact = (value: number) => ({ value, precision: "exact" as const });

const USERS: PlannedUsers = {
  name: "",
  type: "ramp",
  users_max: 40,
  iterations_per_user: null,
  spawns: exact(40),
  iterations: null,
  requests: null,
  flows: [{ name: "", share: 1, requests_per_iteration: 1, iterations: null }],
  series: { bucket_seconds: 1, seconds: 4, precision: "exact", values: [10, 20, 30, 40] },
};

const ARRIVALS: PlannedArrivals = {
  name: "",
  type: "arrivals",
  distribution: "even",
  seconds: 10,
  arrivals: 3_000,
  alive_max: 100,
  peak_rate: { per_second: 300, basis: "schedule" },
  iteration_seconds_at_peak: 1 / 3,
  iterations: exact(3_000),
  requests: exact(3_000),
  flows: [{ name: "", share: 1, requests_per_iteration: 1, iterations: exact(3_000) }],
  series: { bucket_seconds: 1, seconds: 10, precision: "exact", values: Array(10).fill(300) },
};

const OPEN: Plan = {
  version: "1",
  name: "Demo",
  seed: "42",
  seed_drawn: false,
  shards: 2,
  duration_seconds: 10,
  graceful_stop_seconds: 30,
  users_max: 100,
  arrivals: 3_000,
  iterations: exact(3_000),
  requests: exact(3_000),
  peak_rate: ARRIVALS.peak_rate,
  fewer_if: ["An arrival finds max_vus others alive: it is dropped."],
  groups: [ARRIVALS],
  by_request: [{ name: "home", share: 1, requests: exact(3_000) }],
  connections: {
    sockets: { value: 100, precision: "at_most" },
    file_descriptors: 140,
    file_descriptors_max: 1_024,
    local_ports: 28_232,
    targets: [{ name: "", base_url: "http://a", connections: 100, connections_http2: null }],
    destinations: [{ address: "a:80", connections: 100 }],
  },
  ledger: {
    bytes: { value: 395_000, precision: "about" },
    parts: [],
    bytes_per_million_requests: 64_062_500,
    bytes_per_second: 320,
    bytes_max: 2 ** 40,
    folder: "results",
    free_disk_bytes: 45e9,
  },
  warnings: [],
};

const CLOSED: Plan = {
  ...OPEN,
  arrivals: 0,
  iterations: null,
  requests: null,
  peak_rate: null,
  fewer_if: [],
  groups: [USERS],
  ledger: { ...OPEN.ledger, bytes: null },
};

const text = (plan: Plan, width?: number) =>
  renderPlan(plan, { colour: false, ...(width === undefined ? {} : { width }) });

describe("renderPlan", () => {
  test("an open plan: arrivals, requests, room, chart, needs, verdict", () => {
    const shown = text(OPEN);
    expect(shown).toMatch(/^Demo {2}planned; nothing was sent\n/);
    expect(shown).toContain("  10.0 s, then up to 30.0 s for requests in flight · seed 42 · 2 shards\n");
    expect(shown).toContain("  arrivals     3,000  300/s at the peak\n");
    expect(shown).toContain("  requests     3,000  300/s on average\n");
    expect(shown).toContain("  · An arrival finds max_vus others alive: it is dropped.\n");
    expect(shown).toContain("Arrivals  3,000 in 10.0 s, evenly spaced, 300/s at the peak\n");
    expect(shown).toContain("iterations may take 333 ms on average before 100 users (max_vus)");
    expect(shown).toMatch(/^ {2}300\/s ┤█+$/m);
    expect(shown).toMatch(/open files +at most 140 +of 1,024 that the process may have/);
    expect(shown).toMatch(/connections to a:80 +at most 100 +of 28,232 local ports/);
    expect(shown).toMatch(/ledger +about 395 kB +of 45\.0 GB free at results/);
    expect(shown).toMatch(/Verdict {2}everything fits\n$/);
    expect(shown).not.toContain("iterations  ");
    expect(shown).not.toContain("By request");
  });

  test("nothing is said exactly that is not", () => {
    const shown = text({
      ...OPEN,
      requests: { value: 15_000, precision: "at_most" },
      by_request: [
        { name: "a", share: 0.8, requests: { value: 12_000, precision: "at_most_about" } },
        { name: "b", share: null, requests: null },
      ],
    });
    expect(shown).toContain("  iterations   3,000\n");
    expect(shown).toContain("  requests     at most 15,000\n");
    expect(shown).toMatch(/ a +80\.00% +at most about 12,000\n/);
    expect(shown).toMatch(/^ {2}b$/m);
  });

  test("a closed plan without an end of requests says so, and what a million of them take", () => {
    const shown = text(CLOSED);
    expect(shown).toContain("  requests     not known  as many as the server answers\n");
    expect(shown).toContain("Users  ramp, at most 40\n");
    expect(shown).toMatch(/ledger, per million requests +64\.1 MB +of 45\.0 GB free/);
    expect(shown).toContain("and 320 B for each second");
    const iterations = { ...USERS, type: "constant" as const, iterations_per_user: 10, series: null };
    expect(text({ ...CLOSED, duration_seconds: null, groups: [iterations] })).toMatch(
      /ends with its last iteration[\s\S]*Users {2}40 users, 10 iterations each\n\n/,
    );
  });

  test("a drawn seed, the busiest second, and arrivals that are too many to draw are told", () => {
    expect(text({ ...OPEN, seed_drawn: true })).toContain("A run with --seed 42 has this plan.");
    const poisson = { ...ARRIVALS, distribution: "poisson" as const };
    const drawn = { ...poisson, peak_rate: { per_second: 345, basis: "busiest_second" as const } };
    expect(text({ ...OPEN, groups: [drawn] })).toContain("at random (Poisson), 345 in the busiest second\n");
    expect(text({ ...OPEN, groups: [poisson] })).toContain("too many to draw beforehand");
    expect(text({ ...OPEN, groups: [drawn] })).not.toContain("too many to draw beforehand");
  });

  test("what does not fit stands out, and what the system does not say is no obstacle", () => {
    const tight = {
      ...OPEN,
      connections: { ...OPEN.connections, file_descriptors_max: 100, local_ports: null },
      ledger: { ...OPEN.ledger, free_disk_bytes: null },
      warnings: ["Raise the limit.", "Buy a disk."],
    };
    const shown = text(tight);
    expect(shown).toMatch(/open files +at most 140 ! of 100 that/);
    expect(shown).toContain("Verdict  2 warnings\n  WARNING: Raise the limit.\n  WARNING: Buy a disk.\n");
    expect(shown).not.toContain("local ports");
  });

  test("several groups each have a chart and their flows; beyond six, JSON has them", () => {
    const flows = [
      { name: "shop", share: 0.3, requests_per_iteration: 6, iterations: { value: 900, precision: "about" as const } },
      {
        name: "look",
        share: 0.7,
        requests_per_iteration: 1,
        iterations: { value: 2_100, precision: "about" as const },
      },
    ];
    const shown = text({
      ...OPEN,
      groups: [
        { ...ARRIVALS, flows },
        { ...USERS, name: "crawler" },
      ],
    });
    expect(shown).toContain("crawler  ramp, at most 40\n  Requests: as many as the server answers.\n");
    expect(shown).toContain("  Requests: 3,000.\n");
    expect(shown).toMatch(/shop +30\.00% +about 900 {2}iterations of 6 requests\n/);
    expect(shown).toMatch(/look +70\.00% +about 2,100 {2}iterations of 1 request\n/);
    expect(text({ ...OPEN, groups: Array(9).fill(USERS) })).toContain("and 3 more groups; --json has them all.");
  });

  test("no line is wider than the terminal, and no name steers it", () => {
    const name = `${ESCAPE}[31m${"long ".repeat(60)}`;
    const wild: Plan = {
      ...OPEN,
      name,
      groups: [{ ...USERS, name }, ARRIVALS],
      by_request: Array.from({ length: 40 }, () => ({ name, share: 0.025, requests: exact(75) })),
      connections: { ...OPEN.connections, destinations: Array(20).fill({ address: `${name}:80`, connections: 5 }) },
      ledger: { ...OPEN.ledger, folder: name },
      warnings: [name],
    };
    for (const width of [80, 100, 160]) {
      const shown = text(wild, width);
      expect(shown).not.toContain(ESCAPE);
      expect(Math.max(...shown.split("\n").map(columnsOf))).toBeLessThanOrEqual(width);
    }
    expect(renderPlan(OPEN, { colour: true })).toContain(`${ESCAPE}[1m`);
  });
});
