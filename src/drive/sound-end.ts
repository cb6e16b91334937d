/** The verdict on a ledger, for those who want its numbers: usable, with what is missing in words, or refused. */
import type { LedgerEnd } from "../ledger/reader.ts";
import { formatBytes, formatCount } from "../report/units.ts";
import { type LedgerRead, type RecordedRun, UnusableLedger } from "./recorded-run.ts";

/** A ledger of which everything that was read is true. */
export type SoundEnd = Extract<LedgerEnd, { readonly state: "finished" | "unfinished" | "torn" }>;

/** A run that was read, and how its ledger ends. */
export interface SoundRun {
  readonly run: RecordedRun;
  readonly end: SoundEnd;
}

/** What was read, if it can be used. Throws UnusableLedger for damage in the middle, for no ledger and for no run. */
export function soundRun(path: string, { run, end }: LedgerRead): SoundRun {
  switch (end.state) {
    case "not_a_ledger":
      throw new UnusableLedger(`${path} is not a ledger: ${end.reason}`);
    case "damaged":
      throw new UnusableLedger(
        `${path} is damaged in block ${end.block}, at byte ${end.offset}: ${end.reason}. The file was changed or the disk is failing.`,
      );
    default: {
      if (run !== null) return { run, end };
      const reason = end.state === "torn" ? `: ${end.reason}` : "";
      throw new UnusableLedger(`${path} ends before its first whole entry${reason}`);
    }
  }
}

/** What is missing of the ledger, in a sentence or two; null when nothing is. */
export function lossOf({ run, end }: SoundRun): string | null {
  switch (end.state) {
    case "finished":
      return null;
    case "unfinished":
      return `${run.path} is cut off: the run was killed before its end. All ${formatCount(end.entries)} entries up to there are used.`;
    case "torn":
      return (
        `${run.path} is torn: ${end.reason}. The last ${formatBytes(end.lostBytes)} are lost; the ` +
        `${formatCount(end.entries)} entries of the whole blocks before them are used.`
      );
  }
}
