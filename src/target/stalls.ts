/**
 * Stalls: stretches of time in which the whole server answers nothing, like a collector of garbage or a failing disk.
 * They come from windows that repeat since the start, or from one freeze on demand. Times are ns since the start.
 */

/** The last `forNs` of every `everyNs` are frozen; `everyNs` 0 means never. */
export interface StallWindows {
  readonly everyNs: number;
  readonly forNs: number;
}

/** The end of the window that `timeNs` lies in, or `timeNs` itself outside of all windows. */
export function windowEndNs(windows: StallWindows, timeNs: number): number {
  if (windows.everyNs === 0) return timeNs;
  const phaseNs = timeNs % windows.everyNs;
  return phaseNs < windows.everyNs - windows.forNs ? timeNs : timeNs - phaseNs + windows.everyNs;
}

export class Stalls {
  /** Replaced as a whole when the windows change. */
  windows: StallWindows;
  #frozenUntilNs = 0;

  constructor(windows: StallWindows) {
    this.windows = windows;
  }

  /** Freezes all answers from now on; a freeze that lasts longer stays. */
  freeze(timeNs: number, forNs: number): void {
    this.#frozenUntilNs = Math.max(this.#frozenUntilNs, timeNs + forNs);
  }

  /** When answers may leave: `timeNs` itself unless the server is frozen then. */
  thawsAtNs(timeNs: number): number {
    return Math.max(this.#frozenUntilNs, windowEndNs(this.windows, timeNs));
  }
}
