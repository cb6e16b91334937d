/**
 * The open model against real servers: every arrival is planned beforehand and accounted for, whatever the server does,
 * and the time that a stall costs is measured for everybody who would have come meanwhile.
 */
import { describe, expect, test } from "vitest";
import { startTargetInWorker } from "./support/target.ts";
import { type RunResult, runScenario, z6 } from "./support/z6.ts";

const MS = 1e6;

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

test("a server that stalls 1 s in every 5: the arithmetic of everybody who would have come", {
  timeout: 60_000,
}, async () => {
  // Windows begin with the server, so a run of two of them holds exactly two stalls, whenever it begins.
  const stall = "/stall?every_ms=5000&for_ms=1000";
  const [open, closed] = await withTarget(async (url) => [
    await runScenario(scenario({ url, schedule: "rate = 500\nmax_vus = 2000", path: stall }), {
      args: ["--duration", "10"],
    }),
    await runScenario(
      `[runtime]\nduration_seconds = 10\nvus = 5\n[target]\nbase_url = "${url}"\n` +
        `[[requests]]\nname = "visit"\npath = "${stall}"\n[think_time]\nduration_ms = 9\n`,
    ),
  ]);
  // One arrival in five meets a stall, and waits for what is left of it: the share above y s is (1 - y) / 5.
  expect(open!.metrics.requests.total).toBe(5_000);
  expect(open!.metrics.latency.p90_ns! / MS).toBeGreaterThan(470);
  expect(open!.metrics.latency.p90_ns! / MS).toBeLessThan(560);
  expect(open!.metrics.latency.p99_ns! / MS).toBeGreaterThan(930);
  expect(open!.metrics.latency.p99_ns! / MS).toBeLessThan(1_000);
  expect(open!.metrics.latency.max_ns! / MS).toBeGreaterThan(985);
  expect(open!.metrics.latency.max_ns! / MS).toBeLessThan(1_080);
  // Five users in a closed loop send five requests into each stall, and nothing meanwhile: ten of some 4,000 saw it.
  expect(closed!.metrics.latency.max_ns! / MS).toBeGreaterThan(900);
  expect(closed!.metrics.latency.p99_ns! / MS).toBeLessThan(100);
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
