/**
 * A file that only grows, on a disk that can fail: the counterpart of io/append-file in memory. It can be full at some
 * byte, in the middle of a write; and what a crash or the years leave of it can be asked for afterwards.
 */
import { assert } from "../base/assert.ts";
import type { Dice } from "./dice.ts";

/** The disk is full. What was written before stays, also the first part of the write that failed. */
export class DiskFull extends Error {
  override readonly name = "DiskFull";
  readonly code = "ENOSPC";
}

export class FaultyDisk {
  readonly #dice: Dice;
  readonly #capacityBytes: number;
  #image = new Uint8Array(64 * 1024);
  #length = 0;

  /** @param capacityBytes bytes that fit; Infinity for a disk without end. */
  constructor(dice: Dice, capacityBytes: number) {
    this.#dice = dice;
    this.#capacityBytes = capacityBytes;
  }

  /** Bytes written. */
  get bytes(): number {
    return this.#length;
  }

  /** Appends all of `bytes`, in one write or several. Throws DiskFull. */
  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const asked = this.#dice.chance(300) ? this.#dice.between(1, bytes.length - at) : bytes.length - at;
      const written = Math.min(asked, this.#capacityBytes - this.#length);
      if (written === 0) throw new DiskFull("the disk is full (ENOSPC)");
      this.#write(bytes.subarray(at, at + written));
      at += written;
    }
  }

  /** The file as it was written. */
  image(): Uint8Array {
    return this.#image.slice(0, this.#length);
  }

  /** The file as a crash leaves it: its first `kept` bytes, then `zeros` bytes that the file system never filled in. */
  torn(kept: number, zeros: number): Uint8Array {
    assert(kept >= 0 && kept <= this.#length, "a crash keeps a part of the file");
    const left = new Uint8Array(kept + zeros);
    left.set(this.#image.subarray(0, kept));
    return left;
  }

  /** The file with one bit changed. @param bit 0 to 8 * bytes - 1. */
  flipped(bit: number): Uint8Array {
    assert(bit >= 0 && bit < 8 * this.#length, "the bit lies within the file");
    const changed = this.image();
    changed[bit >>> 3]! ^= 1 << (bit & 7);
    return changed;
  }

  #write(bytes: Uint8Array): void {
    while (this.#length + bytes.length > this.#image.length) {
      const larger = new Uint8Array(2 * this.#image.length);
      larger.set(this.#image);
      this.#image = larger;
    }
    this.#image.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}
