import { expect, test } from "vitest";
import { NEVER } from "../base/units.ts";
import type { Stall } from "../model/server-model.ts";
import { StallClock } from "./stall-clock.ts";

const once = (startNs: number, durationNs: number): Stall => ({ startNs, durationNs, everyNs: null });
const every = (startNs: number, durationNs: number, everyNs: number): Stall => ({ startNs, durationNs, everyNs });

/** By brute force: time worked before each moment up to `untilNs`. */
function workedByHand(stalls: readonly Stall[], untilNs: number): number[] {
  const isStalled = (ns: number): boolean =>
    stalls.some(({ startNs, durationNs, everyNs }) => {
      const sinceNs = ns - startNs;
      return sinceNs >= 0 && (everyNs === null ? sinceNs : sinceNs % everyNs) < durationNs;
    });
  const worked = [0];
  for (let ns = 0; ns < untilNs; ns++) worked.push(worked[ns]! + (isStalled(ns) ? 0 : 1));
  return worked;
}

test.each([
  ["no stall", []],
  ["one", [once(10, 5)]],
  ["one at the beginning", [once(0, 7)]],
  ["one again and again", [every(3, 2, 10)]],
  ["two that overlap", [once(10, 10), once(15, 10)]],
  ["one within another", [once(10, 20), once(12, 3)]],
  ["two that touch", [once(10, 5), once(15, 5)]],
  ["repeated ones of several periods", [every(3, 2, 10), every(0, 3, 17), once(40, 30)]],
])("a stall clock works between stalls: %s", (_, stalls) => {
  const byHand = workedByHand(stalls, 400);
  const clock = new StallClock(stalls);
  for (let momentNs = 0; momentNs < 200; momentNs++) {
    expect(clock.workedAt(momentNs)).toBe(byHand[momentNs]);
    for (let aheadNs = 0; aheadNs < 40; aheadNs++) {
      const workedNs = byHand[momentNs]! + aheadNs;
      // The last moment that has this much work: the end of a stall, not its beginning.
      expect(clock.momentOf(workedNs)).toBe(Math.max(momentNs, byHand.lastIndexOf(workedNs)));
    }
  }
});

test("a stall clock that nothing is due on wants no moment", () => {
  expect(new StallClock([every(0, 1, 2)]).momentOf(NEVER)).toBe(NEVER);
});
