/** The first items of a stream, and a count of the rest: a list whose memory is bounded whatever comes. */
import type { Shortened } from "../model/story.ts";

export class FirstItems<Item> implements Shortened<Item> {
  readonly shown: Item[] = [];
  more = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `make` is called only for an item that is kept. */
  add(make: () => Item): void {
    if (this.shown.length < this.#limit) this.shown.push(make());
    else this.more++;
  }
}
