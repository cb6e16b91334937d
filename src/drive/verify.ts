/**
 * Verification: follows the chain of a ledger to its end and says what is whole. Recovery: all whole blocks of a torn
 * ledger, copied to a new file; the old one is never touched.
 */
import { createAppendFile } from "../io/append-file.ts";
import { readPieces } from "../io/read-file.ts";
import type { LedgerEnd } from "../ledger/reader.ts";
import { EntryCounts, receiptText } from "./receipt.ts";
import { type RecordedRun, readRecordedRun } from "./recorded-run.ts";

export interface Verification {
  readonly run: RecordedRun | null;
  readonly end: LedgerEnd;
  /** Of a ledger that is whole and finished; else null. */
  readonly receipt: string | null;
  /** Time of the latest entry that is whole, ns. */
  readonly lastNs: number;
}

/** Verifies the ledger at `path`, a file or a run folder. Throws UnusableLedger. */
export function verifyLedger(path: string): Verification {
  const counts = new EntryCounts();
  let lastNs = 0;
  const { run, end } = readRecordedRun(path, () => (entry) => {
    counts.add(entry);
    if (entry.timeNs > lastNs) lastNs = entry.timeNs;
  });
  const receipt = run !== null && end.state === "finished" ? receiptText(run.manifest, end, counts) : null;
  return { run, end, receipt, lastNs };
}

/** Copies the first `bytes` bytes of the ledger `from` to the new file `to`. Throws DiskError. */
export function recoverLedger(from: string, bytes: number, to: string): void {
  const file = createAppendFile(to);
  let left = bytes;
  for (const piece of readPieces(from)) {
    if (left === 0) break;
    const kept = piece.subarray(0, Math.min(left, piece.length));
    file.append(kept);
    left -= kept.length;
  }
  file.close();
}
