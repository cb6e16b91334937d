/**
 * The bytes of a ledger file to its entries, and to a verdict. Push bytes in pieces of any size, then `finish`. One
 * pass, bounded memory: one block, and the texts that are under way. Whatever the bytes are, nothing is thrown.
 *
 *   reading ──► suspect ──► over         A block is visited only when it is whole and its hash fits. One that does not
 *      └────────────────────► over       fit is suspect: with nothing behind it but zeros, it is a tail torn by a
 *                                        crash; anything else behind it makes it damage in the middle.
 */
import { BLOCK_HEADER_BYTES, CELL_BYTES } from "../base/limits.ts";
import type { Sha256 } from "../model/ports.ts";
import { BlockDecoder, type EntryVisit } from "./block-decoder.ts";
import { BlockSplitter } from "./block-splitter.ts";
import { Chain, hex } from "./chain.ts";
import {
  type BlockHeader,
  COUNT_OFFSET,
  HASH_BYTES,
  HASH_OFFSET,
  type HeaderFault,
  LEDGER_MAGIC,
  readHeader,
  VERSION_OFFSET,
} from "./header.ts";

/** How a ledger ended. Every `reason` is in words, with expected and actual. */
export type LedgerEnd =
  /** Every byte fits. `finished`: the last entry is the run's end; `unfinished`: the run was killed between blocks. */
  | {
      readonly state: "finished" | "unfinished";
      readonly blocks: number;
      readonly entries: number;
      readonly bytes: number;
      /** Hash of the last block, 64 hex digits. */
      readonly fingerprint: string;
    }
  /** The end is missing or not whole: normal after a crash. The first `wholeBytes` are a whole, unfinished ledger. */
  | {
      readonly state: "torn";
      readonly wholeBlocks: number;
      /** Entries of the whole blocks; all of them were visited. */
      readonly entries: number;
      readonly wholeBytes: number;
      readonly lostBytes: number;
      /** Hash of the last whole block, 64 hex digits; zeros when there is none. */
      readonly fingerprint: string;
      readonly reason: string;
    }
  /** Something in the middle is wrong. */
  | {
      readonly state: "damaged";
      /** Number of the block at fault in the file, from 0; all before it are whole. */
      readonly block: number;
      /** Where in the file, bytes: the block, or the cell at fault within it. */
      readonly offset: number;
      /** Number in the file, from 0, of the entry at fault; absent when a header or a hash is. */
      readonly entry?: number;
      readonly reason: string;
    }
  /** No ledger at all, or not of this version. */
  | { readonly state: "not_a_ledger"; readonly reason: string };

/** Takes a block that is whole and whose hash fits, before its entries. `block` is valid only during the call. */
export type BlockVisit = (header: BlockHeader, block: Uint8Array, offset: number) => void;

type State =
  | { readonly at: "reading" }
  | { readonly at: "suspect"; readonly reason: string }
  | { readonly at: "over"; readonly end: LedgerEnd };

const READING: State = { at: "reading" };

export class LedgerReader {
  readonly #chain: Chain | null;
  readonly #visit: EntryVisit;
  readonly #visitBlock: BlockVisit | null;
  readonly #splitter = new BlockSplitter();
  readonly #decoder = new BlockDecoder();
  readonly #lastHash = new Uint8Array(HASH_BYTES);
  #state: State = READING;
  #blocks = 0;
  /** Bytes of the blocks that are whole. */
  #wholeBytes = 0;
  /** Bytes pushed. */
  #bytes = 0;

  /**
   * @param sha256 null skips the hashes: faster, and blind to damage that leaves cells plausible.
   * @param visit called for every entry of a whole block.
   */
  constructor(sha256: Sha256 | null, visit: EntryVisit, visitBlock: BlockVisit | null = null) {
    this.#chain = sha256 === null ? null : new Chain(sha256);
    this.#visit = visit;
    this.#visitBlock = visitBlock;
  }

