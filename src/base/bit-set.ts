/** A set of small integers, one bit each. It grows with the largest member. */

const FIRST_BYTES = 1024;

export class BitSet {
  #bytes = new Uint8Array(FIRST_BYTES);

  /** @param member an integer from 0 on. */
  add(member: number): void {
    const at = Math.floor(member / 8);
    if (at >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, at + 1));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[at]! |= 1 << (member % 8);
  }

  has(member: number): boolean {
    return (((this.#bytes[Math.floor(member / 8)] ?? 0) >> (member % 8)) & 1) === 1;
  }
}
