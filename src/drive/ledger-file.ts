/**
 * The ledger as a library: `for (const event of Ledger.open("results/run_.../events.log"))`. One pass, bounded memory,
 * whatever the size of the file. The hash chain is followed on the way.
 */
import { readPieces } from "../io/read-file.ts";
import { sha256 } from "../io/system.ts";
import { eventOf, type LedgerEvent } from "../ledger/event.ts";
import { type LedgerEnd, LedgerReader } from "../ledger/reader.ts";

export type { LedgerEvent } from "../ledger/event.ts";

/** The file is damaged in the middle, or no ledger at all. A torn tail is no error: the events just end. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  readonly end: LedgerEnd;

  constructor(path: string, end: LedgerEnd & { readonly reason: string }) {
    super(`${path}: ${end.state === "not_a_ledger" ? "not a ledger" : "damaged"}: ${end.reason}`);
    this.end = end;
  }
}

/** An event and the shard that recorded it; 65535 is the supervisor's frame. */
export type ShardEvent = LedgerEvent & { readonly shard: number };

/**
 * The events of a ledger in the order of the file. Events of one shard are in order of time.
 * Throws LedgerError behind the last sound event, and what `fs` throws when the file cannot be read.
 */
function* open(path: string): Generator<ShardEvent, LedgerEnd> {
  let events: ShardEvent[] = [];
  const reader = new LedgerReader(sha256, (entry, shard, text) => {
    events.push({ ...eventOf(entry, text), shard });
  });
  for (const piece of readPieces(path)) {
    reader.push(piece);
    yield* events;
    events = [];
  }
  const end = reader.finish();
  yield* events;
  if (end.state === "damaged" || end.state === "not_a_ledger") throw new LedgerError(path, end);
  return end;
}

export const Ledger = { open };
