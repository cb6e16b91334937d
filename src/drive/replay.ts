/**
 * Replay: fresh engines, fed the inputs of a ledger turn by turn; every command that they give is compared with the
 * one that was recorded. It proves that each decision of the run followed from the scenario, the seed and what the
 * network answered.
 *
 * A shard's entries of one time are one turn, inputs before commands. So nothing is buffered: a new time begins a turn,
 * its first command ends the inputs, and the next time ends the turn.
 */
import { BugError } from "../base/assert.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { Engine } from "../engine/engine.ts";
import type { LedgerEnd } from "../ledger/reader.ts";
import { ENTRY_FIELDS, ENTRY_ORIGIN, type Entry, KIND_NAMES } from "../model/entry.ts";
import { messagesFor } from "./messages-for.ts";
import { type RecordedRun, readRecordedRun, UnusableLedger } from "./recorded-run.ts";
import { planFor } from "./run-plan.ts";

/** The first point at which the replay did something else than the run. */
export interface ReplayDifference {
  /** Number of the entry in the file, from 0 (the manifest); the last one for a command that is missing behind it. */
  readonly record: number;
  readonly shard: number;
  readonly timeNs: number;
  /** What differs: "kind", or a field's name in docs/LEDGER.md. */
  readonly field: string;
  /** As recorded, in words. */
  readonly expected: string;
  /** As replayed, in words. */
  readonly actual: string;
}

export interface ReplayOutcome {
  readonly run: RecordedRun;
  readonly end: LedgerEnd;
  readonly turns: number;
  readonly inputs: number;
  readonly commands: number;
  readonly difference: ReplayDifference | null;
}

const ORIGIN_INPUT = 1;
const ORIGIN_COMMAND = 2;
/** By kind: 0 for the supervisor's frame, which no engine sees. */
const ORIGIN = Uint8Array.from(KIND_NAMES, (name) => ["frame", "input", "command"].indexOf(ENTRY_ORIGIN[name]));

/** Replays the run at `path`, a ledger or a run folder. Throws UnusableLedger. */
export function replay(path: string): ReplayOutcome {
  let replayer: Replayer | null = null;
  const { run, end } = readRecordedRun(path, (begun) => {
    const begunReplayer = new Replayer(begun);
    replayer = begunReplayer;
    return (entry, shard, text) => begunReplayer.take(entry, shard, text);
  });
  if (run === null || replayer === null) throw new UnusableLedger(`${path}: ${reasonOf(end)}`);
  const { turns, inputs, commands, difference } = (replayer as Replayer).finish(end.state === "finished");
  return { run, end, turns, inputs, commands, difference };
}

function reasonOf(end: LedgerEnd): string {
  return "reason" in end ? end.reason : "it holds no run";
}

interface ShardReplay {
  readonly engine: Engine;
  timeNs: number;
  /** The engine has been told all of the turn's inputs, and has answered. */
  advanced: boolean;
}

class Replayer {
  readonly #shards: readonly ShardReplay[];
  readonly #inputs = new EntryRing(16);
  #record = 0;
  #difference: ReplayDifference | null = null;
  turns = 0;
  inputs = 0;
  commands = 0;

