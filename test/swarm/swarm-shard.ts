/**
 * One shard of a world: the product's engine, client, turn and block writer, with a byte network where the sockets
 * would be and a checker where the ledger's writer would be. The counterpart of drive/shard in virtual time.
 */
import { assert } from "../../src/base/assert.ts";
import { BLOCK_BYTES, BLOCK_FLUSH_NS } from "../../src/base/limits.ts";
import { NEVER } from "../../src/base/units.ts";
import { Client } from "../../src/client/client.ts";
import { inspectionsFor } from "../../src/client/inspect/inspections.ts";
import { messagesFor } from "../../src/drive/messages-for.ts";
import type { RunPlan } from "../../src/drive/run-plan.ts";
import { Turn } from "../../src/drive/turn.ts";
import { Engine } from "../../src/engine/engine.ts";
import { placesFor } from "../../src/engine/places-for.ts";
import { decodeUtf8 } from "../../src/io/decode-utf8.ts";
import { decompress } from "../../src/io/decompress.ts";
import { compilePattern } from "../../src/io/pattern.ts";
import { BlockWriter } from "../../src/ledger/block-writer.ts";
import { KIND } from "../../src/model/entry.ts";
import { ByteNetwork } from "../../src/sim/byte-network.ts";
import { Dice } from "../../src/sim/dice.ts";
import { Books } from "./books.ts";
import { checkConnections } from "./connection-check.ts";
import { hide } from "./findings.ts";
import type { World } from "./world.ts";

/** Streams of a world's seed for the lateness of each shard, and a seed apart for each shard's network. */
const OWNER_SHARD = 0xffff_0001;
const NETWORK_SEEDS = 1_000_003;

export class SwarmShard {
  readonly books: Books;
  readonly shard: number;
  isOver = false;
  turns = 0;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #network: ByteNetwork;
  readonly #writer: BlockWriter;
  readonly #turn: Turn;
  /** Users of this shard, at most. */
  readonly #users: number;
  #isShutDown = false;
  #nextStop = 0;
  #nextNs = 0;

