/**
 * The open model against real servers: every arrival is planned beforehand and accounted for, whatever the server does,
 * and the time that a stall costs is measured for everybody who would have come meanwhile.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { startTargetInWorker } from "./support/target.ts";
import { eventsOf, type RunResult, runScenario, z6 } from "./support/z6.ts";

const MS = 1e6;
/** With Z6_LONG=1 a stall in every 10 s for 30 s, else in every 5 s for 10 s. */
const STALLS = process.env.Z6_LONG === "1" ? { every: 10, seconds: 30 } : { every: 5, seconds: 10 };

interface Load {
  readonly url: string;
  readonly schedule: string;
  readonly path?: string;
  readonly target?: string;
  readonly timeoutMs?: number;
}

function scenario({ url, schedule, path = "/", target = "", timeoutMs = 30_000 }: Load): string {
  return `
[runtime]
prng_seed = 9
[target]
base_url = "${url}"
${target}
[schedule]
type = "arrivals"
${schedule}
[[requests]]
name = "visit"
path = "${path}"
timeout_ms = ${timeoutMs}
`;
}

/** When each arrival was planned, by its identity; NaN for one that the ledger does not speak of. */
function planOf({ events }: RunResult, arrivals: number): number[] {
  const plan = new Array<number>(arrivals).fill(Number.NaN);
  for (const event of events) {
    if (event.kind === "request_issued") plan[event.user] = event.timeNs - event.latenessNs;
    else if (event.kind === "arrival_dropped") plan[event.arrival] = event.timeNs - event.latenessNs;
  }
  return plan;
}

async function withTarget<T>(act: (url: string) => Promise<T>, options = {}): Promise<T> {
  const target = await startTargetInWorker(options);
  try {
    return await act(target.url);
  } finally {
    await target.close();
  }
}

describe.each(["even", "poisson"])("300 per second for 10 s, %s", (distribution) => {
  const schedule = `rate = 300\ndistribution = "${distribution}"\nmax_vus = 200`;

  test("are 3,000 arrivals, also when the server stalls for 3 s", { timeout: 60_000 }, async () => {
    const { metrics, events, folder } = await withTarget(async (url) => {
      setTimeout(() => void fetch(`${url}/stall?ms=3000`, { method: "POST" }), 3_000);
      return await runScenario(scenario({ url, schedule }), { args: ["--duration", "10"] });
    });
    expect(metrics.arrivals).toMatchObject({ planned: 3_000, not_reached: 0 });
    expect(metrics.arrivals!.started + metrics.arrivals!.dropped).toBe(3_000);
    // The stall lasts for 900 arrivals, and 200 may be there at once.
    expect(metrics.arrivals!.dropped).toBeGreaterThan(600);
    expect(metrics.arrivals!.dropped).toBeLessThan(800);
    expect(metrics.books.balanced).toBe(true);
    expect(metrics.requests).toMatchObject({ failed: 0, unfinished: 0 });
    expect(events.filter(({ kind }) => kind === "arrival_dropped")).toHaveLength(metrics.arrivals!.dropped);
    expect((await z6("replay", folder)).code).toBe(0);
  });
});

test("the plan against a frozen server is that against a fast one, arrival by arrival", {
  timeout: 60_000,
}, async () => {
  const schedule = 'rate = 200\ndistribution = "poisson"\nmax_vus = 50';
  const options = { args: ["--duration", "4", "--shards", "1"] };
  const [fast, frozen] = await Promise.all([
    withTarget((url) => runScenario(scenario({ url, schedule }), options)),
    withTarget((url) => runScenario(scenario({ url, schedule, path: "/never", timeoutMs: 1_000 }), options)),
  ]);
  expect(frozen.metrics.arrivals!.dropped).toBeGreaterThan(0);
  const plan = planOf(fast, 800);
  expect(plan.every((momentNs) => momentNs >= 0)).toBe(true);
  expect(planOf(frozen, 800)).toEqual(plan);
});

test("two shards bring the arrivals of one: each at its moment, with the same request", {
  timeout: 60_000,
}, async () => {
  const text = (url: string): string =>
    `${scenario({ url, schedule: 'rate = 300\ndistribution = "poisson"\nmax_vus = 600', path: "/bytes/{{int(1, 500)}}" })}
[[requests]]
name = "ask"
method = "POST"
path = "/echo?user={{user}}"
body = '{"id": "{{uuid}}", "sort": "{{choice("up", "down")}}"}'
weight = 2
`;
  const [one, two] = await withTarget(async (url) => [
    await runScenario(text(url), { args: ["--duration", "3", "--shards", "1"] }),
    await runScenario(text(url), { args: ["--duration", "3", "--shards", "2"] }),
  ]);
  const sent = (run: RunResult): string[] =>
    eventsOf(run.events, "request_issued")
      .map(({ user, timeNs, latenessNs, request, hash, bytesOut }) =>
        [String(user).padStart(3, "0"), timeNs - latenessNs, request, hash, bytesOut].join(" "),
      )
      .sort();
  expect(sent(one!)).toHaveLength(900);
  expect(sent(two!)).toEqual(sent(one!));
  const shardOf = new Map(eventsOf(two!.events, "request_issued").map(({ user, shard }) => [user, shard]));
  for (const [arrival, shard] of shardOf) expect(shard).toBe(arrival % 2);
});

