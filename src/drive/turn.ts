/**
 * The turn: the one place where inputs meet the engine and commands meet the world. Run, simulate and replay share it
 * and differ in their World and in who calls it when.
 *
 *   begin      the world stamps what arrived; the engine brings its closed groups to the present
 *   inputs     each is written to the sink before the engine may act on it
 *   advance    the engine fires what is due, and lets arrivals come
 *   commands   each is written to the sink before the world may carry it out
 *   end        the world hands over what it gathered
 *
 * Every entry of a turn carries the turn's time, and no two turns share one: equal times in the ledger are one turn.
 */
import { assert } from "../base/assert.ts";
import { HEARTBEAT_NS, TURN_WAKES_MAX } from "../base/limits.ts";
import type { Engine } from "../engine/engine.ts";
import { CELL_TEXT_BYTES } from "../ledger/cell.ts";
import { KIND } from "../model/entry.ts";
import type { EntrySink, World } from "../model/ports.ts";

export class Turn {
  readonly #engine: Engine;
  readonly #world: World;
  readonly #sink: EntrySink;
  #lastNs = -1;
  #heartbeatAtNs = HEARTBEAT_NS;
  readonly #busyNs: () => number;

  /** @param busyNs processor time that this shard has used since it was last asked, ns; nothing in virtual time. */
  constructor(engine: Engine, world: World, sink: EntrySink, busyNs: () => number = () => 0) {
    this.#busyNs = busyNs;
    this.#engine = engine;
    this.#world = world;
    this.#sink = sink;
  }

  /** Entries that the next turn can write at most. */
  get entriesMax(): number {
    const { count, textBytes } = this.#world.inputs;
    // Each text has at most one cell that is not full.
    return 2 * count + Math.ceil(textBytes / CELL_TEXT_BYTES) + 2 * TURN_WAKES_MAX + this.#engine.commands.capacity + 1;
  }

  /** The earliest moment that the next turn may carry. */
  get earliestNs(): number {
    return this.#lastNs + 1;
  }

  /** One turn at `nowNs`, later than the turn before. */
  run(nowNs: number): void {
    assert(nowNs > this.#lastNs, "a turn must be later than the one before");
    this.#lastNs = nowNs;
    const { inputs } = this.#world;
    const { commands } = this.#engine;

    this.#world.begin(nowNs);
    this.#engine.begin(nowNs);
    if (nowNs >= this.#heartbeatAtNs) {
      this.#heartbeatAtNs = nowNs + HEARTBEAT_NS;
      inputs.push(KIND.heartbeat, 0, 0, 0, 0, this.#busyNs());
    }
    while (inputs.count > 0) {
      const at = inputs.take();
      this.#sink.write(nowNs, inputs, at);
      this.#engine.take(inputs, at, nowNs);
    }
    this.#engine.advance(nowNs);
    while (commands.count > 0) {
      const at = commands.take();
      this.#sink.write(nowNs, commands, at);
      this.#world.perform(commands, at, nowNs);
    }
    this.#world.end();
  }

  /** The next moment at which a turn is wanted even if nothing happens until then. */
  wakeAtNs(): number {
    return Math.min(this.#engine.wakeAtNs(), this.#world.wakeAtNs(), this.#heartbeatAtNs);
  }
}
