/**
 * A bounded first-in, first-out queue of entries without their time: callbacks push, the turn drains and stamps.
 * Struct of arrays, allocated once; a push makes no object. The engine's commands travel in the same shape.
 */
import { assert } from "./assert.ts";

export class EntryRing {
  readonly capacity: number;
  readonly #mask: number;
  #head = 0;
  #count = 0;
  readonly kind: Uint8Array;
  readonly flags: Uint8Array;
  readonly code: Uint16Array;
  readonly identity: Uint32Array;
  readonly a: Uint32Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  /** Of kinds that carry a text; anything for other kinds. */
  readonly text: (Uint8Array | null)[];
  #textBytes = 0;

  /** @param capacityMin entries that must fit; rounded up to a power of two. */
  constructor(capacityMin: number) {
    let capacity = 16;
    while (capacity < capacityMin) capacity *= 2;
    this.capacity = capacity;
    this.#mask = capacity - 1;
    this.kind = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.code = new Uint16Array(capacity);
    this.identity = new Uint32Array(capacity);
    this.a = new Uint32Array(capacity);
    this.b = new Float64Array(capacity);
    this.c = new Float64Array(capacity);
    this.text = new Array<Uint8Array | null>(capacity).fill(null);
  }

  /** Bytes of the texts that wait. */
  get textBytes(): number {
    return this.#textBytes;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Appends one entry and returns its index into the arrays. A full ring is a bug of the caller, who knows how many
   * entries can be outstanding.
   */
  push(kind: number, identity: number, flags = 0, code = 0, a = 0, b = 0, c = 0): number {
    assert(this.#count < this.capacity, "entry ring is full");
    const at = (this.#head + this.#count) & this.#mask;
    this.kind[at] = kind;
    this.identity[at] = identity;
    this.flags[at] = flags;
    this.code[at] = code;
    this.a[at] = a;
    this.b[at] = b;
    this.c[at] = c;
    this.#count++;
    return at;
  }

  /** Appends an entry of a kind that carries a text; `a` is its length. The ring keeps `text` until it is taken. */
  pushText(kind: number, identity: number, flags: number, code: number, text: Uint8Array): void {
    const at = this.push(kind, identity, flags, code, text.length);
    this.text[at] = text;
    this.#textBytes += text.length;
  }

  /** The text of the entry at `at`, which was just taken; it is let go of. */
  takeText(at: number): Uint8Array {
    const text = this.text[at];
    assert(text instanceof Uint8Array, "the entry carries a text");
    this.text[at] = null;
    this.#textBytes -= text.length;
    return text;
  }

  /** Takes the oldest entry off the ring and returns its index into the arrays; valid until the next push. */
  take(): number {
    assert(this.#count > 0, "entry ring is empty");
    const at = this.#head;
    this.#head = (at + 1) & this.#mask;
    this.#count--;
    return at;
  }
}
