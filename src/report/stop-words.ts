/** Why a run ended, in words that stand behind "ended by"; and of what cut it short, what that means. */
import type { StopReason } from "../model/entry.ts";

const WORDS: Readonly<Record<StopReason, string>> = {
  duration: "duration",
  iterations: "iterations",
  sigint: "SIGINT (Ctrl+C)",
  sigterm: "SIGTERM",
  ledger_full: "a full ledger",
  nothing_reached: "nothing being reached",
  disk_failed: "a failing disk",
  memory: "its memory limit",
  data_exhausted: "exhausted data",
  assertion_failed: "a failed assertion",
};

const MEANINGS: Readonly<Partial<Record<StopReason, string>>> = {
  ledger_full:
    "the ledger came to the size that it may have, so the rest of the plan was not carried out. Raise max_event_log_size_mb, or plan less: z6 plan says what a run takes.",
  memory:
    "the program came to the memory that it may have, so the rest of the plan was not carried out. Raise max_memory_mb, or use fewer users.",
  data_exhausted:
    'a user found no row left in data that no two iterations may share (pick = "unique"), so the rest of the plan was not carried out. Give the file more rows, or let users share them.',
  assertion_failed: "an assertion with abort_on_fail did not hold, so the rest of the plan was not carried out.",
};

/** "duration", "a failed assertion". */
export function stopWords(reason: StopReason): string {
  return WORDS[reason];
}

/** A sentence for whoever did not expect the run to end then; null where the words say it all. */
export function stopMeaning(reason: StopReason): string | null {
  return MEANINGS[reason] ?? null;
}
