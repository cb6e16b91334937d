import { expect, test } from "vitest";
import { countWords, durationWords, percentWords } from "./words.ts";

test.each([
  [0, "0 s"],
  [1_500, "1.5 µs"],
  [2_500_000, "2.5 ms"],
  [250_000_000, "250 ms"],
  [1_500_000_000, "1.5 s"],
  [60_000_000_000, "1 min"],
  [3_661_000_000_000, "1 h 1 min 1 s"],
])("durationWords says %i ns as %s", (ns, words) => {
  expect(durationWords(ns)).toBe(words);
});

test("countWords and percentWords", () => {
  expect([1, 2, 999, 1_000, 1_234_567].map((count) => countWords(count, "user"))).toEqual([
    "1 user",
    "2 users",
    "999 users",
    "1,000 users",
    "1,234,567 users",
  ]);
  expect(percentWords(1 / 3)).toBe("33.3 %");
});
