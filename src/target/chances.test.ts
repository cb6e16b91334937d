import { expect, test } from "vitest";
import { SEEDS_MAX } from "./bounds.ts";
import { CHANCE, Chances } from "./chances.ts";
import { BadParameter } from "./params.ts";

function sequence(chances: Chances, seed: string, ratio: number): boolean[] {
  return Array.from({ length: 1_000 }, () => chances.hits(seed, CHANCE.flaky, ratio));
}

test("hits repeats itself for a seed and differs between seeds", () => {
  const first = sequence(new Chances(), "42", 0.5);
  expect(sequence(new Chances(), "42", 0.5)).toEqual(first);
  expect(sequence(new Chances(), "43", 0.5)).not.toEqual(first);
});

test("hits keeps to its ratio, and exactly at 0 and 1", () => {
  const share = sequence(new Chances(), "42", 0.05).filter(Boolean).length / 1_000;
  expect(Math.abs(share - 0.05)).toBeLessThan(0.03);
  expect(sequence(new Chances(), "42", 0)).not.toContain(true);
  expect(sequence(new Chances(), "42", 1)).not.toContain(false);
});

test("hits for one chance moves no other", () => {
  const disturbed = new Chances();
  disturbed.hits("42", CHANCE.drop, 0.5);
  expect(sequence(disturbed, "42", 0.5)).toEqual(sequence(new Chances(), "42", 0.5));
});

test("streams refuses more seeds than its bound", () => {
  const chances = new Chances();
  for (let seed = 0; seed < SEEDS_MAX; seed++) chances.streams(String(seed));
  expect(() => chances.streams(String(SEEDS_MAX))).toThrow(BadParameter);
  expect(() => chances.streams("0")).not.toThrow();
});
