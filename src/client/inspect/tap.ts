/**
 * The tap of one request in flight: keeps the fields and the content that its rules and captures are about, until the
 * answer is over. Content beyond INSPECTED_BODY_BYTES_MAX, or for which the pool has no memory, is counted and not kept.
 */
import { INSPECTED_BODY_BYTES_MAX } from "../../base/limits.ts";
import type { ResponseTap, WantedFields } from "../../protocol/response-tap.ts";
import type { ContentPool } from "./content-pool.ts";

/** What is wanted of the answers to a request. */
export interface TapPlan {
  readonly wanted: WantedFields;
  readonly keepsContent: boolean;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

export class Tap implements ResponseTap {
  readonly #pool: ContentPool;
  #plan: TapPlan;
  /** By index in `wanted`: the values of the fields of that name. */
  readonly #values: string[][] = [];
  #buffer = NO_BYTES;
  #keptBytes = 0;
  #contentBytes = 0;

  constructor(pool: ContentPool, plan: TapPlan) {
    this.#pool = pool;
    this.#plan = plan;
    this.begin(plan);
  }

  /** Begins anew, for an answer of which `plan` is wanted. */
  begin(plan: TapPlan): void {
    this.#plan = plan;
    for (const values of this.#values) values.length = 0;
    while (this.#values.length < plan.wanted.names.length) this.#values.push([]);
    this.#keptBytes = 0;
    this.#contentBytes = 0;
  }

  get wanted(): WantedFields {
    return this.#plan.wanted;
  }

  field(index: number, value: string): void {
    this.#values[index]!.push(value);
  }

  content(bytes: Uint8Array, start: number, end: number): void {
    this.#contentBytes += end - start;
    const isWhole = this.#keptBytes === this.#contentBytes - (end - start);
    if (!this.#plan.keepsContent || !isWhole || this.#contentBytes > INSPECTED_BODY_BYTES_MAX) return;
    if (this.#contentBytes > this.#buffer.length && !this.#widen()) return;
    this.#buffer.set(bytes.subarray(start, end), this.#keptBytes);
    this.#keptBytes = this.#contentBytes;
  }

  /** The values of the fields of that name (lower case), in their order, a character for each byte; none if not wanted. */
  values(name: string): readonly string[] {
    const index = this.#plan.wanted.indexOf(name);
    return index < 0 ? [] : this.#values[index]!;
  }

  /** Bytes of content that came. */
  get contentBytes(): number {
    return this.#contentBytes;
  }

  /** The content as it was sent, valid until `release`; null when it was not wanted, or is more than could be kept. */
  get kept(): Uint8Array | null {
    return this.#keptBytes === this.#contentBytes ? this.#buffer.subarray(0, this.#keptBytes) : null;
  }

  /** The answer is over. */
  release(): void {
    this.#letGo();
    this.begin(this.#plan);
  }

  #letGo(): void {
    if (this.#buffer.length > 0) this.#pool.give(this.#buffer);
    this.#buffer = NO_BYTES;
  }

  /** Whether there is memory for all that came; without it, what was kept is let go of. */
  #widen(): boolean {
    const wider = this.#pool.take(this.#contentBytes);
    if (wider === null) {
      this.#letGo();
      this.#keptBytes = 0;
      return false;
    }
    wider.set(this.#buffer.subarray(0, this.#keptBytes));
    this.#letGo();
    this.#buffer = wider;
    return true;
  }
}
