import fc from "fast-check";
import { expect, test } from "vitest";
import { NEVER } from "../base/units.ts";
import type { UserPhase } from "../model/scenario.ts";
import { Population } from "./population.ts";

function changesOf(phases: UserPhase[]): { atNs: number; count: number }[] {
  const population = new Population(phases);
  const changes: { atNs: number; count: number }[] = [];
  while (population.nextNs !== NEVER) {
    const atNs = population.nextNs;
    population.step();
    changes.push({ atNs, count: population.count });
  }
  return changes;
}

test("Population starts a constant schedule's users at moment 0", () => {
  expect(changesOf([{ startNs: 0, durationNs: 100, fromUsers: 3, toUsers: 3 }])).toEqual([
    { atNs: 0, count: 1 },
    { atNs: 0, count: 2 },
    { atNs: 0, count: 3 },
  ]);
});

test("Population spreads a ramp evenly and ends it at the phase's end", () => {
  expect(changesOf([{ startNs: 10, durationNs: 100, fromUsers: 0, toUsers: 4 }])).toEqual([
    { atNs: 35, count: 1 },
    { atNs: 60, count: 2 },
    { atNs: 85, count: 3 },
    { atNs: 110, count: 4 },
  ]);
});

test("Population places changes exactly where the product passes 2^53", () => {
  const durationNs = 86_400_000_000_001;
  const changes = changesOf([{ startNs: 0, durationNs, fromUsers: 0, toUsers: 99_991 }]);
  for (const k of [1, 2, 50_000, 99_990, 99_991]) {
    const exact = (BigInt(k) * BigInt(durationNs) + 99_990n) / 99_991n;
    expect(changes[k - 1]).toEqual({ atNs: Number(exact), count: k });
  }
});

test("Population jumps at the start of a phase, up and down", () => {
  const changes = changesOf([
    { startNs: 0, durationNs: 10, fromUsers: 1, toUsers: 1 },
    { startNs: 10, durationNs: 10, fromUsers: 3, toUsers: 3 },
    { startNs: 20, durationNs: 0, fromUsers: 1, toUsers: 1 },
  ]);
  expect(changes.map(({ atNs, count }) => `${atNs}:${count}`)).toEqual(["0:1", "10:2", "10:3", "20:2", "20:1"]);
});

const phases = fc
  .array(fc.record({ durationNs: fc.nat(1e12), fromUsers: fc.nat(50), toUsers: fc.nat(50) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) => {
    let startNs = 0;
    return list.map((phase) => {
      const placed = { ...phase, startNs };
      startNs += phase.durationNs;
      return placed;
    });
  });

test("Population changes by one, in time order, inside its phases, and ends at the last level", () => {
  fc.assert(
    fc.property(phases, (list) => {
      let lastNs = 0;
      let lastCount = 0;
      for (const { atNs, count } of changesOf(list)) {
        expect(atNs).toBeGreaterThanOrEqual(lastNs);
        expect(Math.abs(count - lastCount)).toBe(1);
        lastNs = atNs;
        lastCount = count;
      }
      const last = list.at(-1)!;
      expect(lastCount).toBe(last.toUsers);
      expect(lastNs).toBeLessThanOrEqual(last.startNs + last.durationNs);
    }),
  );
});
