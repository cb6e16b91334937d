import { describe, expect, it } from "vitest";
import { formatBytes, formatClock, formatCount, formatNs, formatPercent, formatRate, plural } from "./units.ts";

describe("formatNs", () => {
  it.each<[number | null, string]>([
    [null, "-"],
    [0, "0 ns"],
    [999, "999 ns"],
    [1_000, "1.00 us"],
    [9_994, "9.99 us"],
    [9_996, "10.0 us"],
    [812_345, "812 us"],
    [999_499, "999 us"],
    [999_600, "1.00 ms"],
    [89_412_345, "89.4 ms"],
    [99_960_000, "100 ms"],
    [1_230_000_000, "1.23 s"],
    [59_940_000_000, "59.9 s"],
    [59_960_000_000, "1m 00s"],
    [125_000_000_000, "2m 05s"],
    [2 * 3600e9 + 300e9, "2h 05m"],
    [3 * 86_400e9 + 4 * 3600e9, "3d 04h"],
  ])("writes %d as %s", (ns, text) => expect(formatNs(ns)).toBe(text));
});

describe("formatClock", () => {
  it.each([
    [0, "0s"],
    [8.4e9, "8s"],
    [59.6e9, "1m 00s"],
    [3600e9, "1h 00m"],
  ])("writes %d as %s", (ns, text) => expect(formatClock(ns)).toBe(text));
});

describe("formatCount", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1_000, "1,000"],
    [1_234_567, "1,234,567"],
    [Number.MAX_SAFE_INTEGER, "9,007,199,254,740,991"],
  ])("writes %d as %s", (count, text) => expect(formatCount(count)).toBe(text));
});

describe("plural", () => {
  it.each([
    [0, "0 users"],
    [1, "1 user"],
    [1_200, "1,200 users"],
  ])("writes %d as %s", (count, text) => expect(plural(count, "user")).toBe(text));
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.00 kB"],
    [999_600, "1.00 MB"],
    [45_600_000, "45.6 MB"],
    [1.5e12, "1.50 TB"],
    [9e18, "9000 PB"],
  ])("writes %d as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatRate", () => {
  it.each<[number | null, string]>([
    [null, "-"],
    [0, "0/s"],
    [0.25, "0.25/s"],
    [12.34, "12.3/s"],
    [99.96, "100/s"],
    [2_341.4, "2,341/s"],
  ])("writes %d as %s", (perSecond, text) => expect(formatRate(perSecond)).toBe(text));
});

describe("formatPercent", () => {
  it.each<[number | null, string]>([
    [null, "-"],
    [0, "0%"],
    [0.000_001, "<0.01%"],
    [0.0042, "0.42%"],
    [0.9958, "99.58%"],
    [0.999_999, ">99.99%"],
    [1, "100%"],
  ])("writes %d as %s", (fraction, text) => expect(formatPercent(fraction)).toBe(text));
});
