/** What the process says to scripts (CLI.md). */
export const EXIT = {
  ok: 0,
  /** An assertion failed; a comparison found a regression; a replay differs. */
  failed: 1,
  /** The scenario, an option or a file that was given is wrong. */
  usage: 2,
  /**
   * The run could not be carried out as planned: no target answered at all, the disk refused, or data, ledger or memory
   * were used up before its end.
   */
  notCarriedOut: 3,
  /** A bug in Z6. */
  bug: 4,
  sigint: 130,
  sigterm: 143,
} as const;
