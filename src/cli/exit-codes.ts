/** What the process says to scripts (CLI.md). */
export const EXIT = {
  ok: 0,
  /** An assertion failed; a comparison found a regression; a replay differs. */
  failed: 1,
  /** The scenario, an option or a file that was given is wrong. */
  usage: 2,
  /** The run could not be carried out: no target answered at all, or the disk refused. */
  notCarriedOut: 3,
  /** A bug in Z6. */
  bug: 4,
  sigint: 130,
  sigterm: 143,
} as const;
