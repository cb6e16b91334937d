/** What commands that read a ledger say when it, or an option about it, is wrong. */
import { FilterError } from "../drive/filter-error.ts";
import { UnusableLedger } from "../drive/recorded-run.ts";
import { EXIT } from "./exit-codes.ts";
import { say } from "./output.ts";

/** Runs `action` and gives its exit code; 2 with a message when the user's file or option was wrong. */
export async function withLedger(action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UnusableLedger || error instanceof FilterError || isRefused(error))) throw error;
    say(`z6: ${error.message}`);
    return EXIT.usage;
  }
}

/** The system would not let us read the file. */
function isRefused(error: unknown): error is NodeJS.ErrnoException {
  const { syscall } = error as NodeJS.ErrnoException;
  return error instanceof Error && (syscall === "open" || syscall === "read" || syscall === "stat");
}
