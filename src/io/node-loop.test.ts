import { expect, test } from "vitest";
import { clockSince, monotonicNs } from "./clock.ts";
import { startNodeLoop } from "./node-loop.ts";

const NS_PER_MS = 1e6;

test("startNodeLoop counts looking at the clock as watching, and turns as work", async () => {
  const clock = clockSince(monotonicNs());
  const turns = 40;
  let count = 0;
  let workedNs = 0;
  const startedNs = clock();
  const watchedNs = await new Promise<number>((resolve) => {
    const loop = startNodeLoop(clock, (nowNs) => {
      if (++count > turns) {
        loop.stop();
        resolve(loop.watchedNs());
        return nowNs;
      }
      // Half of the time is work, the other half is waited for without a timer: too short for one.
      while (clock() < nowNs + 0.4 * NS_PER_MS);
      workedNs += clock() - nowNs;
      return nowNs + 0.8 * NS_PER_MS;
    });
  });
  const tookNs = clock() - startedNs;
  expect(watchedNs).toBeGreaterThan(0.2 * turns * NS_PER_MS * 0.4);
  expect(watchedNs).toBeLessThanOrEqual(tookNs - workedNs);
});
