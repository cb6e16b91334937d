import { describe, expect, test } from "vitest";
import { BadParameter, Params } from "./params.ts";

describe("Params", () => {
  test("integer reads within bounds and falls back", () => {
    const range = { min: 1, max: 10, fallback: 5 };
    expect(new Params("n=10").integer("n", range)).toBe(10);
    expect(new Params("").integer("n", range)).toBe(5);
  });

  test.each(["n=0", "n=11", "n=1.5", "n=-1", "n=", "n=x", "n=1e1", "n=9999999999999999"])(
    "integer refuses %s and says why",
    (query) => {
      const read = () => new Params(query).integer("n", { min: 1, max: 10, fallback: 5 });
      expect(read).toThrow(BadParameter);
      expect(read).toThrow("parameter n must be an integer between 1 and 10; it is");
    },
  );

  test("integer without a fallback must be given", () => {
    const read = () => new Params("").integer("n", { min: 1, max: 10, fallback: null });
    expect(read).toThrow("it is missing");
  });

  test("ms reads milliseconds to the microsecond, as ns", () => {
    expect(new Params("d=1.5").ms("d", null)).toBe(1_500_000);
    expect(new Params("d=0.001").ms("d", null)).toBe(1_000);
    expect(new Params("").ms("d", 2)).toBe(2_000_000);
    for (const bad of ["600001", "-1", "1.", "0.0001", "NaN"]) {
      expect(() => new Params(`d=${bad}`).ms("d", null)).toThrow(BadParameter);
    }
  });

  test("ratio reads 0 to 1", () => {
    const read = (text: string) => new Params(`r=${text}`).ratio("r", 0.5);
    expect([read("0"), read("1"), read("0.05"), read(".5"), new Params("").ratio("r", 0.5)]).toEqual([
      0, 1, 0.05, 0.5, 0.5,
    ]);
    for (const bad of ["", "1.1", "2", "-0", "5%", "."]) expect(() => read(bad)).toThrow(BadParameter);
  });

  test("choice takes a known word, the first by default", () => {
    expect(new Params("how=close").choice("how", ["reset", "close"])).toBe("close");
    expect(new Params("").choice("how", ["reset", "close"])).toBe("reset");
    expect(() => new Params("how=toString").choice("how", ["reset", "close"])).toThrow("one of reset, close");
  });

  test("seed is an unsigned 64-bit decimal", () => {
    expect(new Params("seed=18446744073709551615").seed("seed", "1")).toBe("18446744073709551615");
    expect(() => new Params("seed=18446744073709551616").seed("seed", "1")).toThrow(BadParameter);
  });

  test("the value in the path overrides one in the query", () => {
    const params = new Params("n=1");
    params.setFromPath("n", "2");
    expect(params.integer("n", { min: 0, max: 9, fallback: null })).toBe(2);
  });
});
