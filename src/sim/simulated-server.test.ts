import { expect, test } from "vitest";
import type { ServerModel } from "../model/server-model.ts";
import { loadModel } from "../scenario/load-model.ts";
import { CONNECTION_RESET, SimulatedServer } from "./simulated-server.ts";

function modelOf(text: string): ServerModel {
  const loaded = loadModel(text);
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  return loaded.model;
}

/** What becomes of so many requests, one every ms, of one user. */
function play(text: string, seed: string, count: number): { status: number; tookNs: number }[] {
  const server = new SimulatedServer(modelOf(text), seed, 1);
  return Array.from({ length: count }, (_, i) => {
    const endNs = server.arrive(0, i * 1e6);
    return { status: server.status, tookNs: endNs - i * 1e6 };
  });
}

const share = (all: readonly { status: number }[], status: number): number =>
  all.filter((one) => one.status === status).length / all.length;

test("errors and dropped connections come in the shares of the model, the same for a seed", () => {
  const text = "[server]\nworkers = 0\n[faults]\nerror_ratio = 0.1\ndrop_ratio = 0.05\n";
  const all = play(text, "7", 50_000);
  expect(share(all, 500)).toBeCloseTo(0.1, 2);
  expect(share(all, CONNECTION_RESET)).toBeCloseTo(0.05, 2);
  expect(share(all, 200)).toBeCloseTo(0.85, 2);
  expect(play(text, "7", 50_000)).toEqual(all);
  expect(play(text, "8", 50_000)).not.toEqual(all);
});

test("ratios of 1 spare nobody, ratios of 0 hit nobody", () => {
  expect(share(play("[faults]\nerror_ratio = 1", "1", 1000), 500)).toBe(1);
  expect(share(play("[faults]\ndrop_ratio = 1", "1", 1000), CONNECTION_RESET)).toBe(1);
  expect(share(play("", "1", 1000), 200)).toBe(1);
});

test("faults do not move service times", () => {
  const times = (text: string): number[] => play(`[server]\nworkers = 0\n${text}`, "3", 200).map((one) => one.tookNs);
  expect(times("[faults]\nerror_ratio = 0.5")).toEqual(times(""));
});

test.each([
  ["status_503", 503],
  ["reset", CONNECTION_RESET],
])("a full queue means %s, at once", (whenFull, status) => {
  const text = `[service_time]\nduration_ms = 10\n[server]\nworkers = 1\nqueue_max = 1\nwhen_full = "${whenFull}"\n`;
  expect(play(text, "1", 4)).toEqual([
    { status: 200, tookNs: 10e6 },
    { status: 200, tookNs: 19e6 },
    { status, tookNs: 0 },
    { status, tookNs: 0 },
  ]);
});

test("a slow start stretches services by a factor that falls to 1", () => {
  const text =
    "[service_time]\nduration_ms = 2\n[server]\nworkers = 0\n[slow_start]\nduration_seconds = 0.004\nfactor = 5\n";
  expect(play(text, "1", 6).map((one) => one.tookNs)).toEqual([10e6, 8e6, 6e6, 4e6, 2e6, 2e6]);
});
