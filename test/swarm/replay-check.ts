/**
 * Replay as a check of determinism: the inputs of a ledger, turn by turn, into fresh engines; every command that they
 * give against the one that was recorded. Written apart from the product's own replay, so that they check each other.
 */
import { EntryRing } from "../../src/base/entry-ring.ts";
import { messagesFor } from "../../src/drive/messages-for.ts";
import type { RunPlan } from "../../src/drive/run-plan.ts";
import { Engine } from "../../src/engine/engine.ts";
import { FRAME_SHARD } from "../../src/ledger/header.ts";
import { ENTRY_ORIGIN, type Entry, KIND_NAMES } from "../../src/model/entry.ts";
import type { World } from "./world.ts";

interface ShardTurn {
  timeNs: number;
  readonly inputs: { readonly entry: Entry; readonly text: Uint8Array | null }[];
  readonly commands: string[];
}

/** Collects the entries of a ledger; `end` throws at the first turn that comes out otherwise. */
export class ReplayCheck {
  readonly #engines: readonly Engine[];
  readonly #turns: readonly ShardTurn[];
  readonly #ring = new EntryRing(16);

  constructor({ scenario, shards }: World, plan: RunPlan) {
    const numbers = Array.from({ length: shards }, (_, shard) => shard);
    this.#engines = numbers.map((shard) => {
      const share = { seed: scenario.seed!, shard, shards };
      return new Engine({ ...plan, ...share, messages: messagesFor(plan, { ...share, sends: false }) });
    });
    this.#turns = numbers.map(() => ({ timeNs: -1, inputs: [], commands: [] }));
  }

  add(entry: Entry, shard: number, text: Uint8Array | null): void {
    if (shard === FRAME_SHARD) return;
    const turn = this.#turns[shard]!;
    if (entry.timeNs !== turn.timeNs) this.#play(shard, true);
    turn.timeNs = entry.timeNs;
    if (ENTRY_ORIGIN[KIND_NAMES[entry.kind]!] === "input")
      turn.inputs.push({ entry: { ...entry }, text: text?.slice() ?? null });
    else turn.commands.push(textOf(entry));
  }

  /** @param whole false when the last turn of each shard may be cut off. */
  end(whole: boolean): void {
    for (const [shard, engine] of this.#engines.entries()) {
      this.#play(shard, whole);
      if (whole && !engine.done) throw new Error(`replay: the engine of shard ${shard} has not come to its end`);
    }
  }

  #play(shard: number, whole: boolean): void {
    const { timeNs, inputs, commands } = this.#turns[shard]!;
    if (timeNs < 0) return;
    const engine = this.#engines[shard]!;
    if (whole || commands.length > 0) {
      engine.begin(timeNs);
      for (const { entry, text } of inputs.splice(0)) {
        const { kind, identity, flags, code, a, b, c } = entry;
        if (text === null) this.#ring.push(kind, identity, flags, code, a, b, c);
        else this.#ring.pushText(kind, identity, flags, code, text);
        engine.take(this.#ring, this.#ring.take(), timeNs);
      }
      engine.advance(timeNs);
    }
    const replayed: string[] = [];
    while (engine.commands.count > 0) {
      const at = engine.commands.take();
      const { kind, identity, flags, code, a, b, c } = engine.commands;
      replayed.push(
        textOf({
          timeNs,
          kind: kind[at]!,
          identity: identity[at]!,
          flags: flags[at]!,
          code: code[at]!,
          a: a[at]!,
          b: b[at]!,
          c: c[at]!,
        }),
      );
    }
    const recorded = commands.splice(0);
    const compared = whole ? replayed : replayed.slice(0, recorded.length);
    if (compared.join("\n") !== recorded.join("\n")) {
      throw new Error(
        `replay of shard ${shard} at ${timeNs}: recorded\n${recorded.join("\n")}\nreplayed\n${replayed.join("\n")}`,
      );
    }
  }
}

function textOf({ kind, identity, flags, code, a, b, c }: Entry): string {
  return `${KIND_NAMES[kind]} ${identity} ${flags} ${code} ${a} ${b} ${c}`;
}
