/** The header blocks of requests: each is encoded once for as long as the encoder's table stays as it is. */
import { HpackEncoder } from "../hpack/encoder.ts";
import type { Http2Request } from "./request.ts";

export class RequestBlocks {
  readonly #encoder = new HpackEncoder();
  /** By the request's index: its block under `#version` of the table. */
  readonly #blocks: (Uint8Array | undefined)[] = [];
  #version = -1;

  /** The peer's header table has another size, which may have been smaller for a while. */
  limitTable(leastBytes: number, bytes: number): void {
    this.#encoder.limitTable(leastBytes);
    this.#encoder.limitTable(bytes);
  }

  /** @param index a small integer that names the request: equal requests have equal ones. */
  blockOf(index: number, request: Http2Request): Uint8Array {
    if (this.#encoder.version !== this.#version) {
      this.#blocks.length = 0;
      this.#version = this.#encoder.version;
    }
    const known = this.#blocks[index];
    if (known !== undefined) return known;
    const block = this.#encoder.encode(request.fields);
    if (this.#encoder.version === this.#version) this.#blocks[index] = block;
    return block;
  }
}
