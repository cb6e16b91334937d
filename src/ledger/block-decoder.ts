/**
 * Blocks to entries. A decoder remembers of each shard what carries over from block to block: the sequence that is
 * due, the last time, and a text that is not whole yet. It is the pair of the block writer: whatever that asserts is
 * checked here, but as an outcome, because these bytes may come from anywhere.
 *
 * It knows nothing of hashes and files, so the main thread can watch a run by decoding the blocks it is handed.
 */
import { BLOCK_HEADER_BYTES, TEXT_BYTES_MAX } from "../base/limits.ts";
import { type Entry, KIND, KIND_NAMES } from "../model/entry.ts";
import { CELL_TIME_NS_MAX, Cells, isTextKind, KIND_COUNT } from "./cell.ts";
import { type BlockHeader, blockBytes, FRAME_SHARD, headerFault, readHeader } from "./header.ts";
import { TextJoin } from "./text-join.ts";

/**
 * Takes one entry. The object is reused: copy what you keep. `text` is null for kinds without text; an entry with text
 * comes when its text is whole, and the bytes are yours to keep. Entries of one shard come in order.
 */
export type EntryVisit = (entry: Entry, shard: number, text: Uint8Array | null) => void;

/** Why a block cannot be read on. */
export interface BlockFault {
  /** Number of the cell at fault within the block, or null when the header is. */
  readonly cell: number | null;
  /** In words, with expected and actual. */
  readonly reason: string;
}

interface ShardState {
  sequence: number;
  lastNs: number;
  text: TextJoin | null;
}

export class BlockDecoder {
  readonly #shards = new Map<number, ShardState>();
  readonly #entry: Entry = { timeNs: 0, identity: 0, kind: 0, flags: 0, code: 0, a: 0, b: 0, c: 0 };
  #entries = 0;
  #textsUnderWay = 0;
  #textBytesUnderWay = 0;
  #endedRun = false;

  /** Entries visited so far. */
  get entries(): number {
    return this.#entries;
  }

  /** Whether the last entry of the block decoded last ended the run, and no text is left open. */
  get endedRun(): boolean {
    return this.#endedRun && this.#textsUnderWay === 0;
  }

  /**
   * Visits the entries of one whole block, header and body. Null, or what is wrong with it: entries before the fault
   * have been visited then, and the decoder must not be used any more. The block must begin at a multiple of 4 in its
   * buffer; it is only read, and not kept.
   */
  decode(block: Uint8Array, visit: EntryVisit): BlockFault | null {
    const fault = headerFault(block);
    if (fault !== null) return { cell: null, reason: fault.reason };
    const header = readHeader(block);
    const bytes = blockBytes(header.count);
    if (block.length !== bytes) return headerAt(`length of the block: expected ${bytes}, actual ${block.length}`);
    const state = this.#stateOf(header.shard);
    if (header.sequence !== state.sequence) {
      return headerAt(`sequence of ${shardName(header.shard)}: expected ${state.sequence}, actual ${header.sequence}`);
    }
    state.sequence++;
    const cells = new Cells(block.buffer, block.byteOffset + BLOCK_HEADER_BYTES, header.count);
    return this.#decodeCells(cells, header, state, visit);
  }

  #decodeCells(cells: Cells, header: BlockHeader, state: ShardState, visit: EntryVisit): BlockFault | null {
    const { shard, count } = header;
    const entry = this.#entry;
    const firstNs = this.#firstNs(cells, state);
    if (firstNs !== header.firstNs) return headerAt(`first time: expected ${firstNs}, actual ${header.firstNs}`);
    for (let cell = 0; cell < count; cell++) {
      const kind = cells.kind(cell);
      if (kind === KIND.text) {
        const reason = this.#addText(cells, cell, shard, state, visit);
        if (reason !== null) return { cell, reason };
        continue;
      }
      if (kind >= KIND_COUNT) return { cell, reason: `kind: expected 0 to ${KIND_COUNT - 1}, actual ${kind}` };
      if (state.text !== null) {
        return {
          cell,
          reason: `kind: expected text (0) of an entry not whole yet, actual ${KIND_NAMES[kind]} (${kind})`,
        };
      }
      cells.read(cell, entry);
      const timeNs = entry.timeNs;
      if (timeNs < state.lastNs || timeNs > CELL_TIME_NS_MAX) {
        return { cell, reason: `time: expected ${state.lastNs} to ${CELL_TIME_NS_MAX}, actual ${timeNs}` };
      }
      state.lastNs = timeNs;
      if (isTextKind(kind)) {
        const reason = this.#beginText(entry, shard, state, visit);
        if (reason !== null) return { cell, reason };
        continue;
      }
      visit(entry, shard, null);
      this.#entries++;
    }
    this.#endedRun = shard === FRAME_SHARD && cells.kind(count - 1) === KIND.run_ended;
    if (state.lastNs !== header.lastNs) return headerAt(`last time: expected ${state.lastNs}, actual ${header.lastNs}`);
    return null;
  }

  /** Time of the first cell; a text cell has that of its entry. */
  #firstNs(cells: Cells, state: ShardState): number {
    if (cells.kind(0) === KIND.text) return state.lastNs;
    cells.read(0, this.#entry);
    return this.#entry.timeNs;
  }

  #beginText(entry: Entry, shard: number, state: ShardState, visit: EntryVisit): string | null {
    const bytesFree = TEXT_BYTES_MAX - this.#textBytesUnderWay;
    if (entry.a > bytesFree) return `bytes of text: expected at most ${bytesFree}, actual ${entry.a}`;
    this.#textsUnderWay++;
    this.#textBytesUnderWay += entry.a;
    state.text = new TextJoin(entry);
    this.#endText(state.text, shard, state, visit);
    return null;
  }

  #addText(cells: Cells, cell: number, shard: number, state: ShardState, visit: EntryVisit): string | null {
    if (state.text === null) return `kind: expected 1 to ${KIND_COUNT - 1}, actual text (0) that belongs to no entry`;
    const reason = state.text.add(cells, cell);
    if (reason === null) this.#endText(state.text, shard, state, visit);
    return reason;
  }

  #endText(join: TextJoin, shard: number, state: ShardState, visit: EntryVisit): void {
    if (!join.whole) return;
    state.text = null;
    this.#textsUnderWay--;
    this.#textBytesUnderWay -= join.entry.a;
    visit(join.entry, shard, join.text);
    this.#entries++;
  }

  #stateOf(shard: number): ShardState {
    let state = this.#shards.get(shard);
    if (state === undefined) {
      state = { sequence: 0, lastNs: 0, text: null };
      this.#shards.set(shard, state);
    }
    return state;
  }
}

function headerAt(reason: string): BlockFault {
  return { cell: null, reason };
}

function shardName(shard: number): string {
  return shard === FRAME_SHARD ? "the frame" : `shard ${shard}`;
}
