/** `z6 diff`: compares two recorded runs. */
import { diffRuns } from "../drive/diff.ts";
import { renderDiff } from "../report/diff-text.ts";
import { EXIT } from "./exit-codes.ts";
import { mayColour, type OutputOptions, print } from "./output.ts";
import { withLedger } from "./with-ledger.ts";

export interface DiffOptions extends OutputOptions {
  /** Percent. */
  readonly threshold: number;
  readonly json?: boolean;
}

/** Prints the comparison of run `b` with run `a` and returns the exit code: `failed` for a regression. */
export function diff(a: string, b: string, options: DiffOptions): Promise<number> {
  return withLedger(async () => {
    const compared = diffRuns(a, b, options.threshold);
    if (options.json === true) print(JSON.stringify(compared, null, 2));
    else print(renderDiff(compared, { colour: mayColour(process.stdout, options) }));
    return compared.regressions > 0 ? EXIT.failed : EXIT.ok;
  });
}
