import { expect, test } from "vitest";
import { tooDeepAt } from "./nesting.ts";

test.each([
  ["a = [[1]]", -1],
  ["a = [[[1]]]", 6],
  ["a = {b = {c = {}}}", 14],
  ["a = [1]\nb = [2]\nc = [3]\n[[d]]\n[[e]]", -1],
  ["a = '[[['", -1],
  ['a = "\\"[[["', -1],
  ['a = """["[[""[["""', -1],
  ["a = '''\n[[['''", -1],
  ["# [[[\n", -1],
  ["# [[[\na = [[[", 12],
  ["a = 'not closed [[[\nb = [[[", 26],
  ['a = "', -1],
  ["]]][[[", 5],
])("tooDeepAt finds in %j the third level at %i", (text, at) => {
  expect(tooDeepAt(text, 2)).toBe(at);
});