  /** Takes the next bytes of the file; they are not kept. False when more of them cannot change the verdict. */
  push(bytes: Uint8Array): boolean {
    this.#bytes += bytes.length;
    let at = 0;
    while (at < bytes.length && this.#state.at === "reading") {
      at += this.#splitter.fill(bytes, at);
      if (this.#splitter.fault !== null) this.#badHeader(this.#splitter.fault.field, this.#splitter.fault.reason);
      else if (this.#splitter.whole) this.#block(this.#splitter.held);
    }
    if (this.#state.at === "suspect") this.#judge(this.#state.reason, bytes, at);
    return this.#state.at !== "over";
  }

  /** The file ends here: the verdict. */
  finish(): LedgerEnd {
    switch (this.#state.at) {
      case "over":
        return this.#state.end;
      case "suspect":
        return this.#torn(this.#state.reason);
      case "reading":
        return this.#finishReading();
    }
  }

  #finishReading(): LedgerEnd {
    const { held, wanted, whole } = this.#splitter;
    if (this.#bytes === 0) return { state: "not_a_ledger", reason: "the file is empty" };
    if (this.#blocks === 0 && !beginsLikeMagic(held)) {
      return { state: "not_a_ledger", reason: `magic: expected 5a364c42 ("Z6LB"), actual ${hex(held.subarray(0, 4))}` };
    }
    if (!whole) {
      const part = held.length < BLOCK_HEADER_BYTES ? "header" : "block";
      return this.#torn(`the file ends inside a ${part}: expected ${wanted} bytes, actual ${held.length}`);
    }
    return {
      state: this.#decoder.endedRun ? "finished" : "unfinished",
      blocks: this.#blocks,
      entries: this.#decoder.entries,
      bytes: this.#bytes,
      fingerprint: hex(this.#lastHash),
    };
  }

  #block(block: Uint8Array): void {
    const misfit = this.#chain === null ? null : this.#chain.follow(block);
    if (misfit !== null) {
      this.#state = { at: "suspect", reason: misfit };
      return;
    }
    if (this.#visitBlock !== null) this.#visitBlock(readHeader(block), block, this.#wholeBytes);
    const fault = this.#decoder.decode(block, this.#visit);
    if (fault === null) {
      this.#blocks++;
      this.#wholeBytes += block.length;
      this.#lastHash.set(block.subarray(HASH_OFFSET, HASH_OFFSET + HASH_BYTES));
    } else if (fault.cell === null) {
      this.#damaged(this.#wholeBytes, fault.reason);
    } else {
      const offset = this.#wholeBytes + BLOCK_HEADER_BYTES + fault.cell * CELL_BYTES;
      this.#damaged(offset, `cell ${fault.cell}: ${fault.reason}`, this.#decoder.entries);
    }
  }

  #badHeader(field: HeaderFault["field"], reason: string): void {
    if (this.#blocks === 0 && field !== "count") this.#over({ state: "not_a_ledger", reason });
    else if (turnsToZeros(this.#splitter.held, field)) this.#state = { at: "suspect", reason };
    else this.#damaged(this.#wholeBytes, reason);
  }

  /** Something follows a suspect block: a file system that lost the data leaves zeros, anything else was written. */
  #judge(reason: string, bytes: Uint8Array, start: number): void {
    if (isZero(bytes, start)) return;
    this.#damaged(this.#wholeBytes, `${reason}; and the file goes on`);
  }

  #damaged(offset: number, reason: string, entry?: number): void {
    const end = { state: "damaged", block: this.#blocks, offset, reason } as const;
    this.#over(entry === undefined ? end : { ...end, entry });
  }

  #over(end: LedgerEnd): void {
    this.#state = { at: "over", end };
  }

  #torn(reason: string): LedgerEnd {
    return {
      state: "torn",
      wholeBlocks: this.#blocks,
      entries: this.#decoder.entries,
      wholeBytes: this.#wholeBytes,
      lostBytes: this.#bytes - this.#wholeBytes,
      fingerprint: hex(this.#lastHash),
      reason,
    };
  }
}

function beginsLikeMagic(bytes: Uint8Array): boolean {
  for (let i = 0; i < Math.min(bytes.length, 4); i++) {
    if (bytes[i] !== ((LEDGER_MAGIC >>> (8 * i)) & 0xff)) return false;
  }
  return true;
}

/** Whether a header at fault is a good one up to some byte and zeros from there on, as a crash leaves it. */
function turnsToZeros(header: Uint8Array, field: HeaderFault["field"]): boolean {
  switch (field) {
    case "magic": {
      const written = header.indexOf(0);
      return written >= 0 && beginsLikeMagic(header.subarray(0, written)) && isZero(header, written);
    }
    case "version":
      return isZero(header, VERSION_OFFSET);
    case "count":
      return isZero(header, COUNT_OFFSET);
  }
}

function isZero(bytes: Uint8Array, start: number): boolean {
  for (let i = start; i < bytes.length; i++) {
    if (bytes[i] !== 0) return false;
  }
  return true;
}