test(`a server that stalls 1 s in every ${STALLS.every}: the arithmetic of everybody who would have come`, {
  timeout: 120_000,
}, async () => {
  const { every, seconds } = STALLS;
  // Windows begin with the server, so a run of whole ones holds as many whole stalls, whenever it begins.
  const stall = `/stall?every_ms=${1_000 * every}&for_ms=1000`;
  const [open, closed] = await withTarget(async (url) => [
    await runScenario(scenario({ url, schedule: "rate = 500\nmax_vus = 2000", path: stall }), {
      args: ["--duration", String(seconds)],
    }),
    await runScenario(
      `[runtime]\nduration_seconds = ${seconds}\nvus = 5\n[target]\nbase_url = "${url}"\n` +
        `[[requests]]\nname = "visit"\npath = "${stall}"\n[think_time]\nduration_ms = 9\n`,
    ),
  ]);
  // One arrival in `every` meets a stall, and waits for what is left of it: the share above y s is (1 - y) / every.
  const aboveMs = (share: number): number => Math.max(0, 1_000 * (1 - share * every));
  expect(open!.metrics.requests.total).toBe(500 * seconds);
  expect(open!.metrics.latency.p95_ns! / MS).toBeGreaterThan(aboveMs(0.05) - 30);
  expect(open!.metrics.latency.p95_ns! / MS).toBeLessThan(aboveMs(0.05) + 60);
  expect(open!.metrics.latency.p99_ns! / MS).toBeGreaterThan(aboveMs(0.01) - 20);
  expect(open!.metrics.latency.p99_ns! / MS).toBeLessThan(aboveMs(0.01) + 50);
  expect(open!.metrics.latency.max_ns! / MS).toBeGreaterThan(985);
  expect(open!.metrics.latency.max_ns! / MS).toBeLessThan(1_080);
  // Five users in a closed loop send five requests into each stall, and nothing meanwhile: some 15 of some 12,000, or 10
  // of 4,000, saw it.
  expect(closed!.metrics.latency.max_ns! / MS).toBeGreaterThan(900);
  expect(closed!.metrics.latency.p99_ns! / MS).toBeLessThan(100);
  expect(closed!.metrics.service_time.p99_ns! / MS).toBeLessThan(100);
});

test("with few connections the service time hides what the latency shows", { timeout: 60_000 }, async () => {
  const { metrics } = await withTarget((url) =>
    runScenario(
      scenario({ url, schedule: "rate = 200\nmax_vus = 1000", path: "/delay/50", target: "max_connections = 5" }),
      { args: ["--duration", "3", "--shards", "1"] },
    ),
  );
  // Five connections serve 100 of the 200 that come each second: the last one waits for three seconds' backlog.
  expect(metrics.requests).toMatchObject({ total: 600, failed: 0 });
  expect(metrics.service_time.p99_ns! / MS).toBeLessThan(120);
  expect(metrics.latency.p99_ns! / MS).toBeGreaterThan(2_500);
  expect(metrics.phases.wait.p99_ns! / MS).toBeGreaterThan(2_400);
});

test("an assertion about one request ends both shards when the server turns bad, and the ledger replays", {
  timeout: 60_000,
}, async () => {
  let badFromMs = Number.POSITIVE_INFINITY;
  const server = createServer((request, response) => {
    badFromMs = Math.min(badFromMs, performance.now() + 1_000);
    const isBad = request.url!.startsWith("/fragile") && performance.now() >= badFromMs;
    response.writeHead(isBad ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const text = `${scenario({ url, schedule: "rate = 200\nmax_vus = 100" })}
[[requests]]
name = "fragile"
path = "/fragile"
[assertions]
error_rate_max = 0.9
[assertions.requests.visit]
error_rate_max = { limit = 0, abort_on_fail = true, delay_seconds = 1 }
[assertions.requests.fragile]
error_rate_max = { limit = 0.1, abort_on_fail = true, delay_seconds = 1 }
`;
    const { code, metrics, events, folder } = await runScenario(text, {
      args: ["--duration", "40", "--shards", "2"],
    });
    expect(code).toBe(1);
    expect(metrics.runtime.stop_reason).toBe("assertion_failed");
    expect(metrics.runtime.duration_seconds).toBeGreaterThan(1);
    expect(metrics.runtime.duration_seconds).toBeLessThan(20);
    expect(metrics.by_request.visit!.errors.total).toBe(0);
    expect(metrics.by_request.fragile!.errors.rate).toBeGreaterThan(0.1);
    expect(metrics.assertions.map(({ name, passed }) => [name, passed])).toEqual([
      ["error_rate_max", true],
      ["visit.error_rate_max", true],
      ["fragile.error_rate_max", false],
    ]);
    const { planned, started, dropped, not_reached: notReached } = metrics.arrivals!;
    expect(notReached).toBeGreaterThan(0);
    expect(started + dropped + notReached).toBe(planned);
    expect(metrics.books).toMatchObject({ balanced: true, problems: [] });
    expect(
      eventsOf(events, "stop_begun")
        .map(({ shard, reason }) => [shard, reason])
        .sort(),
    ).toEqual([
      [0, "assertion_failed"],
      [1, "assertion_failed"],
    ]);
    expect((await z6("replay", folder)).code).toBe(0);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
