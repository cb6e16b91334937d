import { expect, test } from "vitest";
import { BitSet } from "./bit-set.ts";

test("BitSet holds what was added and nothing else, beyond its first memory too", () => {
  const set = new BitSet();
  const members = [0, 7, 8, 8191, 8192, 100_000, 3];
  for (const member of members) set.add(member);
  const found = Array.from({ length: 110_000 }, (_, number) => number).filter((number) => set.has(number));
  expect(found).toEqual(members.toSorted((a, b) => a - b));
});
