import { expect, test } from "vitest";
import { BLOCK_CELLS_MAX, BLOCKS_PER_SHARD } from "../base/limits.ts";
import { BlockPool } from "./block-pool.ts";

/** Entries for which `blocks` blocks are reserved, one of them for a block that is part-filled before. */
const entriesOf = (blocks: number): number => (blocks - 1) * BLOCK_CELLS_MAX;

function takeAll(pool: BlockPool): ArrayBuffer[] {
  const taken: ArrayBuffer[] = [];
  for (let block = pool.take(); block !== null; block = pool.take()) taken.push(block);
  return taken;
}

test("BlockPool lends no more than was reserved, and the same memory again", () => {
  const pool = new BlockPool(0);
  expect(pool.take()).toBeNull();
  expect(pool.reserve(entriesOf(3))).toBe(true);
  const taken = takeAll(pool);
  expect(taken).toHaveLength(3);
  for (const block of taken) pool.giveBack(block);
  expect(pool.reserve(entriesOf(2))).toBe(true);
  for (const block of takeAll(pool)) expect(taken).toContain(block);
});

test("BlockPool makes a turn wait while too few blocks are free", () => {
  const pool = new BlockPool(0);
  const kept = BLOCKS_PER_SHARD + 1;
  expect(pool.reserve(entriesOf(kept))).toBe(true);
  const [first, ...others] = takeAll(pool);
  expect(others).toHaveLength(kept - 1);
  expect(pool.reserve(0)).toBe(false);
  pool.giveBack(first!);
  expect(pool.reserve(0)).toBe(true);
  expect(pool.reserve(entriesOf(2))).toBe(false);
});

test("BlockPool lends more than it keeps once all have come back, and lets go of the rest afterwards", () => {
  const pool = new BlockPool(0);
  const kept = BLOCKS_PER_SHARD + 1;
  expect(pool.reserve(0)).toBe(true);
  const [small] = takeAll(pool);
  expect(pool.reserve(entriesOf(10 * kept))).toBe(false);
  pool.giveBack(small!);
  expect(pool.reserve(entriesOf(10 * kept))).toBe(true);
  const taken = takeAll(pool);
  expect(taken).toHaveLength(10 * kept);

  // None is free for others while more are out than are kept.
  for (const block of taken.slice(0, 9 * kept)) pool.giveBack(block);
  expect(pool.reserve(0)).toBe(false);
  for (const block of taken.slice(9 * kept)) pool.giveBack(block);
  expect(pool.reserve(entriesOf(kept))).toBe(true);
  const again = takeAll(pool);
  for (const block of again) expect(taken).toContain(block);
  expect(pool.reserve(0)).toBe(false);
});
