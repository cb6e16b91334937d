/**
 * Runs a world from its beginning to its end in virtual time, with every checker watching. All shards share one clock:
 * the one whose turn is due first goes first. Throws at the first thing that is not as it must be.
 */
import { assert } from "../../src/base/assert.ts";
import { Recording } from "../../src/drive/recording.ts";
import { planFor } from "../../src/drive/run-plan.ts";
import type { Summary } from "../../src/model/summary.ts";
import { Dice } from "../../src/sim/dice.ts";
import { DiskFull, FaultyDisk } from "../../src/sim/faulty-disk.ts";
import { checkDisk } from "./disk-check.ts";
import { checkLedger, manifestOf } from "./ledger-check.ts";
import { SwarmShard } from "./swarm-shard.ts";
import type { World } from "./world.ts";

/** What a world came to. */
export interface WorldResult {
  readonly summary: Summary;
  /** Hash of the last block, hex: the same world gives the same one. */
  readonly fingerprint: string;
  readonly turns: number;
  readonly diskFull: boolean;
  readonly ledgerBytes: number;
}

const OWNER_DISK = 0xffff_0100;
const OWNER_DAMAGE = 0xffff_0101;
/** A world takes some thousand turns; one that takes this many has stopped moving. */
const TURNS_MAX = 400_000;
const DAMAGES = 2;

export function runWorld(world: World): WorldResult {
  const { scenario } = world;
  const plan = planFor(scenario);
  const manifest = manifestOf(world);
  const disk = new FaultyDisk(new Dice(String(world.seed), OWNER_DISK), world.diskBytes);
  const shards: SwarmShard[] = [];
  let recording: Recording | null = null;
  let finished: Summary | null = null;
  try {
    const begun = new Recording(disk, manifest, scenario, () => {});
    recording = begun;
    for (let shard = 0; shard < world.shards; shard++) {
      shards.push(new SwarmShard(world, plan, shard, (block) => begun.add(block)));
    }
    runShards(world, shards);
    finished = begun.finish();
  } catch (error) {
    if (!(error instanceof DiskFull)) throw error;
  }
  const image = disk.image();
  const readBack = checkLedger(world, plan, manifest, image, finished !== null);
  if (finished !== null) {
    assert(finished.books.balanced, "the summary's books do not balance");
    assert(JSON.stringify(readBack) === JSON.stringify(finished), "the ledger read back gives another summary");
    checkCounts(shards, finished);
  }
  checkDisk(new Dice(String(world.seed), OWNER_DAMAGE), disk, DAMAGES);
  return {
    summary: finished ?? readBack,
    fingerprint: recording?.fingerprint ?? "",
    turns: shards.reduce((sum, { turns }) => sum + turns, 0),
    diskFull: finished === null,
    ledgerBytes: image.length,
  };
}

function runShards(world: World, shards: readonly SwarmShard[]): void {
  for (let turns = 0; ; turns++) {
    let next: SwarmShard | null = null;
    for (const shard of shards) if (!shard.isOver && (next === null || shard.nextNs < next.nextNs)) next = shard;
    if (next === null) return;
    if (next.nextNs > world.endNsMax)
      throw new Error(`shard ${next.shard} goes on at ${next.nextNs}: a run that hangs`);
    if (turns === TURNS_MAX) throw new Error(`shard ${next.shard} goes on after ${turns} turns: a run that spins`);
    next.step();
  }
}

/** The summary against what the checkers counted. */
function checkCounts(shards: readonly SwarmShard[], { books, connections }: Summary): void {
  const sum = (of: (shard: SwarmShard) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
  const sums: [string, number, number][] = [
    ["issued", sum((shard) => shard.books.counts.issued), books.issued],
    ["completed", sum((shard) => shard.books.counts.completed), books.completed],
    ["failed", sum((shard) => shard.books.counts.failed), books.failed],
    ["timed out", sum((shard) => shard.books.counts.timedOut), books.timed_out],
    ["unfinished", sum((shard) => shard.books.counts.unfinished), books.unfinished],
    ["opened", sum((shard) => shard.books.connections.opened), connections.opened],
    ["closed", sum((shard) => shard.books.connections.closed), connections.closed],
  ];
  for (const [what, expected, actual] of sums) {
    if (expected !== actual) throw new Error(`${what}: the checkers counted ${expected}, the summary says ${actual}`);
  }
}
