import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import { escaped } from "../base/escape.ts";
import { ESCAPES } from "../model/template.ts";
import { asciiBytesMax, staysAsItIs, writeAscii } from "./ascii-text.ts";

/** Text of one's own, and what JSON would take for a value. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'0123456789+-.eE "\\/\u007f\t~@'), maxLength: 12 }),
  fc.constantFrom("true", "false", "null", "0", "00", "-1", "1e5", "", "nulls", "0x1"),
  fc.double().map(String),
);

describe.each(ESCAPES.map((way, index) => ({ way, index })))("under the escape $way", ({ way, index }) => {
  test("writes what escaped() gives, or nothing", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const out = new Uint8Array(asciiBytesMax(text.length) + 1).fill(0xee);
        const end = writeAscii(out, 1, text, index);
        if (end >= 0) expect(utf8Decode(out, 1, end)).toBe(escaped(text, way));
        expect(out[0]).toBe(0xee);
      }),
      { numRuns: 500 },
    );
  });

  test("says of bytes that they stay only if they do", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (staysAsItIs(utf8Encode(text), index)) expect(escaped(text, way)).toBe(text);
      }),
    );
  });
});

// What a link becomes does not follow from its characters one by one.
test.each(ESCAPES.filter((way) => way !== "url"))("takes printable ASCII under the escape %s", (way) => {
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i)).join("");
  expect(writeAscii(new Uint8Array(300), 0, printable, ESCAPES.indexOf(way))).toBeGreaterThan(0);
});

test("finds what stays", () => {
  expect(staysAsItIs(utf8Encode("eyJ0-eXA_i.~"), ESCAPES.indexOf("uri"))).toBe(true);
  expect(staysAsItIs(utf8Encode("a b"), ESCAPES.indexOf("header"))).toBe(true);
});
