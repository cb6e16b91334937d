import { describe, expect, it } from "vitest";
import { bar, sparkline } from "./bars.ts";

describe("bar", () => {
  it.each([
    [0, ""],
    [1e-9, "▏"],
    [0.125, "▌"],
    [0.5, "██"],
    [0.97, "███▉"],
    [1, "████"],
    [7, "████"],
    [-1, ""],
  ])("draws %d of four columns as %s", (fraction, text) => expect(bar(fraction, 4)).toBe(text));

  it("draws nothing where there is no room", () => expect(bar(0.5, 0)).toBe(""));
});

describe("sparkline", () => {
  it("draws the newest values against the largest of them", () => {
    expect(sparkline([9, 0, 1, 2], 3)).toBe("▁▅█");
    expect(sparkline([0, 0], 5)).toBe("▁▁");
    expect(sparkline([1, 2], 0)).toBe("");
  });
});
