/** `z6 verify`: checks the chain, prints the receipt; recovers a torn ledger; signs and checks receipts. */
import { dirname, join } from "node:path";
import { utf8Decode } from "../base/bytes.ts";
import { checkReceipt, ReceiptError, signReceipt } from "../drive/receipt.ts";
import { ledgerAt, UnusableLedger } from "../drive/recorded-run.ts";
import { recoverLedger, type Verification, verifyLedger } from "../drive/verify.ts";
import { DiskError, writeWhole } from "../io/append-file.ts";
import { pathKind, readWhole } from "../io/read-file.ts";
import { formatBytes, formatCount, formatNs } from "../report/units.ts";
import { EXIT } from "./exit-codes.ts";
import { print, say } from "./output.ts";

/** Exit code for a torn tail (CLI.md): what there is of the ledger is whole, its end is missing. */
const TORN = 1;
const RECEIPT_FILE = "receipt.txt";

export interface VerifyOptions {
  readonly recover?: string;
  /** Private key file (PEM, Ed25519): writes a signed receipt.txt beside the ledger. */
  readonly sign?: string;
  /** Public key file (PEM, Ed25519) that must have signed the receipt. */
  readonly key?: string;
  /** The receipt to hold against the ledger; default: receipt.txt beside it, when there is one. */
  readonly receipt?: string;
}

export function verify(path: string, options: VerifyOptions): number {
  try {
    const file = ledgerAt(path);
    const verification = verifyLedger(path);
    return report(file, verification, options);
  } catch (error) {
    if (!(error instanceof UnusableLedger || error instanceof ReceiptError || error instanceof DiskError)) throw error;
    say(`z6: ${error.message}`);
    return EXIT.usage;
  }
}

function report(file: string, { end, receipt, lastNs }: Verification, options: VerifyOptions): number {
  switch (end.state) {
    case "finished":
      print(`whole: ${file}\n\n${receipt}`);
      if (options.recover !== undefined) say("z6: nothing to recover: the ledger is whole");
      return receiptDuties(file, receipt!, options);
    case "unfinished":
      print(
        `without an end: ${file}\nAll ${formatCount(end.blocks)} blocks are whole, but the run's end is missing: it was ` +
          `killed ${formatNs(lastNs)} into the run or later.\nfingerprint so far: ${end.fingerprint}`,
      );
      recover(file, end.bytes, options);
      return TORN;
    case "torn":
      print(
        `torn: ${file}\n${end.reason}\n${formatCount(end.wholeBlocks)} blocks with ${formatCount(end.entries)} entries ` +
          `are whole, up to ${formatNs(lastNs)} into the run; the last ${formatBytes(end.lostBytes)} are lost.\n` +
          `fingerprint so far: ${end.fingerprint}`,
      );
      recover(file, end.wholeBytes, options);
      return TORN;
    case "damaged": {
      const entry = end.entry === undefined ? "" : `, entry ${end.entry}`;
      print(`damaged: ${file}\nblock ${end.block} at byte ${end.offset}${entry}: ${end.reason}`);
      return EXIT.usage;
    }
    case "not_a_ledger":
      print(`not a ledger: ${file}\n${end.reason}`);
      return EXIT.usage;
  }
}

function recover(file: string, bytes: number, { recover: to }: VerifyOptions): void {
  if (to === undefined) {
    say(`To keep what is whole: z6 verify ${file} --recover recovered.log`);
    return;
  }
  recoverLedger(file, bytes, to);
  print(`recovered: ${to}, ${formatBytes(bytes)}`);
}

/** Signs a new receipt, or holds a stored one against the ledger. */
function receiptDuties(file: string, receipt: string, options: VerifyOptions): number {
  const path = options.receipt ?? join(dirname(file), RECEIPT_FILE);
  if (options.sign !== undefined) {
    writeWhole(path, signReceipt(receipt, readText(options.sign)));
    print(`signed: ${path}`);
    return EXIT.ok;
  }
  if (options.receipt === undefined && options.key === undefined && pathKind(path) === "nothing") return EXIT.ok;
  const check = checkReceipt(readText(path), receipt, options.key === undefined ? null : readText(options.key));
  switch (check.state) {
    case "same":
      print(`receipt: ${path} belongs to this ledger${check.signedBy === null ? "" : `, signed by ${check.signedBy}`}`);
      return EXIT.ok;
    case "different":
      print(
        `receipt: ${path} is of another run: line ${check.line}: receipt "${check.expected}", ledger "${check.actual}"`,
      );
      return EXIT.usage;
    case "forged":
      print(`receipt: ${path} cannot be trusted: ${check.reason}`);
      return EXIT.usage;
  }
}

function readText(path: string): string {
  const bytes = readWhole(path);
  if (typeof bytes === "string") throw new ReceiptError(`cannot read ${path}: ${bytes}`);
  return utf8Decode(bytes);
}