  /** @param submit takes a filled block; its memory is used again as soon as it returns. */
  constructor(world: World, plan: RunPlan, shard: number, submit: (block: Uint8Array) => void) {
    const { scenario, shards, seed } = world;
    this.shard = shard;
    this.#world = world;
    this.#dice = new Dice(String(seed), OWNER_SHARD + shard);
    const share = { seed: scenario.seed!, shard, shards };
    const messages = messagesFor(plan, { ...share, sends: true });
    this.#engine = new Engine({ ...plan, ...share, messages });
    let network: ByteNetwork | null = null;
    const places = placesFor(scenario, shard, shards);
    this.#users = places.capacity;
    const inspections = inspectionsFor({
      scenario,
      places: places.capacity,
      tools: { decompress, decodeUtf8, compilePattern, hide },
      jars: null,
      keepSecret: (place, capture, value) => messages?.keepSecret(place, capture, value),
    });
    this.#client = new Client(
      { ...plan, places, shard, shards, dynamic: plan.rendered.dynamic, messages, inspections },
      (events) => {
        const targets = scenario.targets.map(({ host, httpVersion }) => ({
          named: host.endsWith(".example"),
          http2: httpVersion === "http2",
        }));
        network = new ByteNetwork(
          { seed: String(seed * NETWORK_SEEDS + shard), faults: world.faults, targets },
          events,
        );
        return network;
      },
    );
    assert(network !== null, "a client connects to its network at once");
    this.#network = network;
    const memory = new ArrayBuffer(BLOCK_BYTES);
    this.#writer = new BlockWriter(
      shard,
      () => memory,
      (block, bytes) => submit(new Uint8Array(block, 0, bytes)),
    );
    this.books = new Books(plan, shard, shards, world.calmAtNs, this.#writer);
    this.#turn = new Turn(this.#engine, this.#client, this.books);
  }

  /** Moment of the next turn, if it comes in time; NEVER when the run is over. */
  get nextNs(): number {
    return this.isOver ? NEVER : Math.max(this.#nextNs, this.#turn.earliestNs);
  }

  /** One turn, at `nextNs` or some time later. */
  step(): void {
    const nowNs = this.nextNs + this.#lateNs();
    this.#network.advance(nowNs);
    const { stops } = this.#world;
    for (let stop = stops[this.#nextStop]; stop !== undefined && stop.atNs <= nowNs; stop = stops[this.#nextStop]) {
      this.#client.inputs.push(KIND.stop_requested, 0, 0, stop.reason);
      this.#nextStop++;
    }
    if (this.#engine.done && !this.#isShutDown) {
      this.#isShutDown = true;
      this.#client.shutdown();
    }
    this.books.beginTurn(nowNs);
    this.#turn.run(nowNs);
    this.turns++;
    this.books.endTurn(this.#network.endTurn());
    this.#checkConnections();
    if (this.#isShutDown) {
      this.#writer.flush();
      this.isOver = true;
      this.#checkEnd();
    } else if (nowNs - this.#writer.oldestNs >= BLOCK_FLUSH_NS) {
      this.#writer.flush();
    }
    const flushNs = this.#writer.oldestNs === NEVER ? NEVER : this.#writer.oldestNs + BLOCK_FLUSH_NS;
    const stopNs = stops[this.#nextStop]?.atNs ?? NEVER;
    this.#nextNs = this.#engine.done ? nowNs : Math.min(this.#turn.wakeAtNs(), this.#network.nextNs, flushNs, stopNs);
  }

  #lateNs(): number {
    const { lagNsMax, stallPerMille, stallNsMax } = this.#world;
    if (!this.#dice.chance(stallPerMille)) return lagNsMax === 0 ? 0 : this.#dice.between(0, lagNsMax);
    const pausedNs = this.#dice.between(0, stallNsMax);
    this.#client.inputs.push(KIND.backpressure_on, 0);
    this.#client.inputs.push(KIND.backpressure_off, 0, 0, 0, 0, pausedNs);
    return pausedNs;
  }

  /** The connections that the network sees against the requests that the ledger has in flight. */
  #checkConnections(): void {
    const { scenario, shards } = this.#world;
    const isEager = this.#client.wakeAtNs() === 0;
    const isOpen = scenario.groups.some(({ schedule }) => schedule.type === "arrivals");
    for (const [index, target] of scenario.targets.entries()) {
      const inFlight = this.books.inFlight[index]!;
      const load = {
        shard: this.shard,
        shards,
        users: this.#users,
        usersMax: scenario.usersMax,
        isOpen,
        inFlight,
        isEager,
      };
      checkConnections(target, this.#network.links(index), load);
    }
  }

  #checkEnd(): void {
    this.books.end();
    const { totals } = this.#network;
    const { counts, connections } = this.books;
    const sums: [string, number, number][] = [
      ["connections opened", totals.opened, connections.opened],
      ["connections closed", connections.opened, connections.closed],
      ["answers", totals.answersDelivered, counts.completed],
      ["bytes sent", totals.bytesSent, connections.bytesOut],
      ["bytes received", totals.bytesDelivered, connections.bytesIn],
    ];
    for (const [what, expected, actual] of sums) {
      if (expected !== actual) throw new Error(`${what}: expected ${expected}, actual ${actual}`);
    }
    assert(totals.requestsSent - totals.requestsReturned <= counts.issued, "more requests were sent than issued");
    assert(totals.requestsReceived <= totals.requestsSent, "more requests arrived than were sent");
    assert(totals.failedToOpen <= connections.failed, "a failed attempt to connect is not in the ledger");
    for (const target of this.#world.scenario.targets.keys()) {
      assert(this.#network.links(target).length === 0, "the network still has connections");
    }
  }
}
