import { expect, test } from "vitest";
import { nowNs } from "./clock.ts";
import { Waits } from "./waits.ts";

test.each([0, 300_000, 1_500_000, 5_000_000])("after waits at least %i ns", async (delayNs) => {
  const waits = new Waits();
  const startNs = nowNs();
  await new Promise<void>((resolve) => waits.after(delayNs, resolve));
  expect(nowNs() - startNs).toBeGreaterThanOrEqual(delayNs);
  expect(waits.count).toBe(0);
});

test("a cancelled wait never ends", async () => {
  const waits = new Waits();
  const ended: string[] = [];
  const cancel = waits.after(0, () => ended.push("cancelled"));
  waits.after(1_000_000, () => ended.push("cancelled with all"));
  cancel();
  waits.cancelAll();
  expect(waits.count).toBe(0);
  await new Promise<void>((resolve) => waits.after(3_000_000, resolve));
  expect(ended).toEqual([]);
});
