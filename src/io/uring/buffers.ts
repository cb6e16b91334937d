/**
 * The receive buffers: a ring of equal pieces of one mapped region, from which the kernel picks one for each receive.
 * A buffer that was read is provided again at once, so few of them serve many connections.
 */
import { assert } from "../../base/assert.ts";
import * as abi from "./abi.ts";
import type { Libc } from "./libc.ts";
import { NoRing, type Ring } from "./ring.ts";

/** The group's number within the ring. */
export const BUFFER_GROUP = 1;

export class ReceiveBuffers {
  /** All buffers; number n begins at n * bufferBytes. */
  readonly bytes: Uint8Array;
  readonly bufferBytes: number;
  readonly #count: number;
  readonly #words: Int32Array;
  readonly #halves: Uint16Array;
  readonly #addressLow: Int32Array;
  readonly #addressHigh: Int32Array;
  #tail = 0;

  /** @param count a power of two. Throws NoRing when the kernel has no buffer rings (before 5.19). */
  constructor(libc: Libc, ring: Ring, count: number, bufferBytes: number) {
    assert((count & (count - 1)) === 0, "the number of buffers is a power of two");
    this.#count = count;
    this.bufferBytes = bufferBytes;
    const memory = libc.map(count * bufferBytes, -1, 0);
    this.bytes = new Uint8Array(memory.buffer);
    this.#addressLow = new Int32Array(count);
    this.#addressHigh = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const address = memory.address + BigInt(i * bufferBytes);
      this.#addressLow[i] = addressLow(address);
      this.#addressHigh[i] = addressHigh(address);
    }
    const table = libc.map(count * abi.BUF_BYTES, -1, 0);
    this.#words = new Int32Array(table.buffer);
    this.#halves = new Uint16Array(table.buffer);
    const registration = new Uint8Array(abi.BUF_REG_BYTES);
    const view = new DataView(registration.buffer);
    view.setBigUint64(0, table.address, true);
    view.setUint32(8, count, true);
    view.setUint16(12, BUFFER_GROUP, true);
    if (libc.ringRegister(ring.descriptor, abi.REGISTER_PBUF_RING, registration, 1) < 0) {
      throw new NoRing(`no provided-buffer ring: errno ${libc.errno()}`);
    }
    for (let i = 0; i < count; i++) this.provide(i);
    this.publish();
  }

  /** Gives buffer `number` back; the kernel sees it with the next `publish`. */
  provide(number: number): void {
    const slot = this.#tail & (this.#count - 1);
    const at = slot * (abi.BUF_BYTES / 4);
    this.#words[at] = this.#addressLow[number]!;
    this.#words[at + 1] = this.#addressHigh[number]!;
    this.#words[at + 2] = this.bufferBytes;
    this.#halves[slot * (abi.BUF_BYTES / 2) + 6] = number;
    this.#tail = (this.#tail + 1) & 0xffff;
  }

  publish(): void {
    Atomics.store(this.#halves, abi.BUF_RING_TAIL_AT / 2, this.#tail);
  }
}

/** The lower 32 bits of an address, as a signed word. */
export function addressLow(address: bigint): number {
  return Number(BigInt.asIntN(32, address));
}

/** The upper 32 bits of an address, as a signed word. */
export function addressHigh(address: bigint): number {
  return Number(BigInt.asIntN(32, address >> 32n));
}
