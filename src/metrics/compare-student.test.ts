import { describe, expect, it } from "vitest";
import { studentised, studentTail } from "./compare-student.ts";

describe("studentTail", () => {
  // Critical values of Student's t as printed in every table (two-sided).
  it.each([
    [4.303, 2, 0.05],
    [2.228, 10, 0.05],
    [2.845, 20, 0.01],
    [3.792, 22, 0.001],
    [1.962, 1000, 0.05],
  ])("gives |T| > %f with %i degrees of freedom its tabulated chance", (t, df, chance) => {
    expect(studentTail(t, df)).toBeCloseTo(chance, 4);
  });

  it("is certain to exceed 0", () => {
    expect(studentTail(0, 22)).toBe(1);
  });
});

describe("studentised", () => {
  it("widens a normal critical value to that of the same chance", () => {
    expect(studentised(1.96, 10, 1)).toBeCloseTo(2.226, 2);
  });

  it("widens it further for a smaller chance", () => {
    expect(studentised(1.962, 20, 0.2)).toBeCloseTo(2.845, 2);
  });
});
