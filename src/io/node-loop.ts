/**
 * When turns happen on Node's event loop: one after each poll phase in which something arrived (setImmediate runs
 * right behind it), and one at each moment that the shard asks for.
 *
 * Node's timers count whole milliseconds. A wake-up is therefore approached in two steps: sleep until less than a
 * millisecond is left, then look at the clock once per loop iteration, so that a request leaves when it was planned
 * and not up to a millisecond later.
 */
import { NEVER, NS_PER_MS } from "../base/units.ts";
import type { Loop } from "./loop.ts";

/**
 * @param clock ns since the run began.
 * @param turn runs one turn and returns the moment at which the next is wanted at the latest; NEVER for none.
 */
export function startNodeLoop(clock: () => number, turn: (nowNs: number) => number): Loop {
  let running = true;
  let scheduled = false;
  let arrived = false;
  let wakeAtNs = 0;
  let timer: NodeJS.Timeout | null = null;
  let timerAtNs = NEVER;
  let watchedNs = 0;
  /** When the clock was last looked at, if for nothing but to do it again; else NEVER. */
  let watchingSinceNs = NEVER;

  function schedule(): void {
    if (scheduled || !running) return;
    scheduled = true;
    setImmediate(check);
  }

  function check(): void {
    scheduled = false;
    if (!running) return;
    const nowNs = clock();
    if (arrived || nowNs >= wakeAtNs) {
      arrived = false;
      wakeAtNs = turn(nowNs);
      watchingSinceNs = NEVER;
      if (!running) return;
    } else {
      if (watchingSinceNs < nowNs) watchedNs += nowNs - watchingSinceNs;
      watchingSinceNs = nowNs;
    }
    awaitWake(nowNs);
  }

  /** Sees to it that a check comes at `wakeAtNs`, or a little before. */
  function awaitWake(nowNs: number): void {
    if (wakeAtNs === NEVER) return;
    const wholeMs = Math.floor((wakeAtNs - nowNs) / NS_PER_MS);
    if (wholeMs < 1) {
      schedule();
      return;
    }
    watchingSinceNs = NEVER;
    if (timer !== null && timerAtNs <= wakeAtNs) return;
    if (timer !== null) clearTimeout(timer);
    timerAtNs = nowNs + wholeMs * NS_PER_MS;
    timer = setTimeout(() => {
      timer = null;
      timerAtNs = NEVER;
      schedule();
    }, wholeMs);
  }

  schedule();
  return {
    poke() {
      arrived = true;
      schedule();
    },
    watchedNs() {
      const taken = watchedNs;
      watchedNs = 0;
      return taken;
    },
    stop() {
      running = false;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
