/**
 * The swarm: whole worlds, one per seed, each run to its end with every checker watching (docs/TESTING.md).
 *
 *   npx vitest run test/swarm                          as many seeds as fit into a normal test run
 *   Z6_SWARM_SEEDS=10000 npx vitest run test/swarm     many; Z6_SWARM_BASE=50001 for others than the first
 *   Z6_SWARM_SEED=123 npx vitest run test/swarm        one, with all that is known of it
 */
import { expect, test } from "vitest";
import { runCompletions } from "./completions.ts";
import keptSeeds from "./kept-seeds.json" with { type: "json" };
import { runWorld, type WorldResult } from "./run-world.ts";
import { describeWorld, drawWorld } from "./world.ts";

const SEEDS = Number(process.env.Z6_SWARM_SEEDS ?? 300);
const BASE = Number(process.env.Z6_SWARM_BASE ?? 1);
const ONE = process.env.Z6_SWARM_SEED;
/** Seeds of one test: small enough that none runs into its time limit. */
const CHUNK = 100;
const CHUNK_TIMEOUT_MS = 120_000;

/** Runs one seed; what goes wrong is reported behind the seed and its world. */
function run(seed: number): WorldResult {
  const world = drawWorld(seed);
  try {
    runCompletions(world);
    return runWorld(world);
  } catch (error) {
    throw new Error(`Z6_SWARM_SEED=${seed}\n${describeWorld(world)}\n${(error as Error).message}`, { cause: error });
  }
}

if (ONE !== undefined) {
  test(`world ${ONE}`, () => {
    const seed = Number(ONE);
    const { summary, ...rest } = run(seed);
    process.stdout.write(
      `${describeWorld(drawWorld(seed))}\n${JSON.stringify({ ...rest, ...summary.books }, null, 2)}\n`,
    );
  });
} else {
  for (let first = BASE; first < BASE + SEEDS; first += CHUNK) {
    const last = Math.min(first + CHUNK, BASE + SEEDS) - 1;
    test(`worlds ${first} to ${last}`, { timeout: CHUNK_TIMEOUT_MS }, () => {
      for (let seed = first; seed <= last; seed++) run(seed);
    });
  }

  for (const { seed, cause } of keptSeeds as readonly { readonly seed: number; readonly cause: string }[]) {
    test(`world ${seed}, kept: ${cause}`, () => {
      run(seed);
    });
  }

  test("the same world twice gives the same fingerprint", () => {
    for (let seed = BASE; seed < BASE + 5; seed++) expect(run(seed).fingerprint).toBe(run(seed).fingerprint);
  });
}
