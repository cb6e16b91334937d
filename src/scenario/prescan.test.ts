import { expect, test } from "vitest";
import { findBeyond } from "./prescan.ts";

const BOUNDS = { depthMax: 2, wordCharsMax: 10 };

test.each([
  ["a = [[1]]", -1],
  ["a = [[[1]]]", 6],
  ["a = {b = {c = {}}}", 14],
  ["a = [1]\nb = [2]\nc = [3]\n[[d]]\n[[e]]", -1],
  ["a = '[[['", -1],
  ['a = "\\"[[["', -1],
  ['a = """"[[["""', -1],
  ["a = '''[[''''", -1],
  ["# [[[ aaaaaaaaaaaaaaaa\n", -1],
  ["# [[[\na = [[[", 12],
  ["a = 'open [[[\nb = [[[", 20],
  ['a = "', -1],
  ["]]][[[", 5],
])("findBeyond finds in %j the third level at %i", (text, offset) => {
  expect(findBeyond(text, BOUNDS)).toEqual(offset < 0 ? null : { what: "nesting", offset });
});

test.each([
  ["a = '12345678'", -1],
  ["a = '123456789'", 4],
  ["a = 1234567890", -1],
  ["a = 12345678901", 4],
  ["a = -1.23e+4567", 4],
  ["a.b.c.d.e.f = 1", 0],
  ["a = '''\n12345\n'''", 4],
  ["a = 'open 12345\nb = 1", 4],
])("findBeyond finds in %j the long word at %i", (text, offset) => {
  expect(findBeyond(text, BOUNDS)).toEqual(offset < 0 ? null : { what: "word", offset });
});
