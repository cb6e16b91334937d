/**
 * Waiting. A timer of the runtime counts whole milliseconds and may be a millisecond early or late, so a wait takes one
 * for the whole milliseconds and then looks once per turn of the event loop until the moment has come. A wait is
 * therefore never too short, and sockets are served while it ends.
 */
import { NS_PER_MS } from "../base/units.ts";
import { nowNs } from "./clock.ts";

export class Waits {
  readonly #cancels = new Set<() => void>();

  /** Waits that have not ended. */
  get count(): number {
    return this.#cancels.size;
  }

  /** Calls `done` when `delayNs` have passed, never before this call returns. Returns what cancels it. */
  after(delayNs: number, done: () => void): () => void {
    const dueNs = nowNs() + delayNs;
    let timer: NodeJS.Timeout | undefined;
    let look: NodeJS.Immediate | undefined;
    const cancel = () => {
      clearTimeout(timer);
      clearImmediate(look);
      this.#cancels.delete(cancel);
    };
    const check = () => {
      if (nowNs() < dueNs) {
        look = setImmediate(check);
        return;
      }
      this.#cancels.delete(cancel);
      done();
    };
    const wholeMs = Math.floor(delayNs / NS_PER_MS);
    if (wholeMs > 0) timer = setTimeout(check, wholeMs);
    else look = setImmediate(check);
    this.#cancels.add(cancel);
    return cancel;
  }

  /** Cancels every wait. */
  cancelAll(): void {
    for (const cancel of this.#cancels) cancel();
  }
}