  constructor({ scenario, manifest }: RecordedRun) {
    const plan = planFor(scenario);
    const { seed, shards } = manifest;
    this.#shards = Array.from({ length: shards }, (_, shard) => ({
      engine: new Engine({
        ...plan,
        seed,
        shard,
        shards,
        messages: messagesFor(plan, { seed, shard, shards, sends: false }),
      }),
      timeNs: -1,
      advanced: true,
    }));
  }

  get difference(): ReplayDifference | null {
    return this.#difference;
  }

  take(entry: Entry, shard: number, text: Uint8Array | null): void {
    this.#record++;
    if (this.#difference !== null || ORIGIN[entry.kind] === 0) return;
    const state = this.#shards[shard];
    if (state === undefined) {
      this.#differ(shard, entry.timeNs, "shard", `shard ${shard}`, `${this.#shards.length} shards in the manifest`);
      return;
    }
    try {
      if (entry.timeNs !== state.timeNs) this.#nextTurn(state, shard, entry.timeNs);
      if (this.#difference !== null) return;
      if (ORIGIN[entry.kind] === ORIGIN_INPUT) this.#input(state, shard, entry, text);
      else if (ORIGIN[entry.kind] === ORIGIN_COMMAND) this.#command(state, shard, entry);
    } catch (error) {
      // The engine asserts what a world may tell it. Here the world is a file, and a file can say anything.
      if (!(error instanceof BugError)) throw error;
      this.#differ(shard, entry.timeNs, "kind", describe(entry), `impossible for the engine: ${error.message}`);
    }
  }

  /** @param whole the ledger has its end; else the last turn of each shard may be cut short. */
  finish(whole: boolean): Replayer {
    for (const [shard, state] of this.#shards.entries()) {
      if (!whole || this.#difference !== null) break;
      this.#endTurn(state, shard);
      if (this.#difference === null && state.timeNs >= 0 && !state.engine.done) {
        this.#differ(shard, state.timeNs, "end", "the run ended", "the engine has not come to its end");
      }
    }
    return this;
  }

  #nextTurn(state: ShardReplay, shard: number, timeNs: number): void {
    this.#endTurn(state, shard);
    state.timeNs = timeNs;
    state.advanced = false;
    state.engine.begin(timeNs);
    this.turns++;
  }

  #endTurn(state: ShardReplay, shard: number): void {
    const { engine } = state;
    if (!state.advanced) this.#advance(state);
    if (engine.commands.count > 0 && this.#difference === null) {
      this.#differ(shard, state.timeNs, "kind", "no further command in this turn", describeCommand(engine));
    }
  }

  #advance(state: ShardReplay): void {
    state.engine.advance(state.timeNs);
    state.advanced = true;
  }

  #input(state: ShardReplay, shard: number, entry: Entry, text: Uint8Array | null): void {
    if (state.advanced) {
      this.#differ(shard, entry.timeNs, "kind", describe(entry), "inputs come before the commands of a turn");
      return;
    }
    this.inputs++;
    const { kind, identity, flags, code, a, b, c } = entry;
    if (text === null) this.#inputs.push(kind, identity, flags, code, a, b, c);
    else this.#inputs.pushText(kind, identity, flags, code, text);
    state.engine.take(this.#inputs, this.#inputs.take(), entry.timeNs);
  }

  #command(state: ShardReplay, shard: number, entry: Entry): void {
    if (!state.advanced) this.#advance(state);
    this.commands++;
    const { commands } = state.engine;
    if (commands.count === 0) {
      this.#differ(shard, entry.timeNs, "kind", describe(entry), "no command");
      return;
    }
    const at = commands.take();
    if (
      commands.kind[at] === entry.kind &&
      commands.identity[at] === entry.identity &&
      commands.flags[at] === entry.flags &&
      commands.code[at] === entry.code &&
      commands.a[at] === entry.a &&
      commands.b[at] === entry.b &&
      commands.c[at] === entry.c
    ) {
      return;
    }
    const actual = entryAt(commands, at, entry.timeNs);
    for (const field of ["kind", "identity", "flags", "code", "a", "b", "c"] as const) {
      if (actual[field] === entry[field]) continue;
      const name = field === "kind" ? "kind" : ENTRY_FIELDS[KIND_NAMES[entry.kind]!][field] || field;
      this.#differ(
        shard,
        entry.timeNs,
        name,
        `${describe(entry)}, ${name} ${shown(entry, field)}`,
        `${describe(actual)}, ${name} ${shown(actual, field)}`,
      );
      return;
    }
  }

  #differ(shard: number, timeNs: number, field: string, expected: string, actual: string): void {
    this.#difference ??= { record: this.#record, shard, timeNs, field, expected, actual };
  }
}

function entryAt(ring: EntryRing, at: number, timeNs: number): Entry {
  return {
    timeNs,
    kind: ring.kind[at]!,
    identity: ring.identity[at]!,
    flags: ring.flags[at]!,
    code: ring.code[at]!,
    a: ring.a[at]!,
    b: ring.b[at]!,
    c: ring.c[at]!,
  };
}

function describe({ kind, identity }: Entry): string {
  const name = KIND_NAMES[kind]!;
  const whose = ENTRY_FIELDS[name].identity;
  return whose === "" ? name : `${name} of ${whose} ${identity}`;
}

function describeCommand(engine: Engine): string {
  return describe(entryAt(engine.commands, engine.commands.take(), 0));
}

function shown(entry: Entry, field: Exclude<keyof Entry, "timeNs">): string {
  return field === "kind" ? KIND_NAMES[entry.kind]! : String(entry[field]);
}
