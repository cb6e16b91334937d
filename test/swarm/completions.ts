/**
 * The level above the bytes: the product's own simulation, in which requests end because a modelled server says so.
 * Many more decisions of the engine for the same time, and no connection in sight. What it wrote is checked like any
 * other ledger; that two simulations are equal is promise three of Z6.
 */
import { assert } from "../../src/base/assert.ts";
import { EntryRing } from "../../src/base/entry-ring.ts";
import { NS_PER_MS } from "../../src/base/units.ts";
import { planFor } from "../../src/drive/run-plan.ts";
import { simulate } from "../../src/drive/simulate.ts";
import { FRAME_SHARD } from "../../src/ledger/header.ts";
import type { EntrySink } from "../../src/model/ports.ts";
import type { ServerModel, ServiceTime } from "../../src/model/server-model.ts";
import { Dice } from "../../src/sim/dice.ts";
import { FaultyDisk } from "../../src/sim/faulty-disk.ts";
import { Books } from "./books.ts";
import { read } from "./disk-check.ts";
import { checkLedger, manifestOf } from "./ledger-check.ts";
import type { World } from "./world.ts";

const OWNER_MODEL = 0xffff_0200;
const OWNER_DISK = 0xffff_0201;
const NOWHERE: EntrySink = { write() {} };

/** Simulates the world's scenario against a model from the world's seed. Throws at the first thing that is wrong. */
export function runCompletions(drawn: World): void {
  const world: World = { ...drawn, shards: 1 };
  const model = drawModel(new Dice(String(world.seed), OWNER_MODEL));
  const first = simulated(world, model);
  const second = simulated(world, model);
  assert(first.fingerprint === second.fingerprint, "two simulations of the same plan differ");
  const readBack = checkLedger(world, planFor(world.scenario), manifestOf(world), first.image, true);
  assert(readBack.books.balanced, "the books of a simulation do not balance");
  checkEntries(world, first.image);
}

function simulated(world: World, model: ServerModel): { readonly fingerprint: string; readonly image: Uint8Array } {
  const disk = new FaultyDisk(new Dice(String(world.seed), OWNER_DISK), Number.POSITIVE_INFINITY);
  const ledger = {
    append: (bytes: Uint8Array) => disk.append(bytes),
    get bytes() {
      return disk.bytes;
    },
    close() {},
  };
  const { fingerprint } = simulate(manifestOf(world), planFor(world.scenario), model, ledger, () => {});
  return { fingerprint, image: disk.image() };
}

/** Every entry of the ledger through the same checker as in the byte world. */
function checkEntries(world: World, image: Uint8Array): void {
  const books = new Books(planFor(world.scenario), 0, 1, Number.MAX_SAFE_INTEGER, NOWHERE);
  const ring = new EntryRing(1);
  let turnNs = -1;
  read(image, ({ timeNs, kind, identity, flags, code, a, b, c }, shard, text) => {
    if (shard === FRAME_SHARD) return;
    if (timeNs !== turnNs) {
      books.checkBalance();
      books.beginTurn(timeNs);
      turnNs = timeNs;
    }
    if (text === null) ring.push(kind, identity, flags, code, a, b, c);
    else ring.pushText(kind, identity, flags, code, text);
    books.write(timeNs, ring, ring.take());
  });
  books.end();
}

function drawModel(dice: Dice): ServerModel {
  return {
    serviceTime: drawServiceTime(dice),
    workers: dice.pick([0, 1, dice.between(1, 20)]),
    queueMax: dice.pick([0, 3, 1000]),
    whenFull: dice.pick(["status_503", "reset"]),
    responseBytes: dice.below(5000),
    // Not 0: users whose answers cost no time would send one request each nanosecond.
    roundTripNs: dice.between(NS_PER_MS, 3 * NS_PER_MS),
    errorRatio: dice.pick([0, 0.1]),
    dropRatio: dice.pick([0, 0.1, 1]),
    slowStart: dice.pick([
      { durationNs: 0, factor: 1 },
      { durationNs: 50 * NS_PER_MS, factor: 4 },
    ]),
    stalls: dice.chance(300) ? [{ startNs: 10 * NS_PER_MS, durationNs: 30 * NS_PER_MS, everyNs: 90 * NS_PER_MS }] : [],
  };
}

function drawServiceTime(dice: Dice): ServiceTime {
  const ns = dice.between(NS_PER_MS, 20 * NS_PER_MS);
  return dice.pick([
    { type: "fixed", durationNs: ns },
    { type: "uniform", minNs: 0, maxNs: ns },
    { type: "normal", meanNs: ns, stddevNs: Math.floor(ns / 3) },
    { type: "long_tail", medianNs: ns, p99Ns: 8 * ns },
  ]);
}
