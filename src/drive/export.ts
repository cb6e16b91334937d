/** Every event of a ledger as a line of text, piece by piece, so that whoever writes them out sets the pace. */
import type { EntryVisit } from "../ledger/block-decoder.ts";
import { eventOf } from "../ledger/event.ts";
import { KIND, type KindName } from "../model/entry.ts";
import { eventRow, eventsHeader } from "../report/events-csv.ts";
import { EventNaming } from "./event-names.ts";
import { readRecordedPieces } from "./recorded-run.ts";
import { type SoundRun, soundRun } from "./sound-end.ts";

export type ExportFormat = "ndjson" | "csv";

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Only these; null for all. */
  readonly kinds: ReadonlySet<KindName> | null;
}

/**
 * The lines of the ledger at `path`, some megabytes at a time; each is complete. Throws UnusableLedger, for damage in
 * the middle behind the last sound line. Returns how the ledger ended.
 */
export function* exportLines(path: string, { format, kinds }: ExportOptions): Generator<string, SoundRun> {
  const wanted = kinds === null ? null : new Set<number>([...kinds].map((kind) => KIND[kind]));
  let lines = format === "csv" ? [eventsHeader()] : [];
  const pieces = readRecordedPieces(path, ({ scenario }, ...started) => {
    const naming = new EventNaming(scenario);
    const write: EntryVisit = (entry, shard, text) => {
      const event = eventOf(entry, text);
      const names = naming.of(event);
      if (wanted !== null && !wanted.has(entry.kind)) return;
      const named = Object.assign(event, { shard }, names);
      lines.push(format === "csv" ? eventRow(named) : `${JSON.stringify(named)}\n`);
    };
    write(...started);
    return write;
  });
  for (;;) {
    const { done, value } = pieces.next();
    if (lines.length > 0) yield lines.join("");
    lines = [];
    if (done === true) return soundRun(path, value);
  }
}
