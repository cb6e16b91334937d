/**
 * A run as it is being recorded: sealed blocks onto the file, their entries into the fold. The supervisor of a live
 * run and a simulation use it alike; they differ in where the blocks come from.
 */
import { assert, fail } from "../base/assert.ts";
import { utf8Encode } from "../base/bytes.ts";
import { BLOCK_BYTES } from "../base/limits.ts";
import type { AppendFile } from "../io/append-file.ts";
import { sha256 } from "../io/system.ts";
import { BlockDecoder } from "../ledger/block-decoder.ts";
import { BlockWriter } from "../ledger/block-writer.ts";
import { Chain } from "../ledger/chain.ts";
import { FRAME_SHARD, readHeader } from "../ledger/header.ts";
import { judgeLive, mayAbort } from "../metrics/criteria.ts";
import type { Fold } from "../metrics/fold.ts";
import { summarise } from "../metrics/summarise.ts";
import { type Entry, KIND, STOP_CODES, type StopReason } from "../model/entry.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Criterion, Scenario } from "../model/scenario.ts";
import type { LiveSnapshot, Summary, Window } from "../model/summary.ts";
import { foldOf } from "./fold-of.ts";

export class Recording {
  readonly #file: Pick<AppendFile, "append">;
  readonly #manifest: Manifest;
  readonly #scenario: Scenario;
  readonly #chain = new Chain(sha256);
  readonly #decoder = new BlockDecoder();
  readonly #fold: Fold;
  readonly #frame: BlockWriter;
  readonly #visit: (entry: Entry, shard: number) => void;
  #lastNs = 0;
  /** By shard: up to when its entries are recorded. */
  readonly #reachedNs: Float64Array;
  #summary: Summary | null = null;

  /** Begins the ledger with its manifest. Throws DiskError, as every call that writes. */
  constructor(
    file: Pick<AppendFile, "append">,
    manifest: Manifest,
    scenario: Scenario,
    windows: (window: Window) => void,
  ) {
    this.#file = file;
    this.#manifest = manifest;
    this.#scenario = scenario;
    this.#reachedNs = new Float64Array(manifest.shards);
    this.#fold = foldOf({ manifest, scenario }, windows);
    this.#visit = (entry, shard) => {
      if (entry.timeNs > this.#lastNs) this.#lastNs = entry.timeNs;
      this.#fold.add(entry, shard);
    };
    this.#frame = new BlockWriter(
      FRAME_SHARD,
      () => new ArrayBuffer(BLOCK_BYTES),
      (block, bytes) => this.add(new Uint8Array(block, 0, bytes)),
    );
    this.#frame.writeText(0, KIND.run_started, 0, utf8Encode(JSON.stringify(manifest)));
    this.#frame.flush();
  }

  /** Hash of the last block, hex. */
  get fingerprint(): string {
    return this.#chain.fingerprint;
  }

  /** Time of the latest entry, ns. */
  get lastNs(): number {
    return this.#lastNs;
  }

  /** Seals a block that a shard has filled, appends it, and counts its entries. */
  add(block: Uint8Array): void {
    this.#chain.seal(block);
    this.#file.append(block);
    const { shard, lastNs } = readHeader(block);
    // The frame has no place here, and no entry while the run goes on.
    this.#reachedNs[shard] = lastNs;
    const fault = this.#decoder.decode(block, this.#visit);
    if (fault !== null) fail(`a shard wrote a block that cannot be read: ${fault.reason}`);
  }

  /** Why a shard began to stop, the first of them; null while none has. */
  get stopBegun(): StopReason | null {
    return this.#fold.stopBegun;
  }

  /**
   * Assertions that may end the run at `nowNs`, and that fail by what was recorded so far. None once the run comes to
   * its end, because its duration is over or all shards stop: what is in flight then may still finish.
   */
  failingCriteria(nowNs: number): readonly Criterion[] {
    const { criteria, durationNs } = this.#scenario;
    if (!mayAbort(criteria) || (durationNs !== null && nowNs >= durationNs)) return [];
    // A shard whose users have done their work is silent, while others may go on for long.
    const reachedNs = this.#reachedNs.filter((_, shard) => !this.#fold.isStopping(shard));
    if (reachedNs.length === 0) return [];
    return judgeLive(criteria, this.#fold.soFar(), nowNs, Math.min(...reachedNs));
  }

  live(nowNs: number): LiveSnapshot {
    return this.#fold.live(nowNs);
  }

  /** Ends the ledger: judges the criteria, writes the verdicts and the end. Called once, after the last block. */
  finish(): Summary {
    const summary = this.close();
    for (const assertion of summary.assertions) {
      const text = utf8Encode(JSON.stringify(assertion));
      this.#frame.writeText(this.#lastNs, KIND.criterion_judged, assertion.passed ? 1 : 0, text);
    }
    const reason = summary.runtime.stop_reason;
    assert(reason !== null, "a finished run has a reason to stop");
    this.#frame.writeEntry(this.#lastNs, KIND.run_ended, 0, 0, STOP_CODES[reason]);
    this.#frame.flush();
    return summary;
  }

  /** The figures of what was recorded; all there is of a run that could not be recorded to its end. */
  close(): Summary {
    this.#summary ??= summarise(this.#fold.close(), { manifest: this.#manifest, scenario: this.#scenario });
    return this.#summary;
  }
}
