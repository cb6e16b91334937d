/**
 * The header blocks of requests: each is encoded once for as long as the encoder's table stays as it is. Of a request
 * whose fields have values of their own in each sending, that is what lies between the values:
 *
 *   fields and one name │ value 0 │ fields and one name │ value 1 │ fields
 *
 * Those values are literals that nobody indexes, and plain, because a Huffman code costs more time than it saves.
 */
import { assert } from "../../base/assert.ts";
import { HpackEncoder } from "../hpack/encoder.ts";
import type { HpackField } from "../hpack/field.ts";
import { INTEGER_BYTES_MAX } from "../hpack/integer.ts";
import { writePlain } from "../hpack/string.ts";
import type { FieldValues, Http2Request } from "./request.ts";

const SCRATCH_BYTES = 4_096;

export class RequestBlocks {
  readonly #encoder = new HpackEncoder();
  /** By the request's index: what is the same in all its blocks under `#version` of the table. */
  readonly #blocks: (readonly Uint8Array[] | undefined)[] = [];
  #version = -1;
  #scratch = new Uint8Array(0);

  /** The peer's header table has another size, which may have been smaller for a while. */
  limitTable(leastBytes: number, bytes: number): void {
    this.#encoder.limitTable(leastBytes);
    this.#encoder.limitTable(bytes);
  }

  /**
   * The block of one sending, valid until the next call.
   * @param index a small integer that names the request: requests with equal fields have equal ones.
   */
  blockOf(index: number, request: Http2Request): Uint8Array {
    if (this.#encoder.version !== this.#version) {
      this.#blocks.length = 0;
      this.#version = this.#encoder.version;
    }
    let runs = this.#blocks[index];
    if (runs === undefined) {
      runs = this.#encode(request);
      if (this.#encoder.version === this.#version) this.#blocks[index] = runs;
    }
    return request.values === null ? runs[0]! : this.#join(runs, request.values);
  }

  /** What lies before, between and behind the values. */
  #encode({ fields, values }: Http2Request): readonly Uint8Array[] {
    const runs: Uint8Array[] = [];
    let run: HpackField[] = [];
    for (const { name, value, sensitive = false } of fields) {
      if (value !== null) {
        run.push({ name, value, sensitive });
      } else {
        runs.push(this.#encoder.encode(run, { name, sensitive }));
        run = [];
      }
    }
    runs.push(this.#encoder.encode(run));
    assert((values?.starts.length ?? 0) >= runs.length - 1, "a field has a value");
    return runs;
  }

  #join(runs: readonly Uint8Array[], values: FieldValues): Uint8Array {
    const { bytes, starts, ends } = values;
    let bytesMax = 0;
    for (let i = 0; i < runs.length; i++) bytesMax += runs[i]!.length;
    for (let i = 0; i < runs.length - 1; i++) bytesMax += INTEGER_BYTES_MAX + ends[i]! - starts[i]!;
    if (this.#scratch.length < bytesMax) this.#scratch = new Uint8Array(Math.max(SCRATCH_BYTES, 2 * bytesMax));
    const out = this.#scratch;
    let at = 0;
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i]!;
      for (let from = 0; from < run.length; from++) out[at++] = run[from]!;
      if (i < runs.length - 1) at = writePlain(out, at, bytes, starts[i]!, ends[i]!);
    }
    assert(at <= bytesMax, "a block is longer than its bound");
    return out.subarray(0, at);
  }
}
