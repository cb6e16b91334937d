/**
 * Entries to blocks: one writer for each shard, and one for the supervisor's frame. Entries go straight into the
 * current block; a full block is handed over at once, a part-filled one when somebody asks (`flush`, at least every
 * BLOCK_FLUSH_NS). Who owns the memory: `acquire` lends a block, `submit` gives it back for good.
 *
 * The writer never waits. A turn asks beforehand whether enough blocks are free (drive/block-pool.ts); finding none here
 * is a bug. The hash is left zero, because the chain runs through the blocks of all shards in the order of the file.
 */
import { assert } from "../base/assert.ts";
import type { EntryRing } from "../base/entry-ring.ts";
import { BLOCK_BYTES, BLOCK_CELLS_MAX, BLOCK_HEADER_BYTES, TEXT_BYTES_MAX } from "../base/limits.ts";
import { NEVER } from "../base/units.ts";
import type { EntrySink } from "../model/ports.ts";
import { assertWidths, CELL_TEXT_BYTES, Cells, isPlainKind, isTextKind, textCells } from "./cell.ts";
import { blockBytes, writeHeader } from "./header.ts";

export class BlockWriter implements EntrySink {
  readonly #shard: number;
  readonly #acquire: () => ArrayBuffer | null;
  readonly #submit: (block: ArrayBuffer, bytes: number) => void;
  #block: ArrayBuffer | null = null;
  #cells: Cells | null = null;
  #count = 0;
  #sequence = 0;
  #firstNs = NEVER;
  #lastNs = 0;

  /**
   * @param shard the shard's number, or FRAME_SHARD.
   * @param acquire lends a free block of BLOCK_BYTES; null when there is none, which the caller should have seen.
   * @param submit takes the block back, with `bytes` of it to be sealed by the chain and appended to the file. Once it
   *   returns, `acquire` may lend the same memory again.
   */
  constructor(shard: number, acquire: () => ArrayBuffer | null, submit: (block: ArrayBuffer, bytes: number) => void) {
    this.#shard = shard;
    this.#acquire = acquire;
    this.#submit = submit;
  }

  /** Time of the first cell in the current block, ns; NEVER when nothing waits to be flushed. */
  get oldestNs(): number {
    return this.#firstNs;
  }

  /** Appends the entry at index `at` of `ring`, with its text if its kind has one. Times never decrease. */
  write(timeNs: number, ring: EntryRing, at: number): void {
    const kind = ring.kind[at]!;
    const identity = ring.identity[at]!;
    const flags = ring.flags[at]!;
    const code = ring.code[at]!;
    if (isPlainKind(kind)) {
      this.#writeCell(timeNs, kind, identity, flags, code, ring.a[at]!, ring.b[at]!, ring.c[at]!);
      return;
    }
    const text = ring.text[at];
    assert(text instanceof Uint8Array && text.length === ring.a[at], "an entry of the ring has the text that it says");
    this.writeText(timeNs, kind, flags, text, identity, code);
  }

  /** Appends one entry. Times never decrease. The kind must be one without text. */
  writeEntry(timeNs: number, kind: number, identity = 0, flags = 0, code = 0, a = 0, b = 0, c = 0): void {
    assert(isPlainKind(kind), "only an entry without text is written like this");
    assertWidths(kind, identity, flags, code, a);
    this.#writeCell(timeNs, kind, identity, flags, code, a, b, c);
  }

  /** Appends an entry that carries `text` (UTF-8, at most TEXT_BYTES_MAX). Takes as many blocks as it needs. */
  writeText(timeNs: number, kind: number, flags: number, text: Uint8Array, identity = 0, code = 0): void {
    assert(isTextKind(kind), "an entry of this kind has no text");
    assertWidths(kind, identity, flags, code, text.length);
    assert(text.length <= TEXT_BYTES_MAX, "text is too long");
    this.#writeCell(timeNs, kind, identity, flags, code, text.length, 0, 0);
    const cells = textCells(text.length);
    for (let number = 0; number < cells; number++) {
      const start = number * CELL_TEXT_BYTES;
      const end = Math.min(start + CELL_TEXT_BYTES, text.length);
      (this.#cells ?? this.#open()).writeText(this.#count, number, text, start, end);
      this.#advance();
    }
  }

  /** Hands over the current block, if it has any cells. */
  flush(): void {
    const block = this.#block;
    if (block === null) return;
    assert(this.#count > 0, "an open block has cells");
    writeHeader(new Uint8Array(block, 0, BLOCK_HEADER_BYTES), {
      shard: this.#shard,
      sequence: this.#sequence,
      count: this.#count,
      firstNs: this.#firstNs,
      lastNs: this.#lastNs,
    });
    const bytes = blockBytes(this.#count);
    this.#sequence++;
    this.#block = null;
    this.#cells = null;
    this.#count = 0;
    this.#firstNs = NEVER;
    this.#submit(block, bytes);
  }

  #writeCell(
    timeNs: number,
    kind: number,
    identity: number,
    flags: number,
    code: number,
    a: number,
    b: number,
    c: number,
  ): void {
    assert(timeNs >= this.#lastNs, "time runs backwards within a shard");
    this.#lastNs = timeNs;
    const cells = this.#cells ?? this.#open();
    cells.write(this.#count, timeNs, kind, identity, flags, code, a, b, c);
    this.#advance();
  }

  #advance(): void {
    this.#count++;
    if (this.#count === BLOCK_CELLS_MAX) this.flush();
  }

  #open(): Cells {
    const block = this.#acquire();
    assert(block !== null, "no free ledger block: the turn must ask first");
    assert(block.byteLength === BLOCK_BYTES, "a ledger block has BLOCK_BYTES");
    const cells = new Cells(block, BLOCK_HEADER_BYTES, BLOCK_CELLS_MAX);
    this.#block = block;
    this.#cells = cells;
    this.#firstNs = this.#lastNs;
    return cells;
  }
}
