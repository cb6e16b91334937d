import { describe, expect, it } from "vitest";
import { clip, columnsOf, left, line, printable, right, widest, wrap } from "./columns.ts";
import { createStyle } from "./style.ts";

describe("columns", () => {
  it("counts wide characters as two", () => {
    expect([columnsOf("abc"), columnsOf("名前"), columnsOf("█▏░"), widest(["a", "名前"]), widest([])]).toEqual([
      3, 4, 3, 4, 0,
    ]);
  });

  it.each([
    ["abcdef", 6, "abcdef"],
    ["abcdef", 5, "abcd…"],
    ["名前名前", 5, "名前…"],
    ["名前名前", 4, "名…"],
    ["abc", 1, "…"],
    ["abc", 0, ""],
  ])("clips %s to %d columns as %s", (text, width, clipped) => expect(clip(text, width)).toBe(clipped));

  it("pads to either side and never exceeds the column", () => {
    expect([left("ab", 4), right("ab", 4), left("名前名", 4), right("abcdef", 4)]).toEqual([
      "ab  ",
      "  ab",
      "名… ",
      "abc…",
    ]);
  });

  it("shows control characters instead of obeying them", () => {
    expect(printable("a\u001b[31mb\u202e\nc")).toBe("a?[31mb??c");
  });

  it("paints what is seen and drops white space at the end", () => {
    const { good, plain } = createStyle(true);
    expect(
      line(
        [
          ["ok  ", good],
          ["", good],
          ["  ", plain],
        ],
        20,
      ),
    ).toBe("\u001b[32mok\u001b[0m");
    expect(
      line(
        [
          ["ab ", good],
          ["cdef", plain],
          ["g", plain],
        ],
        5,
      ),
    ).toBe("\u001b[32mab\u001b[0m c…");
  });

  it("wraps between words", () => {
    expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrap("", 8)).toEqual([]);
  });
});
