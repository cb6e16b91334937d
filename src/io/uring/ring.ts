/**
 * One io_uring: entries go into the submission queue, one system call hands them over and waits, completions come out.
 * The ring belongs to the thread that made it.
 *
 * The mapped memory is shared with the kernel. Entries are 64 bytes, 16 words of 32 bits; a completion is 4 words:
 * the 64 bits that the entry carried as its name (here two words of ours), the result, flags.
 */
import { assert } from "../../base/assert.ts";
import * as abi from "./abi.ts";
import type { Libc } from "./libc.ts";

/** Takes one completion: the two words of the entry's name, the result (an errno when negative), the flags. */
export type CompletionVisit = (low: number, high: number, result: number, flags: number) => void;

/** The kernel or its configuration does not let us have a ring. */
export class NoRing extends Error {
  override readonly name = "NoRing";
}

export class Ring {
  readonly descriptor: number;
  readonly #libc: Libc;
  readonly #words: Int32Array;
  readonly #entries: Int32Array;
  readonly #sqTailAt: number;
  readonly #sqMask: number;
  readonly #cqHeadAt: number;
  readonly #cqTailAt: number;
  readonly #cqMask: number;
  readonly #cqesAt: number;
  readonly #timeArgument: bigint;
  readonly #time: Int32Array;
  #tail: number;
  #pending = 0;

  /** @param entries size of the submission queue, a power of two. Throws NoRing. */
  constructor(libc: Libc, entries: number) {
    this.#libc = libc;
    const params = new Uint8Array(abi.PARAMS_BYTES);
    const view = new DataView(params.buffer);
    view.setUint32(abi.PARAMS_CQ_ENTRIES, entries * 4, true);
    const flags = abi.SETUP_CQSIZE | abi.SETUP_SINGLE_ISSUER | abi.SETUP_DEFER_TASKRUN;
    view.setUint32(abi.PARAMS_FLAGS, flags, true);
    this.descriptor = libc.ringSetup(entries, params);
    if (this.descriptor < 0) throw new NoRing(`io_uring_setup failed: errno ${libc.errno()}`);
    const read = (at: number): number => view.getUint32(at, true);
    const sqEntries = read(abi.PARAMS_SQ_ENTRIES);
    const cqEntries = read(abi.PARAMS_CQ_ENTRIES);
    const arrayAt = read(abi.PARAMS_SQ_ARRAY);
    const cqesAt = read(abi.PARAMS_CQ_CQES);
    const ringBytes = Math.max(arrayAt + sqEntries * 4, cqesAt + cqEntries * abi.CQE_BYTES);
    this.#words = new Int32Array(libc.map(ringBytes, this.descriptor, 0).buffer, 0, ringBytes >> 2);
    const entriesBytes = sqEntries * abi.SQE_BYTES;
    this.#entries = new Int32Array(libc.map(entriesBytes, this.descriptor, abi.MMAP_SQES_OFFSET).buffer);
    for (let i = 0; i < sqEntries; i++) this.#words[(arrayAt >> 2) + i] = i;
    this.#sqTailAt = read(abi.PARAMS_SQ_TAIL) >> 2;
    this.#sqMask = this.#words[read(abi.PARAMS_SQ_MASK) >> 2]!;
    this.#cqHeadAt = read(abi.PARAMS_CQ_HEAD) >> 2;
    this.#cqTailAt = read(abi.PARAMS_CQ_TAIL) >> 2;
    this.#cqMask = this.#words[read(abi.PARAMS_CQ_MASK) >> 2]!;
    this.#cqesAt = cqesAt >> 2;
    this.#tail = this.#words[this.#sqTailAt]!;
    // getevents_arg at 0, its timespec behind it.
    const memory = libc.map(abi.GETEVENTS_ARG_BYTES + 16, -1, 0);
    this.#timeArgument = memory.address;
    this.#time = new Int32Array(memory.buffer, abi.GETEVENTS_ARG_BYTES, 4);
    const argument = new BigUint64Array(memory.buffer, 0, 3);
    argument[2] = memory.address + BigInt(abi.GETEVENTS_ARG_BYTES);
  }

  /**
   * Adds an entry. When the queue is full, what is in it is handed over first.
   * @param low, high the entry's name, given back with each of its completions.
   */
  push(
    operation: number,
    flags: number,
    ioprio: number,
    descriptor: number,
    offset: number,
    addressLow: number,
    addressHigh: number,
    bytes: number,
    operationFlags: number,
    low: number,
    high: number,
    bufferGroup: number,
  ): void {
    if (this.#pending > this.#sqMask) this.flush();
    const words = this.#entries;
    const at = (this.#tail & this.#sqMask) << 4;
    words[at] = operation | (flags << 8) | (ioprio << 16);
    words[at + 1] = descriptor;
    words[at + 2] = offset;
    words[at + 3] = 0;
    words[at + 4] = addressLow;
    words[at + 5] = addressHigh;
    words[at + 6] = bytes;
    words[at + 7] = operationFlags;
    words[at + 8] = low;
    words[at + 9] = high;
    words[at + 10] = bufferGroup;
    words[at + 11] = 0;
    words[at + 12] = 0;
    words[at + 13] = 0;
    words[at + 14] = 0;
    words[at + 15] = 0;
    this.#tail = (this.#tail + 1) | 0;
    this.#pending++;
  }

  /** Hands the queue over and waits until `wait` completions are there, or `timeoutNs` have passed. */
  enter(wait: number, timeoutNs: number): void {
    Atomics.store(this.#words, this.#sqTailAt, this.#tail);
    const seconds = Math.floor(timeoutNs / 1e9);
    this.#time[0] = seconds;
    this.#time[2] = timeoutNs - seconds * 1e9;
    const flags = abi.ENTER_GETEVENTS | abi.ENTER_EXT_ARG;
    const submitted = this.#libc.ringEnter(
      this.descriptor,
      this.#pending,
      wait,
      flags,
      this.#timeArgument,
      abi.GETEVENTS_ARG_BYTES,
    );
    if (submitted >= 0) {
      this.#pending -= submitted;
      return;
    }
    const errno = this.#libc.errno();
    // The time is over, a signal came, or completions must be taken first. What was not submitted stays pending.
    const passing = errno === abi.ETIME || errno === abi.EINTR || errno === abi.EBUSY || errno === abi.EAGAIN;
    assert(passing, "io_uring_enter refuses a ring that it accepted");
  }

  /** Hands over what is in the queue, if anything is. */
  flush(): void {
    while (this.#pending > 0) this.enter(0, 0);
  }

  /** Lets go of the ring; it must not be used any more. */
  close(): void {
    this.#libc.close(this.descriptor);
  }

  /** Visits the completions that are there; the visitor may push. */
  reap(visit: CompletionVisit): void {
    const words = this.#words;
    let head = words[this.#cqHeadAt]!;
    const tail = Atomics.load(words, this.#cqTailAt);
    while (head !== tail) {
      const at = this.#cqesAt + ((head & this.#cqMask) << 2);
      const low = words[at]!;
      const high = words[at + 1]!;
      const result = words[at + 2]!;
      const flags = words[at + 3]!;
      head = (head + 1) | 0;
      Atomics.store(words, this.#cqHeadAt, head);
      visit(low, high, result, flags);
    }
  }
}
