/** `z6 export`: every event of a ledger as a line on stdout. */
import { type ExportFormat, exportLines } from "../drive/export.ts";
import { lossOf } from "../drive/sound-end.ts";
import type { KindName } from "../model/entry.ts";
import { EXIT } from "./exit-codes.ts";
import { type OutputOptions, say } from "./output.ts";
import { pour } from "./pour.ts";
import { withLedger } from "./with-ledger.ts";

export interface ExportCommandOptions extends OutputOptions {
  readonly format: ExportFormat;
  readonly kind?: readonly KindName[];
}

export function exportEvents(path: string, options: ExportCommandOptions): Promise<number> {
  return withLedger(async () => {
    const kinds = options.kind === undefined ? null : new Set(options.kind);
    const sound = await pour(exportLines(path, { format: options.format, kinds }));
    const loss = sound === null ? null : lossOf(sound);
    if (loss !== null) say(`warning: ${loss}`);
    return EXIT.ok;
  });
}
